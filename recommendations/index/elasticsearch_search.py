"""The exact top k out of lists that Elasticsearch cut off, and the proof that nobody is missing.

Each list names the nearest by one part of the score, and its last entry bounds that part for
everybody it does not name. Candidates are scored exactly from their stored profiles; when the k-th
best of them is above what anybody else can reach, the answer is complete. Else the lists are
read further.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from recommendations.index.base import Neighbour, Ranking
from recommendations.index.elasticsearch_documents import read_profiles
from recommendations.index.elasticsearch_queries import (
    MOST_HITS,
    Breadth,
    Query,
    any_artist_of,
    by_artists,
    by_vector,
    first_by_id,
    has,
)
from recommendations.index.rescoring import score_profiles
from recommendations.index.scoring import Scores, best_of
from recommendations.index.segments import Float64Array
from recommendations.taste.profiles import Float32Array, Profile, Profiles
from recommendations.taste.ranking import hybrid_similarity, meta_cosine

# Chosen by us from measurements at a million listeners: nine in ten answers need no second look.
FIRST_HITS = 150
HITS_PER_RESULT = 2
GROWTH = 3
# A weight is stored with 8 bits after the first, rounded down: the true one is at most
# 1 / (1 - 2 ** -8) = 1.0039 times as large.
# https://lucene.apache.org/core/10_3_1/core/org/apache/lucene/document/FeatureField.html
WEIGHT_ERROR = 1.005
# More than all other roundings together: of what is written (1e-7 a number) and of float32 sums.
SLACK = 1e-5
# More than float64 sums of a thousand products can be off.
ESTIMATE_ERROR = 1e-9
# Who shares an artist has (cosine + 1) x 501, and nobody else has more than this.
MOST_WITHOUT_SHARED_ARTIST = 2.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A found listener with the list's score and the stored profile."""

    user_id: int
    score: float
    packed_profile: str


# Returns (n,) numbers in the order of the scores.
Estimate = Callable[[Profile, Profiles], Float64Array]
# Answers several queries at once, in their order.
Search = Callable[[Sequence[Query]], list[list[Hit]]]


@dataclass(frozen=True, slots=True)
class Request:
    """Whom to find: the arguments of ``nearest``, among about so many ``listeners``."""

    profile: Profile
    k: int
    exclude: frozenset[int]
    ranking: Ranking
    listeners: int

    def breadths(self) -> Iterator[Breadth]:
        """Yield how far to look at first, and then each time it was not far enough."""
        hits = max(FIRST_HITS, HITS_PER_RESULT * self.k) + len(self.exclude)
        while hits < MOST_HITS:
            yield Breadth.of(hits, self.listeners)
            hits *= GROWTH
        yield Breadth.of(MOST_HITS, self.listeners)


@dataclass(frozen=True, slots=True)
class Answer:
    """The top k, best first, and whether they are proven to be exactly that."""

    neighbours: list[Neighbour]
    is_certified: bool


class _Candidates:
    """Listeners found so far; who is excluded is not among them.

    The exact scores cost most of the time, so only those who may win are given one: ``estimate``
    returns (n,) float64 numbers in the order of the scores, off by less than ``ESTIMATE_ERROR``.
    """

    def __init__(self, request: Request, estimate: Estimate) -> None:
        self._request = request
        self._estimate = estimate
        self._known = set(request.exclude)
        self._blocks: list[Profiles] = []
        self._estimates = np.zeros(0)

    def add(self, hits: Sequence[Hit]) -> None:
        packed = {hit.user_id: hit.packed_profile for hit in hits if hit.user_id not in self._known}
        if packed:
            self._known.update(packed)
            block = read_profiles(packed)
            self._blocks.append(block)
            estimates = self._estimate(self._request.profile, block)
            self._estimates = np.concatenate([self._estimates, estimates])

    def kth(self) -> float:
        """Return the k-th largest estimate, -inf where there are fewer candidates."""
        k = self._request.k
        if len(self._estimates) < k:
            return -math.inf
        return float(np.partition(self._estimates, -k)[-k])

    def score(self) -> list[Scores]:
        """Return the exact scores of those who hold the k best."""
        may_win = np.flatnonzero(self._estimates >= self.kth() - ESTIMATE_ERROR)
        profiles = Profiles.concatenate(self._blocks).take(may_win)
        return score_profiles(profiles, self._request.profile, ranking=self._request.ranking)


