"""Finds the similar users who pass what somebody asks for, on a page or over the API."""

from dataclasses import dataclass
from functools import partial

from accounts.models import User
from recommendations.index.base import Ranking
from recommendations.models import Clustering, TimeRange
from recommendations.services.clusters import load_named_cluster
from recommendations.services.facets import build_facet_query
from recommendations.services.pairs import Place, Search
from recommendations.services.partial_profiles import BuildQuery, build_partial_profile
from recommendations.services.similar_users import (
    FoundUsers,
    NotEnoughListening,
    default_ranking,
    search_similar_users,
)


@dataclass(frozen=True, slots=True)
class Filters:
    """Whose taste is near to what of mine, and who of them is shown.

    ``time_range`` compares with my lists of that span alone, ``facet`` brings the facet of that
    number to the front; one of both may be given. ``shares_artist`` leaves out who has none of the
    artists that count, ``cluster`` who is not in the cluster of listeners by sound of that number.
    """

    time_range: TimeRange | None = None
    facet: int | None = None
    shares_artist: bool = False
    cluster: int | None = None


def find_filtered_users(
    user: User,
    filters: Filters,
    *,
    limit: int,
    ranking: Ranking | None = None,
    after: Place | None = None,
) -> FoundUsers:
    """Return the nearest who pass, best first, from a place in that list on.

    Without a ranking the site's is used. Raises ``NotEnoughListening``, ``NoSuchFacet`` and
    ``ClusterNotFound``.
    """
    search = Search(
        limit,
        ranking or default_ranking(),
        shares_artist=filters.shares_artist,
        cluster_id=_find_cluster(user, filters),
        after=after,
    )
    try:
        return search_similar_users(user, search, _choose_query(user, filters))
    except NotEnoughListening as error:
        raise NotEnoughListening.of(user, filters.time_range) from error


def _find_cluster(user: User, filters: Filters) -> int | None:
    if filters.cluster is None:
        return None
    return load_named_cluster(user, Clustering.Kind.SOUND, filters.cluster).pk


def _choose_query(user: User, filters: Filters) -> BuildQuery | None:
    if filters.facet is not None:
        return partial(build_facet_query, user.pk, filters.facet)
    if filters.time_range is not None:
        return partial(build_partial_profile, user.pk, time_range=filters.time_range)
    return None
