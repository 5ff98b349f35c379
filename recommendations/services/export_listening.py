"""Writes a listener's own lists into one file, which can be brought back here or elsewhere."""

import tempfile
from collections.abc import Iterator
from typing import IO

from accounts.models import User
from recommendations.models import Artist, TopArtist, Track
from recommendations.services.exclusions import load_exclusions
from recommendations.services.export_sharing import add_sharing
from recommendations.services.listeners import load_top_artists, load_top_tracks
from recommendations.sources.base import ListenedArtist, ListenedTrack, PlayedArtist
from recommendations.sources.own_export import ExportedPlace, write_export

# Chosen by us: a thousand places are some 100 kB; what is larger is written to disk.
_IN_MEMORY_BYTES = 1024 * 1024


def export_listening(user: User) -> IO[bytes]:
    """Return the zip, to be read from its beginning."""
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 - the caller closes it
    write_export(file, _load_places(user), _load_exclusions(user))
    add_sharing(file, user)
    file.seek(0)
    return file


def _load_places(user: User) -> Iterator[ExportedPlace]:
    for entry in load_top_tracks(user):
        yield ExportedPlace(entry.source, entry.time_range, entry.rank, _as_track(entry.track))
    for artist_entry in load_top_artists(user):
        yield ExportedPlace(
            artist_entry.source,
            artist_entry.time_range,
            artist_entry.rank,
            _as_artist(artist_entry),
        )


def _load_exclusions(user: User) -> Iterator[ListenedTrack | ListenedArtist]:
    for exclusion in load_exclusions(user):
        if exclusion.artist is not None:
            yield _name_artist(exclusion.artist)
        elif exclusion.track is not None:
            yield _as_track(exclusion.track)


def _name_artist(artist: Artist) -> ListenedArtist:
    return ListenedArtist(artist.name, artist.spotify_id)


def _as_track(track: Track) -> ListenedTrack:
    return ListenedTrack(
        name=track.name,
        artists=tuple(_name_artist(credit.artist) for credit in track.credits.all()),
        spotify_id=track.spotify_id,
        album_name=track.album_name,
        isrc=track.isrc,
        duration_ms=track.duration_ms,
        explicit=track.explicit,
    )


def _as_artist(entry: TopArtist) -> PlayedArtist:
    return PlayedArtist(_name_artist(entry.artist), entry.play_count)
