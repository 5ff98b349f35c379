"""The exact top k out of lists that Elasticsearch cut off, and the proof that nobody is missing.

Each list names the nearest by one part of the score, and so bounds that part for everybody it
does not name. Only of those whom these bounds leave a chance the stored profiles are loaded and
scored exactly; when the k-th best of them is above what anybody else can reach, the answer is
complete. Else the lists are read further.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from recommendations.index.base import Neighbour
from recommendations.index.elasticsearch_candidates import (
    SLACK,
    Candidates,
    Hit,
    Request,
    Search,
)
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
    most_by_artists_not_asked_for,
)
from recommendations.index.rescoring import score_profiles
from recommendations.index.scoring import Scores, best_of
from recommendations.taste.profiles import Float32Array, Profile

# A weight is stored with 8 bits after the first, rounded down: the true one is at most
# 1 / (1 - 2 ** -8) = 1.0039 times as large.
# https://lucene.apache.org/core/10_3_1/core/org/apache/lucene/document/FeatureField.html
WEIGHT_ERROR = 1.005
# Who shares an artist has (cosine + 1) x 501, and nobody else has more than this.
MOST_WITHOUT_SHARED_ARTIST = 2.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The top k, best first, and whether they are proven to be exactly that."""

    neighbours: list[Neighbour]
    is_certified: bool


def find_nearest(search: Search, request: Request) -> Answer:
    """Return the answer; it is not certified where a list ended at Elasticsearch's own limit."""
    find = _find_hybrid if request.ranking == "hybrid" else _find_seed
    parts, is_certified = find(search, request)
    return Answer(best_of(parts, request.k) if parts else [], is_certified)


@dataclass(slots=True)
class _Part:
    """How much of one part of the score those can have whom a list names, and all others."""

    others: float
    named: dict[int, float] = field(default_factory=dict)

    def most(self, user_id: int) -> float:
        """Return the most that a listener can have, who may lack this part."""
        return self.named.get(user_id, max(0.0, self.others))


class _Lists:
    """The nearest by artists and the nearest by sound."""

    def __init__(self, search: Search, profile: Profile) -> None:
        self._search = search
        self._profile = profile
        self.vector = _as_query(profile.taste_vector)
        self._left_out = most_by_artists_not_asked_for(profile)
        self._artists = _Part(math.inf if len(profile.artist_ids) else 0.0)
        self._sound = _Part(math.inf if self.vector else -math.inf)

    def most_of_named(self) -> dict[int, float]:
        """Return what each whom a list names can have at most."""
        named = self._artists.named.keys() | self._sound.named.keys()
        return {
            user_id: self._artists.most(user_id) + self._sound.most(user_id) for user_id in named
        }

    def most_of_others(self) -> float:
        """Return what nobody exceeds whom no list names and who has any part of the score."""
        return max(self._sound.others, self._most_by_artists())

    def read(self, breadth: Breadth, best: float) -> list[Hit]:
        """Read so far those lists that may still leave out who has more than ``best``."""
        min_score = self._min_score(best)
        by_artist = by_sound = None
        if self._most_by_artists() + SLACK >= best:
            by_artist = by_artists(self._profile, breadth.artist_hits, min_score)
        if self._sound.others + SLACK >= best and self.vector:
            by_sound = by_vector("taste_vector", self.vector, breadth)
        results = iter(self._search([query for query in (by_artist, by_sound) if query]))
        by_artist_hits = next(results) if by_artist else []
        by_sound_hits = next(results) if by_sound else []
        if by_artist:
            self._take_artists(by_artist_hits, breadth, min_score)
        if by_sound:
            self._take_sound(by_sound_hits, breadth)
        return [*by_artist_hits, *by_sound_hits]

    def _most_by_artists(self) -> float:
        """Return what nobody exceeds who shares an artist and whom no list names."""
        if self._artists.others <= 0:
            return -math.inf
        return self._artists.others + max(0.0, self._sound.others)

    def _min_score(self, best: float) -> float:
        """Return the least score by artists of who may still have more than ``best``."""
        margin = self._left_out + max(0.0, self._sound.others) + 2 * SLACK
        return max(0.0, (best - margin) / WEIGHT_ERROR)

    def _take_artists(self, hits: Sequence[Hit], breadth: Breadth, min_score: float) -> None:
        most = {hit.user_id: self._left_out + WEIGHT_ERROR * hit.score for hit in hits}
        self._artists.named |= most
        least = hits[-1].score if len(hits) >= breadth.artist_hits else min_score
        self._artists.others = self._left_out + WEIGHT_ERROR * least

    def _take_sound(self, hits: Sequence[Hit], breadth: Breadth) -> None:
        self._sound.named |= {hit.user_id: _dot_product(hit.score) for hit in hits}
        is_whole = len(hits) < breadth.vector_hits
        self._sound.others = (
            -math.inf if is_whole else _dot_product(hits[breadth.sure_hits - 1].score)
        )