def find_nearest(search: Search, request: Request) -> Answer:
    """Return the answer; it is not certified where a list ended at Elasticsearch's own limit."""
    find = _find_hybrid if request.ranking == "hybrid" else _find_seed
    parts, is_certified = find(search, request)
    return Answer(best_of(parts, request.k) if parts else [], is_certified)


def _find_hybrid(search: Search, request: Request) -> tuple[list[Scores], bool]:
    """Search by artists and by sound.

    Whom neither list names is bounded by the ends of both if they share an artist, and by that of
    the second if not. Who has neither a shared artist nor a vector has the score 0, so the first of
    them by user id stand for all.
    """
    profile, found = request.profile, _Candidates(request, hybrid_similarity)
    vector = _as_query(profile.taste_vector)
    min_score = 0.0
    for breadth in request.breadths():
        artists, left_out = by_artists(profile, breadth.hits, min_score)
        sound = by_vector("taste_vector", vector, breadth) if vector else None
        by_artist, by_sound = _search_both(search, artists, sound)
        found.add([*by_artist, *by_sound])
        most_by_artist = left_out + WEIGHT_ERROR * _last_score(by_artist, breadth, min_score)
        most_by_sound = -math.inf
        if len(by_sound) >= breadth.hits:
            most_by_sound = _dot_product(by_sound[-1].score)
        best = found.kth()
        most = most_by_sound
        if most_by_artist > 0:
            most = max(most, most_by_artist + max(0.0, most_by_sound))
        if best > most + SLACK or most == -math.inf:
            if best <= SLACK:
                without = [*([has("taste_vector")] if vector else []), any_artist_of(profile)]
                found.add(*search([first_by_id(_enough(request), without=without)]))
            return found.score(), True
        margin = max(0.0, most_by_sound) + left_out + 2 * SLACK
        min_score = max(0.0, (best - margin) / WEIGHT_ERROR)
    return found.score(), False


def _search_both(
    search: Search, artists: Query | None, sound: Query | None
) -> tuple[list[Hit], list[Hit]]:
    """Return the hits of both queries, none for one that there is no sense in."""
    results = iter(search([query for query in (artists, sound) if query is not None]))
    return next(results) if artists else [], next(results) if sound else []


def _last_score(hits: Sequence[Hit], breadth: Breadth, min_score: float) -> float:
    """Return what nobody left out by the list has more of."""
    return hits[-1].score if len(hits) >= breadth.hits else min_score


def _find_seed(search: Search, request: Request) -> tuple[list[Scores], bool]:
    """Search those who share an artist and, unless k of them are surely ahead, the others."""
    shares_artist = any_artist_of(request.profile)
    sharing, is_certified = _find_by_cosine(search, request, shares_artist)
    ahead = sum(np.count_nonzero(part.scores > MOST_WITHOUT_SHARED_ARTIST) for part in sharing)
    if ahead >= request.k:
        return sharing, is_certified
    others, is_certified_too = _find_by_cosine(
        search, request, {"bool": {"must_not": [shares_artist]}}
    )
    return sharing + others, is_certified and is_certified_too


def _find_by_cosine(
    search: Search, request: Request, condition: Query
) -> tuple[list[Scores], bool]:
    """Return candidates that hold the top k by cosine of those who meet the condition.

    Who has no vector has the cosine 0, so the first of them by user id stand for all.
    """
    found = _Candidates(request, meta_cosine)
    vector = _as_query(request.profile.meta_vector)
    without = [has("meta_vector")] if vector else []
    zeros = first_by_id(_enough(request), filters=[condition], without=without)
    if not vector:
        found.add(*search([zeros]))
        return found.score(), True
    for breadth in request.breadths():
        (hits,) = search([by_vector("meta_vector", vector, breadth, [condition])])
        found.add(hits)
        most = 2 * hits[-1].score - 1 if len(hits) >= breadth.hits else -math.inf
        best = found.kth()
        if best > most + SLACK or most == -math.inf:
            if best <= SLACK:
                found.add(*search([zeros]))
            return found.score(), True
    return found.score(), False


def _enough(request: Request) -> int:
    """Return how many of those with the same score must be looked at."""
    return min(request.k + len(request.exclude), MOST_HITS)


def _as_query(vector: Float32Array) -> list[float]:
    """Return the vector as it is asked for, empty if it has no direction."""
    return vector.astype(np.float64).tolist() if vector.any() else []


def _dot_product(score: float) -> float:
    """Return the dot product of a ``max_inner_product`` score."""
    return score - 1 if score >= 1 else 1 - 1 / score
