"""Pairs of similar listeners as numbers and ids: step 7 without the rows that show it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from recommendations.index.base import Neighbour, ProfileIndex, Ranking
from recommendations.index.rescoring import score_profiles
from recommendations.index.scoring import best_of
from recommendations.services.profile_store import load_visible_profiles
from recommendations.services.spaces import load_active_space_id
from recommendations.services.visibility import load_unseen_by_each
from recommendations.taste.explanation import Explanation, explain_hybrid, explain_seed
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
class Pair:
    """A neighbour at their rank, with the percent and the explanation."""

    rank: int
    neighbour: Neighbour
    percent: float
    explanation: Explanation


def find_pairs(
    profiles: Sequence[Profile], searchable: Searchable, limit: int, ranking: Ranking
) -> list[list[Pair]]:
    """Return the neighbours of each of the profiles, explained, in their order.

    Whom a listener does not see, and whoever may not be found according to the database, whatever
    the index says, is left out and the next best takes the place. Raises ``SpaceExchanged``.
    """
    visible: dict[int, Profile] = {}
    unseen = load_unseen_by_each([profile.user_id for profile in profiles])
    excluded = [{profile.user_id, *unseen[profile.user_id]} for profile in profiles]
    neighbours: list[list[Neighbour]] = [[] for _ in excluded]
    unsettled: Collection[int] = range(len(profiles))
    while unsettled:
        for row in unsettled:
            neighbours[row] = searchable.index.nearest(
                profiles[row], limit, exclude=excluded[row], ranking=ranking
            )
        named = {row: {found.user_id for found in neighbours[row]} for row in unsettled}
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
        [
            _explain(
                profile, visible[neighbour.user_id], neighbour, rank, ranking, searchable.space
            )
            for rank, neighbour in enumerate(found, start=1)
        ]
        for profile, found in zip(profiles, neighbours, strict=True)
    ]


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
