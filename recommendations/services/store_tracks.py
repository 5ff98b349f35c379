"""Writes catalogue tracks with their credits and audio features, one batch at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from recommendations.features.artist_lists import CreditedArtist
from recommendations.features.catalogue_file import CatalogueTrack
from recommendations.models import AudioFeatures, TopTrack, Track, TrackArtist
from recommendations.services.artist_names import build_name_key
from recommendations.services.artists import resolve_artists
from recommendations.services.profiles import mark_stale
from recommendations.taste.schema import AUDIO_FEATURES

_FACTS = ("name", "album_name", "isrc", "duration_ms", "popularity", "explicit")
_TASTE_FACTS = slice(3, 5)  # duration and popularity, which the seed ranking takes
_FEATURES = tuple(feature.name for feature in AUDIO_FEATURES)
_UNKNOWN_FEATURES = (None,) * len(_FEATURES)

Values = tuple[str | float | bool | None, ...]


@dataclass(frozen=True, slots=True)
class _TrackState:
    """What is stored of a track, or would be: facts, features, and the artists' keys in order."""

    facts: Values
    features: Values
    artist_ids: tuple[int, ...]

    def over(self, other: "_TrackState") -> "_TrackState":
        """Return this with what is unknown here taken from the other."""
        return _TrackState(
            facts=_first_known(self.facts, other.facts),
            features=_first_known(self.features, other.features),
            artist_ids=self.artist_ids or other.artist_ids,
        )

    def sounds_like(self, other: "_TrackState") -> bool:
        """Tell whether both are the same to every ranking."""
        return (
            self.features == other.features
            and self.artist_ids == other.artist_ids
            and self.facts[_TASTE_FACTS] == other.facts[_TASTE_FACTS]
        )


@dataclass(frozen=True, slots=True)
class _StoredTrack:
    pk: int
    state: _TrackState
    artist_ids_by_key: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class StoredTracks:
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


@transaction.atomic
def store_tracks(tracks: Sequence[CatalogueTrack], seen: SeenTracks) -> StoredTracks:
    """Store a batch in one transaction, and mark whose profiles it changes.

    What a row knows replaces what is stored. A row of a track that was seen in the same file only
    fills in what is unknown, so that the first value in a file wins.
    """
    stored = _load_stored({track.spotify_id for track in tracks})
    wanted, fresh = _combine(tracks, stored, seen)
    added = {spotify_id: state for spotify_id, state in wanted.items() if spotify_id not in stored}
    changed = {
        spotify_id: state
        for spotify_id, state in wanted.items()
        if spotify_id in stored and state != stored[spotify_id].state
    }
    added_ids = _add(added)
    stale = _update(changed, stored)
    for spotify_id in wanted:
        seen.add(added_ids[spotify_id] if spotify_id in added_ids else stored[spotify_id].pk)
    updated = len(fresh & changed.keys())
    return StoredTracks(
        added=len(added),
        updated=updated,
        unchanged=len(fresh) - len(added) - updated,
        repeated=len(tracks) - len(fresh),
        stale_listeners=stale,
    )


def _combine(
    tracks: Sequence[CatalogueTrack], stored: Mapping[str, _StoredTrack], seen: SeenTracks
) -> tuple[dict[str, _TrackState], set[str]]:
    """Return what is to be stored of each track, and which tracks come for the first time."""
    artist_ids = resolve_artists(artist for track in tracks for artist in track.artists)
    wanted: dict[str, _TrackState] = {}
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


def _first_known(values: Values, others: Values) -> Values:
    return tuple(
        other if value is None or value == "" else value
        for value, other in zip(values, others, strict=True)
    )


def _build_state(
    track: CatalogueTrack,
    known: _StoredTrack | None,
    artist_ids: Mapping[CreditedArtist, int],
) -> _TrackState:
    """An artist named without an id is, if the name fits, one whom the track credits already."""
    credited: list[int] = []
    for artist in track.artists:
        artist_id = artist_ids[artist]
        if known is not None and artist.spotify_id is None:
            key = build_name_key(artist.name)
            artist_id = known.artist_ids_by_key.get(key, artist_id)
        credited.append(artist_id)
    return _TrackState(
        facts=tuple(getattr(track, name) for name in _FACTS),
        features=track.features,
        artist_ids=tuple(dict.fromkeys(credited)),
    )


def _load_stored(spotify_ids: Iterable[str]) -> dict[str, _StoredTrack]:
    rows = Track.objects.filter(spotify_id__in=spotify_ids).values_list(
        "spotify_id",
        "pk",
        *_FACTS,
        "audio_features__provider",
        *(f"audio_features__{name}" for name in _FEATURES),
    )
    found = {str(row[0]): row[1:] for row in rows}
    credits_of: dict[int, dict[int, str]] = {row[0]: {} for row in found.values()}
    for track_id, artist_id, key in (
        TrackArtist.objects.filter(track_id__in=credits_of)
        .order_by("track_id", "position")
        .values_list("track_id", "artist_id", "artist__name_key")
    ):
        credits_of[track_id][artist_id] = key
    return {spotify_id: _build_stored(row, credits_of[row[0]]) for spotify_id, row in found.items()}


def _build_stored(row: Sequence[str | float | None], credited: Mapping[int, str]) -> _StoredTrack:
    """Features of another provider count as unknown: two providers' values are never mixed."""
    facts_end = 1 + len(_FACTS)
    is_ours = row[facts_end] == AudioFeatures.Provider.CATALOGUE_FILE
    state = _TrackState(
        facts=tuple(row[1:facts_end]),
        features=tuple(row[facts_end + 1 :]) if is_ours else _UNKNOWN_FEATURES,
        artist_ids=tuple(credited),
    )
    keys: dict[str, int] = {}
    for artist_id, key in credited.items():
        keys.setdefault(key, artist_id)
    return _StoredTrack(int(row[0] or 0), state, keys)


def _add(added: Mapping[str, _TrackState]) -> dict[str, int]:
    rows = Track.objects.bulk_create(
        Track(spotify_id=spotify_id, **dict(zip(_FACTS, state.facts, strict=True)))
        for spotify_id, state in added.items()
    )
    states = {row.pk: added[str(row.spotify_id)] for row in rows}
    _write_features(states)
    _write_credits(states)
    return {str(row.spotify_id): row.pk for row in rows}


def _update(changed: Mapping[str, _TrackState], stored: Mapping[str, _StoredTrack]) -> set[int]:
    """Update tracks and return the listeners whose profiles no longer hold."""
    Track.objects.bulk_create(
        (
            Track(
                pk=stored[spotify_id].pk,
                spotify_id=spotify_id,
                **dict(zip(_FACTS, state.facts, strict=True)),
            )
            for spotify_id, state in changed.items()
        ),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=_FACTS,
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


def _write_features(states: Mapping[int, _TrackState]) -> None:
    AudioFeatures.objects.bulk_create(
        (
            AudioFeatures(
                track_id=pk,
                provider=AudioFeatures.Provider.CATALOGUE_FILE,
                **dict(zip(_FEATURES, state.features, strict=True)),
            )
            for pk, state in states.items()
            if state.features != _UNKNOWN_FEATURES
        ),
        update_conflicts=True,
        unique_fields=["track"],
        update_fields=["provider", "described_at", *_FEATURES],
    )


def _write_credits(states: Mapping[int, _TrackState]) -> None:
    TrackArtist.objects.bulk_create(
        TrackArtist(track_id=pk, artist_id=artist_id, position=position)
        for pk, state in states.items()
        for position, artist_id in enumerate(state.artist_ids)
    )
