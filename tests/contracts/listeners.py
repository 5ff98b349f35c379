"""Listeners with the awkward cases: ties, nothing in common, one artist, none, no vectors."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from recommendations.taste.profiles import Profile, Profiles

SOME_ARTISTS = 400
NO_ARTISTS: Mapping[int, float] = {}


def make_profile(
    user_id: int,
    *,
    artists: Mapping[int, float] = NO_ARTISTS,
    taste_vector: npt.ArrayLike = (),
    meta_vector: npt.ArrayLike = (),
) -> Profile:
    """Return a profile of artist weights scaled to unit length and vectors filled with zeros."""
    artist_ids = sorted(artists)
    weights = np.array([artists[artist_id] for artist_id in artist_ids], np.float64)
    norm = np.sqrt((weights**2).sum()) or 1.0
    return Profile(
        user_id=user_id,
        meta_vector=_fill(meta_vector, 14),
        taste_vector=_fill(taste_vector, 41),
        feature_means=np.full(9, np.nan, np.float32),
        artist_ids=np.array(artist_ids, np.int32),
        artist_weights=(weights / norm).astype(np.float32),
    )


def make_profiles(profiles: list[Profile]) -> Profiles:
    """Return profiles as columns."""
    sizes = [len(profile.artist_ids) for profile in profiles]
    return Profiles(
        user_ids=np.array([profile.user_id for profile in profiles], np.int64),
        meta_vectors=_stack([profile.meta_vector for profile in profiles], 14),
        taste_vectors=_stack([profile.taste_vector for profile in profiles], 41),
        feature_means=_stack([profile.feature_means for profile in profiles], 9),
        artist_offsets=np.cumsum([0, *sizes], dtype=np.int64),
        artist_ids=np.concatenate([np.zeros(0, np.int32), *(p.artist_ids for p in profiles)]),
        artist_weights=np.concatenate(
            [np.zeros(0, np.float32), *(p.artist_weights for p in profiles)]
        ),
    )


def make_listeners(count: int, *, seed: int = 0, first_id: int = 1) -> list[Profile]:
    """Return listeners of ten awkward kinds in turn, in a shuffled order of ids."""
    random = np.random.default_rng(seed)
    user_ids = first_id + random.permutation(count)
    return [_make_listener(random, int(user_id), row % 10) for row, user_id in enumerate(user_ids)]


def _make_listener(random: np.random.Generator, user_id: int, kind: int) -> Profile:
    """Return a listener of a kind: 0-3 like anybody, 4-9 one awkward case each."""
    popularity = np.minimum((SOME_ARTISTS ** random.random(40)).astype(int), SOME_ARTISTS)
    artists = {int(artist): random.uniform(0.1, 1) for artist in popularity}
    sound = random.normal(size=41) * (0.13**0.5 / 41**0.5)
    meta = random.normal([0.6, 0.6, 5, -7, 0.6, 0.1, 0.2, 0.1, 0.2, 0.5, 1.2, 2.2, 4, 0.5], 0.1)
    if kind == 4:  # ties: the same artist alone, and the same vectors
        artists, sound, meta = {7: 1.0}, np.full(41, 0.05), np.ones(14)
    elif kind == 5:  # one artist whom hardly anybody has
        artists = {SOME_ARTISTS + user_id: 1.0}
    elif kind == 6:  # no artists
        artists = {}
    elif kind == 7:  # no vectors
        sound, meta = np.zeros(41), np.zeros(14)
    elif kind == 8:  # nothing at all
        artists, sound, meta = {}, np.zeros(41), np.zeros(14)
    elif kind == 9:  # the opposite of the ties
        artists, sound, meta = {8: 1.0}, np.full(41, -0.05), -np.ones(14)
    return make_profile(user_id, artists=artists, taste_vector=sound, meta_vector=meta)


def _fill(values: npt.ArrayLike, size: int) -> np.ndarray:
    vector = np.zeros(size, np.float32)
    given = np.asarray(values, np.float32)
    vector[: len(given)] = given
    return vector


def _stack(vectors: list[np.ndarray], size: int) -> np.ndarray:
    return np.array(vectors, np.float32).reshape(-1, size)
