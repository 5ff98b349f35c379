"""The two rankings: how near listeners are to one listener."""

from typing import Literal

import numpy as np

from recommendations.taste.listening import Float64Array
from recommendations.taste.profiles import Float32Array, Profile, Profiles
from recommendations.taste.space import Space
from recommendations.taste.vectors import find_places, sum_by_row

# The seed notebook's factor for having any artist in common.
SHARED_ARTIST_FACTOR = 500.0


def hybrid_similarity(query: Profile, others: Profiles) -> Float64Array:
    """Return (n,) similarities cos a + 0.10 cos t + 0.03 cos s, within [-0.13, 1.13].

    A part that either side lacks adds 0.
    """
    dense: Float64Array = others.taste_vectors.astype(np.float64) @ query.taste_vector
    return artist_similarity(query, others) + dense


def artist_similarity(query: Profile, others: Profiles) -> Float64Array:
    """Return (n,) cosines of the artist weights, in [0, 1]; 0 where nothing is shared."""
    places, is_shared = find_places(query.artist_ids, others.artist_ids)
    shares = query.artist_weights[places[is_shared]].astype(np.float64)
    shares *= others.artist_weights[is_shared]
    rows = _entry_rows(others)[is_shared]
    return sum_by_row(rows, shares, len(others))


def meta_cosine(query: Profile, others: Profiles) -> Float64Array:
    """Return (n,) cosines of the meta vectors, in [-1, 1]; 0 where either side has none."""
    return row_cosines(others.meta_vectors, query.meta_vector[None, :])


def seed_score(query: Profile, others: Profiles) -> Float64Array:
    """Return (n,) scores (cosine + 1)(1 + 500 [any artist shared]), within [0, 1002]."""
    _, is_shared = find_places(query.artist_ids, others.artist_ids)
    shared = np.bincount(_entry_rows(others)[is_shared], minlength=len(others))
    return score_by_seed(meta_cosine(query, others), shared > 0)


def score_by_seed(cosines: Float64Array, shares_artist: np.ndarray) -> Float64Array:
    """Return the seed's score of cosines and of whether any artist is shared."""
    scores: Float64Array = (cosines + 1.0) * (1.0 + SHARED_ARTIST_FACTOR * shares_artist)
    return scores


def row_cosines(left: Float32Array, right: Float32Array) -> Float64Array:
    """Return the cosine of each row of one with that of the other; 0 where either is zero."""
    ours, theirs = left.astype(np.float64), right.astype(np.float64)
    norms = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    dots: Float64Array = (ours * theirs).sum(axis=1)
    return np.clip(dots / np.where(norms > 0.0, norms, 1.0), -1.0, 1.0)


def percent(space: Space, ranking: Literal["seed", "hybrid"], score: float) -> float:
    """Return the share of random pairs of listeners that a pair of this score is closer than.

    In [0, 100), rising with the score.
    """
    tables = {"seed": space.seed_percents, "hybrid": space.hybrid_percents}
    return tables[ranking].percent(score)


def _entry_rows(profiles: Profiles) -> np.ndarray:
    return np.repeat(np.arange(len(profiles)), np.diff(profiles.artist_offsets))
