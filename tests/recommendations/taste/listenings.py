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


def make_camps(count: int, *, seed: int = 1, artists: int = 30, per_listener: int = 8) -> Listening:
    """Return listeners of two camps: even users hear artists below ``artists``, odd ones above.

    Each has ten tracks of random sound.
    """
    rng = np.random.default_rng(seed)
    features = [
        make_features(
            danceability=rng.uniform(0.2, 0.9),
            energy=rng.uniform(0.2, 0.9),
            key=float(rng.integers(12)),
            loudness_db=rng.normal(-8.0, 2.0),
            speechiness=rng.uniform(0.02, 0.3),
            acousticness=rng.uniform(0.0, 0.9),
            instrumentalness=rng.uniform(0.0, 0.9),
            liveness=rng.uniform(0.05, 0.5),
            valence=rng.uniform(0.1, 0.9),
            tempo_bpm=rng.normal(120.0, 20.0),
        )
        for _ in range(60)
    ]
    tracks = {
        user: [
            (int(track), rank)
            for rank, track in enumerate(rng.choice(len(features), 10, replace=False), start=1)
        ]
        for user in range(count)
    }
    heard = {
        user: [
            (int(artist) + artists * (user % 2), rank, None)
            for rank, artist in enumerate(rng.choice(artists, per_listener, replace=False), start=1)
        ]
        for user in range(count)
    }
    return make_listening(tracks, heard, features=features)
