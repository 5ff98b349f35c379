"""The two rankings: how near listeners are to one listener."""

from typing import Literal

from recommendations.taste.listening import Float64Array
from recommendations.taste.profiles import Profile, Profiles
from recommendations.taste.space import Space


def hybrid_similarity(query: Profile, others: Profiles) -> Float64Array:
    """Return (n,) similarities cos a + 0.10 cos t + 0.03 cos s, within [-0.13, 1.13].

    A part that either side lacks adds 0.
    """
    raise NotImplementedError


def artist_similarity(query: Profile, others: Profiles) -> Float64Array:
    """Return (n,) cosines of the artist weights, in [0, 1]; 0 where nothing is shared."""
    raise NotImplementedError


def meta_cosine(query: Profile, others: Profiles) -> Float64Array:
    """Return (n,) cosines of the meta vectors, in [-1, 1]; 0 where either side has none."""
    raise NotImplementedError


def seed_score(query: Profile, others: Profiles) -> Float64Array:
    """Return (n,) scores (cosine + 1)(1 + 500 [any artist shared]), within [0, 1002]."""
    raise NotImplementedError


def percent(space: Space, ranking: Literal["seed", "hybrid"], score: float) -> float:
    """Return the share of random pairs of listeners that a pair of this score is closer than.

    In [0, 100), rising with the score.
    """
    raise NotImplementedError
