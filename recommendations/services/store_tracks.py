"""Writes catalogue tracks with their credits and audio features, one batch at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recommendations.features.artist_lists import CreditedArtist
from recommendations.features.catalogue_file import CatalogueTrack
from recommendations.models import (
    AudioFeatures,
    FeatureQuestion,
    TopTrack,
    Track,
    TrackArtist,
)
from recommendations.name_key import build_name_key
from recommendations.services.artists import find_or_make_artists
from recommendations.services.catalogue_changes import record_catalogue_changes
from recommendations.services.profiles import mark_stale
from recommendations.services.stored_tracks import (
    FACTS,
    FEATURES,
    UNKNOWN_FEATURES,
    StoredTrack,
    TrackState,
    load_stored_tracks,
)
from recommendations.services.transactions import retried_transaction, wait_for_other_imports


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What became of a batch: of each row one of the first four, and who listens to the changed."""

    added: int
    updated: int
    unchanged: int
    repeated: int
    stale_listeners: set[int]


class SeenTracks:
    """Which tracks came in this file already: a bit for each key, for a million of them 125 kB."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, pk: int) -> None:
        """Remember a track."""
        byte = pk >> 3
        if byte >= len(self._bits):
            self._bits.extend(bytes(byte + 1 - len(self._bits)))
        self._bits[byte] |= 1 << (pk & 7)

    def __contains__(self, pk: int) -> bool:
        byte = pk >> 3
        return byte < len(self._bits) and bool(self._bits[byte] >> (pk & 7) & 1)


def store_tracks(tracks: Sequence[CatalogueTrack], seen: SeenTracks) -> BatchOutcome:
    """Store a batch in one transaction, and mark whose profiles it changes.

    What a row knows replaces what is stored. A row of a track that was seen in the same file only
    fills in what is unknown, so that the first value in a file wins.
    """
    outcome, stored_ids = _store(tracks, seen)
    for pk in stored_ids:
        seen.add(pk)
    return outcome


@retried_transaction
def _store(
    tracks: Sequence[CatalogueTrack], seen: SeenTracks
) -> tuple[BatchOutcome, Iterable[int]]:
    """Return what became of the batch, and the keys of its tracks."""
    wait_for_other_imports()
    stored = load_stored_tracks({track.spotify_id for track in tracks})
    artists = find_or_make_artists(artist for track in tracks for artist in track.artists)
    wanted, fresh = _combine(tracks, stored, seen, artists.ids)
    added = {spotify_id: state for spotify_id, state in wanted.items() if spotify_id not in stored}
    changed = {
        spotify_id: state
        for spotify_id, state in wanted.items()
        if spotify_id in stored and state != stored[spotify_id].state
    }
    added_ids = _add(added, is_proven=True)
    stale = _update(changed, stored)
    _prove(wanted)
    changed_ids = (stored[spotify_id].pk for spotify_id in changed)
    record_catalogue_changes(
        track_ids={*added_ids.values(), *changed_ids, *artists.changed_track_ids},
        artist_ids=artists.changed_artist_ids,
    )
    updated = len(fresh & changed.keys())
    outcome = BatchOutcome(
        added=len(added),
        updated=updated,
        unchanged=len(fresh) - len(added) - updated,
        repeated=len(tracks) - len(fresh),
        stale_listeners=stale,
    )
    known_ids = (known.pk for spotify_id, known in stored.items() if spotify_id in wanted)
    return outcome, (*added_ids.values(), *known_ids)


def add_tracks(
    tracks: Sequence[CatalogueTrack], artist_ids: Mapping[CreditedArtist, int], *, is_proven: bool
) -> dict[str, int]:
    """Add tracks that are not stored yet, and return their keys by Spotify id.

    The caller notes the changes, see ``record_catalogue_changes``.
    """
    states, _ = _combine(tracks, {}, SeenTracks(), artist_ids)
    return _add(states, is_proven=is_proven)


def correct_tracks(
    tracks: Sequence[CatalogueTrack], artist_ids: Mapping[CreditedArtist, int]
) -> set[int]:
    """Put what is proven in place of what only listeners' files said; return the changed keys.

    The caller notes the changes, see ``record_catalogue_changes``.
    """
    stored = load_stored_tracks({track.spotify_id for track in tracks})
    wanted, _ = _combine(tracks, stored, SeenTracks(), artist_ids)
    changed = {
        spotify_id: state
        for spotify_id, state in wanted.items()
        if state != stored[spotify_id].state
    }
    _update(changed, stored)
    _prove(wanted)
    return {stored[spotify_id].pk for spotify_id in changed}


def _prove(spotify_ids: Iterable[str]) -> None:
    tracks = Track.objects.filter(spotify_id__in=spotify_ids, is_name_proven=False)
    tracks.update(is_name_proven=True)


def _combine(
    tracks: Sequence[CatalogueTrack],
    stored: Mapping[str, StoredTrack],
    seen: SeenTracks,
    artist_ids: Mapping[CreditedArtist, int],
) -> tuple[dict[str, TrackState], set[str]]:
    """Return what is to be stored of each track, and which tracks come for the first time."""
    wanted: dict[str, TrackState] = {}
    fresh: set[str] = set()
    for track in tracks:
        known = stored.get(track.spotify_id)
        state = _build_state(track, known, artist_ids)
        if track.spotify_id in wanted:
            state = wanted[track.spotify_id].over(state)
        elif known is not None and known.pk in seen:
            state = known.state.over(state)
        else:
            fresh.add(track.spotify_id)
            state = state if known is None else state.over(known.state)
        wanted[track.spotify_id] = state
    return wanted, fresh


def _build_state(
    track: CatalogueTrack,
    known: StoredTrack | None,
    artist_ids: Mapping[CreditedArtist, int],
) -> TrackState:
    """An artist named without an id is, if the name fits, one whom the track credits already."""
    credited: list[int] = []
    for artist in track.artists:
        artist_id = artist_ids[artist]
        if known is not None and artist.spotify_id is None:
            key = build_name_key(artist.name)
            artist_id = known.artist_ids_by_key.get(key, artist_id)
        credited.append(artist_id)
    return TrackState(
        facts=tuple(getattr(track, name) for name in FACTS),
        features=track.features,
        artist_ids=tuple(dict.fromkeys(credited)),
    )


def _add(added: Mapping[str, TrackState], *, is_proven: bool) -> dict[str, int]:
    rows = Track.objects.bulk_create(
        Track(
            spotify_id=spotify_id,
            is_name_proven=is_proven,
            **dict(zip(FACTS, state.facts, strict=True)),
        )
        for spotify_id, state in added.items()
    )
    states = {row.pk: added[str(row.spotify_id)] for row in rows}
    _write_features(states)
    _write_credits(states)
    return {str(row.spotify_id): row.pk for row in rows}


def _update(changed: Mapping[str, TrackState], stored: Mapping[str, StoredTrack]) -> set[int]:
    """Update tracks and return the listeners whose profiles no longer hold."""
    Track.objects.bulk_create(
        (
            Track(
                pk=stored[spotify_id].pk,
                spotify_id=spotify_id,
                **dict(zip(FACTS, state.facts, strict=True)),
            )
            for spotify_id, state in changed.items()
        ),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*FACTS, "name_key"],
    )
    before = {stored[spotify_id].pk: stored[spotify_id].state for spotify_id in changed}
    states = {stored[spotify_id].pk: state for spotify_id, state in changed.items()}
    _write_features(
        {pk: state for pk, state in states.items() if state.features != before[pk].features}
    )
    recredited = {
        pk: state for pk, state in states.items() if state.artist_ids != before[pk].artist_ids
    }
    TrackArtist.objects.filter(track_id__in=recredited).delete()
    _write_credits(recredited)
    heard = [pk for pk, state in states.items() if not state.sounds_like(before[pk])]
    listeners = TopTrack.objects.filter(track_id__in=heard).values_list("user_id", flat=True)
    stale = set(listeners)
    mark_stale(stale)
    return stale


def _write_features(states: Mapping[int, TrackState]) -> None:
    """Store what the file says in place of any other provider's, whom nobody needs to ask now."""
    described = {
        pk: state.features for pk, state in states.items() if state.features != UNKNOWN_FEATURES
    }
    AudioFeatures.objects.bulk_create(
        (
            AudioFeatures(
                track_id=pk,
                provider=AudioFeatures.Provider.CATALOGUE_FILE,
                **dict(zip(FEATURES, features, strict=True)),
            )
            for pk, features in described.items()
        ),
        update_conflicts=True,
        unique_fields=["track"],
        update_fields=["provider", "described_at", *FEATURES],
    )
    FeatureQuestion.objects.filter(pk__in=described).delete()


def _write_credits(states: Mapping[int, TrackState]) -> None:
    TrackArtist.objects.bulk_create(
        TrackArtist(track_id=pk, artist_id=artist_id, position=position)
        for pk, state in states.items()
        for position, artist_id in enumerate(state.artist_ids)
    )
