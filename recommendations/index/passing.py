"""The nearest listeners who pass a filter, exactly, by whichever engine.

An engine returns the exact top k; whoever passes among these is nearer than whoever passes beyond.
So k grows until enough pass, everybody was looked at, or the bound is reached, which is said.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from recommendations.index.base import Neighbour, ProfileIndex, Ranking
from recommendations.taste.profiles import Profile

# Chosen by us: it bounds what one page can cost, and is half of what Elasticsearch can list.
MOST_LOOKED_AT = 5_000
# Chosen by us: a filter that one in four passes is done with the second look.
GROWTH = 4


@dataclass(frozen=True, slots=True)
class Passing:
    """Who passes, best first. ``is_cut`` says that there may be more beyond the bound."""

    neighbours: list[Neighbour]
    is_cut: bool


def nearest_passing(  # noqa: PLR0913 - the arguments of nearest, and the filter
    index: ProfileIndex,
    profile: Profile,
    wanted: int,
    keep: Callable[[Sequence[Neighbour]], list[Neighbour]],
    *,
    first_k: int,
    exclude: Collection[int],
    ranking: Ranking,
) -> Passing:
    """Return the first ``wanted`` who pass, looking at the ``first_k`` nearest to begin with.

    ``keep`` returns those of some neighbours who pass, in their order.
    """
    k = min(first_k, MOST_LOOKED_AT)
    while True:
        nearest = index.nearest(profile, k, exclude=exclude, ranking=ranking)
        passing = keep(nearest)
        is_everybody = len(nearest) < k
        if len(passing) >= wanted or is_everybody or k == MOST_LOOKED_AT:
            return Passing(passing[:wanted], is_cut=len(passing) < wanted and not is_everybody)
        k = min(GROWTH * k, MOST_LOOKED_AT)
