"""Listeners who may be among the nearest, and how much anybody can have at most."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommendations.index.base import Ranking
from recommendations.index.elasticsearch_documents import read_profiles
from recommendations.index.elasticsearch_queries import MOST_HITS, Breadth, Query
from recommendations.index.rescoring import score_profiles
from recommendations.index.scoring import Scores
from recommendations.taste.profiles import Profile, Profiles
from recommendations.taste.ranking import hybrid_similarity

# Chosen by us; ``elasticsearch_queries`` says how far that goes.
FIRST_HITS = 30
HITS_PER_RESULT = 2
GROWTH = 3
# Chosen by us from measurements at a million listeners: half of the answers need no more of them.
FIRST_PROFILES = 100
# More than all other roundings together: of what is written (1e-7 a number) and of float32 sums.
SLACK = 1e-5
# More than float64 sums of a thousand products can be off.
ESTIMATE_ERROR = 1e-9


@dataclass(frozen=True, slots=True)
class Hit:
    """A found listener with the list's score and the stored profile."""

    user_id: int
    score: float
    packed_profile: str


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
        hits, spare = max(FIRST_HITS, HITS_PER_RESULT * self.k), len(self.exclude)
        while (breadth := Breadth.of(hits, self.listeners, spare=spare)).artist_hits < MOST_HITS:
            yield breadth
            hits *= GROWTH
        yield Breadth.of(MOST_HITS, self.listeners)


class Candidates:
    """Listeners found so far; who is excluded is not among them.

    Profiles are read of those only who may be among the k best.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._packed: dict[int, str] = {}
        self._read = set(request.exclude)
        self._blocks: list[Profiles] = []
        self._estimates = np.zeros(0)

    def add(self, hits: Iterable[Hit]) -> None:
        """Take over who was found."""
        self._packed |= {hit.user_id: hit.packed_profile for hit in hits}

    def read(self, user_ids: Iterable[int]) -> None:
        """Read the profiles of those found whose profile is not read yet."""
        new = {user_id: self._packed[user_id] for user_id in user_ids if user_id not in self._read}
        if new:
            self._read.update(new)
            block = read_profiles(new)
            self._blocks.append(block)
            estimates = hybrid_similarity(self._request.profile, block)
            self._estimates = np.concatenate([self._estimates, estimates])

    def read_who_may_win(self, most: Mapping[int, float]) -> None:
        """Read those found whose similarity, at most ``most``, may be among the k best."""
        promising = sorted(most, key=most.__getitem__, reverse=True)
        first = max(FIRST_PROFILES, HITS_PER_RESULT * self._request.k)
        self.read(promising[:first])
        least = self.kth() - SLACK
        self.read(user_id for user_id in promising[first:] if most[user_id] >= least)

    def kth(self) -> float:
        """Return the k-th largest similarity read, -inf where there are fewer.

        It is off by less than ``ESTIMATE_ERROR``.
        """
        k = self._request.k
        if len(self._estimates) < k:
            return -math.inf
        return float(np.partition(self._estimates, -k)[-k])

    def score(self) -> list[Scores]:
        """Return the exact scores of those who hold the k best."""
        may_win = np.flatnonzero(self._estimates >= self.kth() - ESTIMATE_ERROR)
        profiles = Profiles.concatenate(self._blocks).take(may_win)
        return score_profiles(profiles, self._request.profile, ranking="hybrid")
