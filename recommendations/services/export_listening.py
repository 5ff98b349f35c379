"""Writes a listener's own lists into one file, which can be brought back here or elsewhere."""

import tempfile
from collections.abc import Iterator
from typing import IO

from accounts.models import User
from recommendations.models import TopArtist, TopTrack
from recommendations.services.export_sharing import add_sharing
from recommendations.services.listeners import load_top_artists, load_top_tracks
from recommendations.sources.base import ListenedArtist, ListenedTrack, PlayedArtist
from recommendations.sources.own_export import ExportedPlace, write_export

# Chosen by us: a thousand places are some 100 kB; what is larger is written to disk.
_IN_MEMORY_BYTES = 1024 * 1024


def export_listening(user: User) -> IO[bytes]:
    """Return the zip, to be read from its beginning."""
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 - the caller closes it
    write_export(file, _load_places(user))
    add_sharing(file, user)
    file.seek(0)
    return file


def _load_places(user: User) -> Iterator[ExportedPlace]:
    for entry in load_top_tracks(user):
        yield ExportedPlace(entry.source, entry.time_range, entry.rank, _as_track(entry))
    for artist_entry in load_top_artists(user):
        yield ExportedPlace(
            artist_entry.source,
            artist_entry.time_range,
            artist_entry.rank,
            _as_artist(artist_entry),
        )


def _as_track(entry: TopTrack) -> ListenedTrack:
    track = entry.track
    return ListenedTrack(
        name=track.name,
        artists=tuple(
            ListenedArtist(credit.artist.name, credit.artist.spotify_id)
            for credit in track.credits.all()
        ),
        spotify_id=track.spotify_id,
        album_name=track.album_name,
        isrc=track.isrc,
        duration_ms=track.duration_ms,
        explicit=track.explicit,
    )


def _as_artist(entry: TopArtist) -> PlayedArtist:
    artist = ListenedArtist(entry.artist.name, entry.artist.spotify_id)
    return PlayedArtist(artist, entry.play_count)
