"""The searches that choose candidates: plain queries, which need no script.

None is filtered by who is excluded: a filter slows a vector search down more than some candidates
too many cost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from recommendations.taste.profiles import Profile

Query = dict[str, Any]

# Elasticsearch's own limit to the candidates of a vector search and to the hits of any search.
MOST_HITS = 10_000
# Chosen by us, below Elasticsearch's limit of 1,024 clauses that a small heap brings.
MOST_ARTISTS = 1_000
# Chosen by us from measurements at 200,000 listeners: with as many candidates for each hit wanted,
# a vector search named 98 of the 100 nearest.
CANDIDATES_PER_HIT = 3


@dataclass(frozen=True, slots=True)
class Breadth:
    """How far a search looks: ``hits`` of each list, ``candidates`` of a vector search."""

    hits: int
    candidates: int

    @classmethod
    def of(cls, hits: int, listeners: int) -> Self:
        """Return the breadth for so many hits, at most ``MOST_HITS``, among so many listeners.

        With no fewer candidates than vectors all of them are scanned, which makes the list exact.
        """
        if listeners <= MOST_HITS:
            return cls(hits, MOST_HITS)
        return cls(hits, min(CANDIDATES_PER_HIT * hits, MOST_HITS))


def by_artists(profile: Profile, hits: int, min_score: float) -> tuple[Query | None, float]:
    """Return the search for the nearest by artists, whose score is their dot product.

    None if the profile has no artists. Beyond ``MOST_ARTISTS`` those of the least weight are left
    out; the second value is the most that they can add for anybody.
    """
    if not len(profile.artist_ids):
        return None, 0.0
    order = np.argsort(-profile.artist_weights, kind="stable")
    asked, left_out = order[:MOST_ARTISTS], order[MOST_ARTISTS:]
    ids, weights = profile.artist_ids[asked].tolist(), profile.artist_weights[asked].tolist()
    terms = [
        {"term": {"artists": {"value": str(artist_id), "boost": weight}}}
        for artist_id, weight in zip(ids, weights, strict=True)
    ]
    query: Query = {"query": {"bool": {"should": terms}}, "size": hits}
    if min_score > 0:
        query["min_score"] = min_score
    # Everybody's weights have unit length, so a dot product is at most the other side's length.
    return query, float(np.linalg.norm(profile.artist_weights[left_out].astype(np.float64)))


def by_vector(
    field: str, vector: Sequence[float], breadth: Breadth, filters: Sequence[Query] = ()
) -> Query:
    """Return the search for the nearest vectors of those who have one and pass the filters."""
    knn: Query = {
        "field": field,
        "query_vector": vector,
        "k": breadth.hits,
        "num_candidates": breadth.candidates,
    }
    if filters:
        # A filtered search may also return who has no vector, with a score that means nothing.
        knn["filter"] = [*filters, has(field)]
    return {"knn": knn, "size": breadth.hits}


def first_by_id(hits: int, *, filters: Sequence[Query] = (), without: Sequence[Query]) -> Query:
    """Return the search for those who pass the filters and have nothing of ``without``, by id."""
    conditions = {"filter": [*filters, has("user_id")], "must_not": without}
    return {"query": {"bool": conditions}, "sort": ["user_id"], "size": hits}


def any_artist_of(profile: Profile) -> Query:
    """Return the condition of having any artist of the profile; nobody meets that of none."""
    return {"terms": {"artists": profile.artist_ids.astype(str).tolist()}}


def has(field: str) -> Query:
    """Return the condition of having a field."""
    return {"exists": {"field": field}}