def _find_hybrid(search: Search, request: Request) -> tuple[list[Scores], bool]:
    """Search by artists and by sound.

    Whom neither list names is bounded by both if they share an artist, and by that of the second
    if not. Who has neither a shared artist nor a vector has the score 0, so the first of them by
    user id stand for all.
    """
    lists, found = _Lists(search, request.profile), Candidates(request)
    for breadth in request.breadths():
        found.add(lists.read(breadth, found.kth()))
        found.read_who_may_win(lists.most_of_named())
        best, most = found.kth(), lists.most_of_others()
        if best > most + SLACK or most == -math.inf:
            if best <= SLACK:
                without = [*([has("taste_vector")] if lists.vector else [])]
                without.append(any_artist_of(request.profile))
                zeros = search([first_by_id(_enough(request), without=without)])[0]
                found.add(zeros)
                found.read(hit.user_id for hit in zeros)
            return found.score(), True
    return found.score(), False


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
    """Return who may be among the top k by cosine of those who meet the condition.

    All vectors are scanned, so a list is true to its end. Who has no vector has the cosine 0, so
    the first of them by user id stand for all.
    """
    vector = _as_query(request.profile.meta_vector)
    without = [has("meta_vector")] if vector else []
    zeros = first_by_id(_enough(request), filters=[condition], without=without)
    if not vector:
        return _score(request, search([zeros])[0]), True
    for breadth in request.breadths():
        [hits] = search([by_vector("meta_vector", vector, breadth, [condition])])
        found = [hit for hit in hits if hit.user_id not in request.exclude]
        kth = _cosine(found[request.k - 1]) if len(found) >= request.k else -math.inf
        others = _cosine(hits[-1]) if len(hits) >= breadth.vector_hits else -math.inf
        may_win = [hit for hit in found if _cosine(hit) >= kth - 2 * SLACK]
        if kth > others + 2 * SLACK or others == -math.inf:
            if kth <= SLACK:
                may_win += search([zeros])[0]
            return _score(request, may_win), True
    return _score(request, may_win), False


def _score(request: Request, hits: Iterable[Hit]) -> list[Scores]:
    """Return the exact scores of who was found, without who is excluded."""
    packed = {hit.user_id: hit.packed_profile for hit in hits if hit.user_id not in request.exclude}
    return score_profiles(read_profiles(packed), request.profile, ranking=request.ranking)


def _enough(request: Request) -> int:
    """Return how many of those with the same score must be looked at."""
    return min(request.k + len(request.exclude), MOST_HITS)


def _as_query(vector: Float32Array) -> list[float]:
    """Return the vector as it is asked for, empty if it has no direction."""
    return vector.astype(np.float64).tolist() if vector.any() else []


def _dot_product(score: float) -> float:
    """Return the dot product of a ``max_inner_product`` score."""
    return score - 1 if score >= 1 else 1 - 1 / score


def _cosine(hit: Hit) -> float:
    """Return the cosine of a ``cosine`` score."""
    return 2 * hit.score - 1
