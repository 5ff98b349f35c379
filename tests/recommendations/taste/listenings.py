"""Listening made by hand, for the tests of taste."""

from collections.abc import Mapping, Sequence

import numpy as np

from recommendations.taste.listening import (
    Catalogue,
    Float64Array,
    Listening,
    TopArtists,
    TopTracks,
    gather_listening,
)
from recommendations.taste.schema import TRACK_FEATURES

TYPICAL = {
    "danceability": 0.55,
    "energy": 0.65,
    "key": 5.0,
    "loudness_db": -8.0,
    "mode": 1.0,
    "speechiness": 0.06,
    "acousticness": 0.2,
    "instrumentalness": 0.05,
    "liveness": 0.17,
    "valence": 0.5,
    "tempo_bpm": 120.0,
    "duration_ms": 220_000.0,
    "time_signature": 4.0,
    "popularity": 40.0,
}


def make_features(**overrides: float) -> Float64Array:
    """Return one track's fourteen features, typical but for the overrides."""
    return np.array([{**TYPICAL, **overrides}[name] for name in TRACK_FEATURES])


def make_listening(
    tracks: Mapping[int, Sequence[tuple[int, int]]] | None = None,
    artists: Mapping[int, Sequence[tuple[int, int, float | None]]] | None = None,
    *,
    features: Sequence[Float64Array] = (),
    credited: Sequence[tuple[int, int]] = (),
    user_ids: Sequence[int] = (),
) -> Listening:
    """Return the listening of users.

    ``tracks`` gives each user's (track, rank), ``artists`` each user's (artist, rank, plays or
    None). ``features`` are those of track 0, 1, ...; ``credited`` holds (track, artist).
    """
    tracks, artists = tracks or {}, artists or {}
    users = sorted({*tracks, *artists, *user_ids})
    row_of = {user: row for row, user in enumerate(users)}
    track_entries = [(row_of[u], *entry) for u, entries in tracks.items() for entry in entries]
    artist_entries = [(row_of[u], *entry) for u, entries in artists.items() for entry in entries]
    by_track = np.array(track_entries, dtype=np.int64).reshape(-1, 3)
    by_artist = np.array(artist_entries, dtype=np.float64).reshape(-1, 4)
    credit = np.array(list(credited), dtype=np.int64).reshape(-1, 2)
    return gather_listening(
        np.array(users, dtype=np.int64),
        TopTracks(by_track[:, 0].astype(np.int32), by_track[:, 1], by_track[:, 2].astype(np.int32)),
        TopArtists(
            by_artist[:, 0].astype(np.int32),
            by_artist[:, 1].astype(np.int32),
            by_artist[:, 2].astype(np.int32),
            by_artist[:, 3],
        ),
        Catalogue(
            np.arange(len(features)),
            np.array(list(features)).reshape(-1, len(TRACK_FEATURES)),
            credit[:, 0],
            credit[:, 1].astype(np.int32),
        ),
    )
