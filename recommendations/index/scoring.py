"""Exact scores of a few listeners, the same however they are stored.

A product of two float32 numbers is exact in float64, and ``math.fsum`` rounds their sum once. So a
score depends on nothing but the stored numbers, and sums that are equal come out equal.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommendations.index.base import Neighbour, Ranking
from recommendations.index.segments import Float64Array, Segment
from recommendations.taste.profiles import Int64Array, Profile
from recommendations.taste.ranking import score_by_seed


@dataclass(frozen=True, eq=False, slots=True)
class Scores:
    """Listeners with their exact scores, as columns of length n."""

    user_ids: Int64Array
    cosines: Float64Array
    artist_similarities: Float64Array
    scores: Float64Array


def score_rows(segment: Segment, rows: Int64Array, profile: Profile, *, ranking: Ranking) -> Scores:
    """Return the exact scores of ``rows`` against ``profile``."""
    weights = segment.weights_of(rows, profile.artist_ids)
    shares_artist = np.asarray(weights.any(axis=1))
    artist_products = weights * profile.artist_weights
    is_hybrid = ranking == "hybrid"
    stored = segment.taste_vectors if is_hybrid else segment.meta_vectors
    vectors = stored[rows].astype(np.float64)
    wanted = (profile.taste_vector if is_hybrid else profile.meta_vector).astype(np.float64)
    cosines = _cosines(vectors, wanted)
    if is_hybrid:
        scores = _sum_rows(np.hstack([artist_products, vectors * wanted]))
    else:
        scores = score_by_seed(cosines, shares_artist)
    return Scores(segment.user_ids[rows], cosines, _sum_rows(artist_products), scores)


def best_of(parts: Sequence[Scores], k: int) -> list[Neighbour]:
    """Return the k best of all parts, best first, ties by user id."""
    user_ids = np.concatenate([part.user_ids for part in parts])
    cosines = np.concatenate([part.cosines for part in parts])
    artist_similarities = np.concatenate([part.artist_similarities for part in parts])
    scores = np.concatenate([part.scores for part in parts])
    return [
        Neighbour(
            user_id=int(user_ids[i]),
            cosine=float(cosines[i]),
            artist_similarity=float(artist_similarities[i]),
            score=float(scores[i]),
        )
        for i in np.lexsort((user_ids, -scores))[:k]
    ]


def _cosines(vectors: Float64Array, wanted: Float64Array) -> Float64Array:
    """Return each row's cosine with ``wanted``, 0 where either is zero."""
    cosines = _sum_rows(vectors * wanted)
    norm = math.sqrt(math.fsum((wanted**2).tolist()))
    for row in np.flatnonzero(cosines):
        row_norm = math.sqrt(math.fsum((vectors[row] ** 2).tolist()))
        cosines[row] = min(1.0, max(-1.0, cosines[row] / (norm * row_norm)))
    return cosines


def _sum_rows(products: Float64Array) -> Float64Array:
    """Return each row's sum, rounded once."""
    sums = np.zeros(len(products))
    # Rows of zeros are left out: where nothing is shared, a whole population may tie at 0.
    for row in np.flatnonzero(products.any(axis=1)):
        sums[row] = math.fsum(products[row].tolist())
    return sums
