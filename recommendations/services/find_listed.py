"""Finds the artists and tracks that a listener's lists name, and makes those that are new."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from recommendations.features.artist_lists import CreditedArtist
from recommendations.features.catalogue_file import MAX_ISRC_LENGTH, CatalogueTrack
from recommendations.models import Track
from recommendations.names import clean_name
from recommendations.services.artists import find_or_make_artists
from recommendations.services.match_tracks import NamedTrack, match_tracks
from recommendations.services.store_tracks import add_tracks, correct_tracks
from recommendations.services.stored_tracks import UNKNOWN_FEATURES
from recommendations.sources.base import ListenedArtist, ListenedTrack

TrackKey = str | NamedTrack


@dataclass(slots=True)
class Listed:
    """The keys of rows by what a source calls them, and what the catalogue's index has to see."""

    artist_ids: Mapping[CreditedArtist, int]
    track_ids: dict[TrackKey, int]
    changed_artist_ids: set[int] = field(default_factory=set)
    changed_track_ids: set[int] = field(default_factory=set)

    def artist(self, artist: ListenedArtist) -> int | None:
        """Return the key of the artist's row, None for one without a name."""
        return self.artist_ids.get(_credited(artist)) if _is_named(artist) else None

    def track(self, track: ListenedTrack) -> int | None:
        """Return the key of the track's row, None where there is none."""
        return self.track_ids.get(_key(track))


def find_listed(
    tracks: Sequence[ListenedTrack], artists: Iterable[ListenedArtist], *, is_proven: bool
) -> Listed:
    """Find or make them; call it in a transaction, at the end of which the caller notes changes.

    A track without an id is the stored one that its names find, or none. With ``is_proven`` the
    source says for certain what an id stands for: then what only a file told is corrected.
    """
    credited = [artist for track in tracks for artist in track.artists]
    resolved = find_or_make_artists(
        map(_credited, filter(_is_named, [*artists, *credited])), trusts_ids=is_proven
    )
    track_ids, changed = _find_tracks(tracks, resolved.ids, is_proven=is_proven)
    return Listed(
        resolved.ids,
        track_ids,
        resolved.changed_artist_ids,
        resolved.changed_track_ids | changed,
    )


def name_track(track: ListenedTrack) -> NamedTrack:
    """Return the names by which a track without an id is found."""
    artist = track.artists[0].name if track.artists else ""
    return NamedTrack(clean_name(artist), clean_name(track.name))


def _is_named(artist: ListenedArtist) -> bool:
    return bool(clean_name(artist.name))


def _credited(artist: ListenedArtist) -> CreditedArtist:
    return CreditedArtist(clean_name(artist.name), artist.spotify_id)


def _key(track: ListenedTrack) -> TrackKey:
    return track.spotify_id or name_track(track)


def _find_tracks(
    tracks: Iterable[ListenedTrack], artist_ids: Mapping[CreditedArtist, int], *, is_proven: bool
) -> tuple[dict[TrackKey, int], set[int]]:
    """Return the keys of tracks by their ids and names, and those of tracks that changed.

    Those with an id are made if need be, or corrected where the source proves what they are.
    """
    with_id = {str(track.spotify_id): track for track in tracks if track.spotify_id}
    rows = Track.objects.filter(spotify_id__in=with_id)
    known = {row[0]: row[1:] for row in rows.values_list("spotify_id", "pk", "is_name_proven")}
    found: dict[TrackKey, int] = {str(key): pk for key, (pk, _) in known.items()}
    described = {
        spotify_id: _describe(track)
        for spotify_id, track in with_id.items()
        if clean_name(track.name)
    }
    new = [track for spotify_id, track in described.items() if spotify_id not in known]
    made = add_tracks(new, artist_ids, is_proven=is_proven)
    changed = set(made.values())
    if is_proven:
        doubtful = {spotify_id for spotify_id, (_, is_sure) in known.items() if not is_sure}
        changed |= correct_tracks(
            [track for spotify_id, track in described.items() if spotify_id in doubtful], artist_ids
        )
    named = match_tracks([name_track(track) for track in tracks if not track.spotify_id]).found
    return found | made | named, changed


def _describe(track: ListenedTrack) -> CatalogueTrack:
    return CatalogueTrack(
        spotify_id=str(track.spotify_id),
        name=clean_name(track.name),
        artists=tuple(_credited(artist) for artist in track.artists if _is_named(artist)),
        album_name=clean_name(track.album_name),
        isrc=clean_name(track.isrc)[:MAX_ISRC_LENGTH],
        duration_ms=track.duration_ms,
        popularity=None,
        explicit=track.explicit,
        features=UNKNOWN_FEATURES,
        discarded=(),
    )
