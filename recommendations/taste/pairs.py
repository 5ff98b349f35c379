"""Scores of random pairs of listeners: what percents are measured on."""

import numpy as np
from scipy import sparse

from recommendations.taste.listening import Float64Array
from recommendations.taste.percents import PercentTable, measure_percents
from recommendations.taste.profiles import Int64Array, Profiles
from recommendations.taste.ranking import row_cosines, score_by_seed

# Chosen by us: two hundred thousand pairs tell 99.9995 % from 100 %.
PAIR_COUNT = 200_000
_BLOCK_PAIRS = 20_000
_SEED = 20


def measure_pairs(profiles: Profiles) -> tuple[PercentTable, PercentTable]:
    """Return the percents of the seed's and of the hybrid ranking over pairs of these listeners.

    Needs two listeners. All pairs are taken when there are fewer than 200,000, else as many
    random ones, always the same.
    """
    left, right = _draw_pairs(len(profiles))
    weights = _artist_matrix(profiles)
    blocks = [
        _score_pairs(profiles, weights, left[start:stop], right[start:stop])
        for start in range(0, len(left), _BLOCK_PAIRS)
        for stop in [start + _BLOCK_PAIRS]
    ]
    seed, hybrid = (np.concatenate(scores) for scores in zip(*blocks, strict=True))
    return measure_percents(seed), measure_percents(hybrid)


def _draw_pairs(count: int) -> tuple[Int64Array, Int64Array]:
    """Return two columns of rows, never one listener with themselves."""
    if count * (count - 1) // 2 <= PAIR_COUNT:
        left, right = np.triu_indices(count, k=1)
        return left, right
    random = np.random.default_rng(_SEED)
    left = random.integers(0, count, PAIR_COUNT)
    right = (left + random.integers(1, count, PAIR_COUNT)) % count
    return left, right


def _artist_matrix(profiles: Profiles) -> sparse.csr_array:
    artists, columns = np.unique(profiles.artist_ids, return_inverse=True)
    return sparse.csr_array(
        (profiles.artist_weights.astype(np.float64), columns, profiles.artist_offsets),
        shape=(len(profiles), len(artists)),
    )


def _score_pairs(
    profiles: Profiles, weights: sparse.csr_array, left: Int64Array, right: Int64Array
) -> tuple[Float64Array, Float64Array]:
    """Return the seed's scores and the hybrid similarities of the pairs."""
    artists = np.asarray(weights[left].multiply(weights[right]).sum(axis=1)).ravel()
    ours = profiles.taste_vectors[left].astype(np.float64)
    dense = (ours * profiles.taste_vectors[right]).sum(axis=1)
    cosines = row_cosines(profiles.meta_vectors[left], profiles.meta_vectors[right])
    return score_by_seed(cosines, artists > 0.0), artists + dense
