"""Loads what is stored of tracks, in the form that an import compares its rows with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recommendations.models import AudioFeatures, Track, TrackArtist
from recommendations.taste.schema import AUDIO_FEATURES

FACTS = ("name", "album_name", "isrc", "duration_ms", "popularity", "explicit")
FEATURES = tuple(feature.name for feature in AUDIO_FEATURES)
UNKNOWN_FEATURES = (None,) * len(FEATURES)

_TASTE_FACTS = slice(3, 5)  # duration and popularity, which the seed ranking takes

Values = tuple[str | float | bool | None, ...]


@dataclass(frozen=True, slots=True)
class TrackState:
    """What is stored of a track, or would be: facts, features, and the artists' keys in order."""

    facts: Values
    features: Values
    artist_ids: tuple[int, ...]

    def over(self, other: "TrackState") -> "TrackState":
        """Return this with what is unknown here taken from the other."""
        return TrackState(
            facts=_first_known(self.facts, other.facts),
            features=_first_known(self.features, other.features),
            artist_ids=self.artist_ids or other.artist_ids,
        )

    def sounds_like(self, other: "TrackState") -> bool:
        """Tell whether both are the same to every ranking."""
        return (
            self.features == other.features
            and self.artist_ids == other.artist_ids
            and self.facts[_TASTE_FACTS] == other.facts[_TASTE_FACTS]
        )


@dataclass(frozen=True, slots=True)
class StoredTrack:
    """A stored track with the artists whom it credits, by normalised name too."""

    pk: int
    state: TrackState
    artist_ids_by_key: Mapping[str, int]


def load_stored_tracks(spotify_ids: Iterable[str]) -> dict[str, StoredTrack]:
    """Return what is stored of these tracks, by Spotify id; two queries."""
    rows = Track.objects.filter(spotify_id__in=spotify_ids).values_list(
        "spotify_id",
        "pk",
        *FACTS,
        "audio_features__provider",
        *(f"audio_features__{name}" for name in FEATURES),
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


def _build_stored(row: Sequence[str | float | None], credited: Mapping[int, str]) -> StoredTrack:
    """Features of another provider count as unknown: two providers' values are never mixed."""
    facts_end = 1 + len(FACTS)
    is_ours = row[facts_end] == AudioFeatures.Provider.CATALOGUE_FILE
    state = TrackState(
        facts=tuple(row[1:facts_end]),
        features=tuple(row[facts_end + 1 :]) if is_ours else UNKNOWN_FEATURES,
        artist_ids=tuple(credited),
    )
    keys: dict[str, int] = {}
    for artist_id, key in credited.items():
        keys.setdefault(key, artist_id)
    return StoredTrack(int(row[0] or 0), state, keys)


def _first_known(values: Values, others: Values) -> Values:
    return tuple(
        other if value is None or value == "" else value
        for value, other in zip(values, others, strict=True)
    )
