"""The searches that choose candidates: plain queries, which need no script.

None is filtered by who is excluded: a filter slows a vector search down more than some candidates
too many cost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from recommendations.taste.profiles import Profile

Query = dict[str, Any]

# Elasticsearch's own limit to the candidates of a vector search and to the hits of any search.
MOST_HITS = 10_000
# Chosen by us, below Elasticsearch's limit of 1,024 clauses that a small heap brings.
MOST_ARTISTS = 1_000
# Chosen by us from measurements at a million listeners.
CANDIDATES_PER_HIT = 15
# 800 vector searches, with 450 to 10,000 candidates, found everybody up to a ninetieth of as many;
# up to a thirtieth, 1 in 40 missed somebody.
CANDIDATES_PER_SURE_HIT = 90
# 97 in 100 answers need no second look; with a quarter fewer, 94.
ARTIST_HITS_PER_HIT = 20

# Columns are read in half the time that stored documents take.
# https://www.elastic.co/docs/reference/elasticsearch/rest-apis/retrieve-selected-fields
_COLUMNS = {
    "_source": False,
    "stored_fields": "_none_",
    "docvalue_fields": ["user_id", "profile"],
}


@dataclass(frozen=True, slots=True)
class Breadth:
    """How far searches look: ``vector_hits`` out of ``candidates``, and ``artist_hits``.

    The first ``sure_hits`` by vector are taken for the nearest that there are.
    """

    vector_hits: int
    candidates: int
    sure_hits: int
    artist_hits: int

    @classmethod
    def of(cls, hits: int, listeners: int, *, spare: int = 0) -> Self:
        """Return the breadth for so many hits by vector among so many listeners.

        ``spare`` hits more, for who is excluded. With no fewer candidates than vectors all of them
        are scanned, which makes every hit sure.
        """
        artist_hits = min(ARTIST_HITS_PER_HIT * hits + spare, MOST_HITS)
        if listeners <= MOST_HITS:
            return cls(artist_hits, MOST_HITS, artist_hits, artist_hits)
        candidates = min(CANDIDATES_PER_HIT * hits + spare, MOST_HITS)
        sure_hits = candidates // CANDIDATES_PER_SURE_HIT
        return cls(min(hits + spare, MOST_HITS), candidates, sure_hits, artist_hits)


def by_artists(profile: Profile, hits: int, min_score: float) -> Query | None:
    """Return the search for the nearest by artists, whose score is their dot product.

    None if the profile has no artists. Beyond ``MOST_ARTISTS`` those of the least weight are not
    asked for.
    """
    if not len(profile.artist_ids):
        return None
    asked = _by_weight(profile)[:MOST_ARTISTS]
    ids, weights = profile.artist_ids[asked].tolist(), profile.artist_weights[asked].tolist()
    terms = [
        {"term": {"artists": {"value": str(artist_id), "boost": weight}}}
        for artist_id, weight in zip(ids, weights, strict=True)
    ]
    query: Query = {"query": {"bool": {"should": terms}}, "size": hits, **_COLUMNS}
    if min_score > 0:
        query["min_score"] = min_score
    return query


def most_by_artists_not_asked_for(profile: Profile) -> float:
    """Return how much ``by_artists`` may leave out of anybody's dot product.

    Everybody's weights have unit length, so it is at most the other side's length.
    """
    left_out = profile.artist_weights[_by_weight(profile)[MOST_ARTISTS:]]
    return float(np.linalg.norm(left_out.astype(np.float64)))


def _by_weight(profile: Profile) -> npt.NDArray[np.intp]:
    return np.argsort(-profile.artist_weights, kind="stable")


def by_vector(
    field: str, vector: Sequence[float], breadth: Breadth, filters: Sequence[Query] = ()
) -> Query:
    """Return the search for the nearest vectors of those who have one and pass the filters."""
    knn: Query = {
        "field": field,
        "query_vector": vector,
        "k": breadth.vector_hits,
        "num_candidates": breadth.candidates,
    }
    if filters:
        # A filtered search may also return who has no vector, with a score that means nothing.
        knn["filter"] = [*filters, has(field)]
    return {"knn": knn, "size": breadth.vector_hits, **_COLUMNS}


def first_by_id(hits: int, *, filters: Sequence[Query] = (), without: Sequence[Query]) -> Query:
    """Return the search for those who pass the filters and have nothing of ``without``, by id."""
    conditions = {"filter": [*filters, has("user_id")], "must_not": without}
    return {"query": {"bool": conditions}, "sort": ["user_id"], "size": hits, **_COLUMNS}


def any_artist_of(profile: Profile) -> Query:
    """Return the condition of having any artist of the profile; nobody meets that of none."""
    return {"terms": {"artists": profile.artist_ids.astype(str).tolist()}}


def has(field: str) -> Query:
    """Return the condition of having a field."""
    return {"exists": {"field": field}}
