"""The rankings by their definition, one listener after the other: what an index must agree with."""

import math
from collections.abc import Collection, Iterable

import numpy as np

from recommendations.index.base import Neighbour, Ranking
from recommendations.taste.profiles import Profile, Profiles


class BruteForce:
    """Listeners in a dict, ranked by sorting all of them."""

    def __init__(self, profiles: Iterable[Profile] = ()) -> None:
        self.profiles = {profile.user_id: profile for profile in profiles}

    def apply(self, upserts: Profiles, removals: Collection[int]) -> None:
        self.profiles.update((profile.user_id, profile) for profile in upserts)
        for user_id in removals:
            self.profiles.pop(user_id, None)

    def nearest(
        self, query: Profile, k: int, *, exclude: Collection[int] = (), ranking: Ranking
    ) -> list[Neighbour]:
        neighbours = [
            _compare(query, profile, ranking)
            for profile in self.profiles.values()
            if profile.user_id not in exclude
        ]
        return sorted(neighbours, key=lambda neighbour: (-neighbour.score, neighbour.user_id))[:k]


def _compare(query: Profile, other: Profile, ranking: Ranking) -> Neighbour:
    theirs = dict(zip(other.artist_ids.tolist(), other.artist_weights.tolist(), strict=True))
    mine = zip(query.artist_ids.tolist(), query.artist_weights.tolist(), strict=True)
    artists = [weight * theirs[artist] for artist, weight in mine if artist in theirs]
    if ranking == "hybrid":
        cosine = _cosine(query.taste_vector, other.taste_vector)
        score = math.fsum([*artists, *_products(query.taste_vector, other.taste_vector)])
    else:
        cosine = _cosine(query.meta_vector, other.meta_vector)
        score = (cosine + 1) * (501 if artists else 1)
    return Neighbour(other.user_id, cosine, math.fsum(artists), score)


def _cosine(left: np.ndarray, right: np.ndarray) -> float:
    dot = math.fsum(_products(left, right))
    norms = [math.sqrt(math.fsum(_products(vector, vector))) for vector in (left, right)]
    return min(1.0, max(-1.0, dot / (norms[0] * norms[1]))) if all(norms) else 0.0


def _products(left: np.ndarray, right: np.ndarray) -> list[float]:
    return [x * y for x, y in zip(left.tolist(), right.tolist(), strict=True)]
