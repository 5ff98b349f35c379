"""Pairs of similar listeners as numbers and ids: step 7 without the rows that show it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from recommendations.index.base import Neighbour, ProfileIndex, Ranking
from recommendations.index.passing import Passing, nearest_passing
from recommendations.index.rescoring import score_profiles
from recommendations.index.scoring import best_of
from recommendations.models import ClusterListener
from recommendations.services.profile_store import load_visible_profiles
from recommendations.services.spaces import load_active_space_id
from recommendations.services.visibility import load_unseen_by_each
from recommendations.taste.explanation import (
    NOT_EXPLAINED,
    Explanation,
    explain_hybrid,
    explain_seed,
)
from recommendations.taste.profiles import Profile, Profiles
from recommendations.taste.ranking import percent
from recommendations.taste.space import Space


class SpaceExchanged(Exception):  # noqa: N818 - named for what the caller has to know
    """The space was exchanged during the search, and its profiles are gone: search again."""


@dataclass(frozen=True, slots=True)
class Searchable:
    """An index with the space whose profiles it holds."""

    index: ProfileIndex
    space_id: int
    space: Space


@dataclass(frozen=True, slots=True)
class Place:
    """How far a list was read: to the listener of this score, who has this rank in it."""

    rank: int
    score: float
    user_id: int

    def is_before(self, neighbour: Neighbour) -> bool:
        """Tell whether a neighbour comes after this place; equal scores go by user id."""
        return (-self.score, self.user_id) < (-neighbour.score, neighbour.user_id)


@dataclass(frozen=True, slots=True)
class Search:
    """Whom to find: so many by a ranking, who pass the filters, from a place on.

    Without ``explains`` the explanations are empty, which spares a fifth of the time.
    """

    limit: int
    ranking: Ranking
    shares_artist: bool = False
    cluster_id: int | None = None
    after: Place | None = None
    explains: bool = True

    def keep(self, neighbours: Sequence[Neighbour]) -> list[Neighbour]:
        """Return those who may be in the answer, in their order; one query for a cluster."""
        kept = [neighbour for neighbour in neighbours if self._passes(neighbour)]
        if self.cluster_id is None:
            return kept
        places = ClusterListener.objects.filter(
            cluster=self.cluster_id, user__in=[neighbour.user_id for neighbour in kept]
        )
        members = set(places.values_list("user_id", flat=True))
        return [neighbour for neighbour in kept if neighbour.user_id in members]

    def _passes(self, neighbour: Neighbour) -> bool:
        return (self.after is None or self.after.is_before(neighbour)) and (
            not self.shares_artist or neighbour.artist_similarity > 0.0
        )

    @property
    def rank_before(self) -> int:
        """The rank of the last one before the answer, 0 at the beginning of the list."""
        return 0 if self.after is None else self.after.rank


@dataclass(frozen=True, slots=True)
class Pair:
    """A neighbour at their rank, with the percent and the explanation."""

    rank: int
    neighbour: Neighbour
    percent: float
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class FoundPairs:
    """Pairs, best first. ``has_more``: others follow; ``is_cut``: nobody looked farther."""

    pairs: list[Pair]
    has_more: bool
    is_cut: bool


def find_pairs(
    profiles: Sequence[Profile], searchable: Searchable, search: Search
) -> list[FoundPairs]:
    """Return the neighbours of each of the profiles, explained, in their order.

    Whom a listener does not see, and whoever is not discoverable by the database, whatever the
    index says, is left out and the next best takes the place. Raises ``SpaceExchanged``.
    """
    visible: dict[int, Profile] = {}
    unseen = load_unseen_by_each([profile.user_id for profile in profiles])
    excluded = [{profile.user_id, *unseen[profile.user_id]} for profile in profiles]
    found = [Passing([], is_cut=False) for _ in profiles]
    unsettled: Collection[int] = range(len(profiles))
    while unsettled:
        for row in unsettled:
            found[row] = _find_one_more(profiles[row], searchable.index, search, excluded[row])
        named = {row: {near.user_id for near in found[row].neighbours} for row in unsettled}
        unknown = set().union(*named.values()).difference(visible)
        visible.update(
            (p.user_id, p) for p in load_visible_profiles(searchable.space_id, sorted(unknown))
        )
        if unknown - visible.keys() and load_active_space_id() != searchable.space_id:
            raise SpaceExchanged(searchable.space_id)
        unsettled = [row for row in unsettled if not named[row] <= visible.keys()]
        for row in unsettled:
            excluded[row] |= named[row] - visible.keys()
    return [
        _explain_all(profile, passing, visible, search, searchable.space)
        for profile, passing in zip(profiles, found, strict=True)
    ]


def _find_one_more(
    profile: Profile, index: ProfileIndex, search: Search, excluded: Collection[int]
) -> Passing:
    """Return one neighbour more than the limit, who tells that there are more."""
    wanted = search.limit + 1
    return nearest_passing(
        index,
        profile,
        wanted,
        search.keep,
        first_k=search.rank_before + wanted,
        exclude=excluded,
        ranking=search.ranking,
    )


def _explain_all(
    profile: Profile, passing: Passing, visible: dict[int, Profile], search: Search, space: Space
) -> FoundPairs:
    shown = passing.neighbours[: search.limit]
    return FoundPairs(
        pairs=[
            _explain(profile, visible[neighbour.user_id], neighbour, rank, search.ranking, space)
            if search.explains
            else _leave_unexplained(neighbour, rank, search.ranking, space)
            for rank, neighbour in enumerate(shown, start=search.rank_before + 1)
        ],
        has_more=len(passing.neighbours) > search.limit,
        is_cut=passing.is_cut,
    )


def _leave_unexplained(neighbour: Neighbour, rank: int, ranking: Ranking, space: Space) -> Pair:
    return Pair(rank, neighbour, percent(space, ranking, neighbour.score), NOT_EXPLAINED)


def compare_profiles(query: Profile, others: Profiles, space: Space, ranking: Ranking) -> Pair:
    """Return the pair of a listener and the only one of ``others``."""
    [neighbour] = best_of(score_profiles(others, query, ranking=ranking), 1)
    return _explain(query, others[0], neighbour, 1, ranking, space)


def _explain(  # noqa: PLR0913, PLR0917 - what a pair is made of
    query: Profile, other: Profile, neighbour: Neighbour, rank: int, ranking: Ranking, space: Space
) -> Pair:
    explain = explain_hybrid if ranking == "hybrid" else explain_seed
    return Pair(
        rank=rank,
        neighbour=neighbour,
        percent=percent(space, ranking, neighbour.score),
        explanation=explain(query, other, space),
    )
