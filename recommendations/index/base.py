"""What every index of profiles can do."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from recommendations.taste.profiles import Profile, Profiles

Ranking = Literal["seed", "hybrid"]
RANKINGS: tuple[Ranking, ...] = get_args(Ranking)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A listener near to another.

    ``cosine`` is that of the ranking's dense vectors, in [-1, 1]; ``artist_similarity`` is the
    cosine of the artist weights, in [0, 1]; ``score`` is what the ranking orders by.
    """

    user_id: int
    cosine: float
    artist_similarity: float
    score: float


class ProfileIndex(Protocol):
    """Profiles of discoverable listeners, caught up with the database by revision.

    Safe to use from several threads.
    """

    def nearest(
        self, profile: Profile, k: int, *, exclude: Collection[int] = (), ranking: Ranking
    ) -> list[Neighbour]:
        """Return the exact top k, best first, ties by user id.

        The list is shorter than k when there are fewer listeners; it is never padded and never
        holds a user of ``exclude``. ``profile`` need not be in the index.
        """

    def apply(self, *, upserts: Profiles, removals: Collection[int], revision: int) -> None:
        """Take over changes up to and including ``revision``."""

    def replace_all(self, blocks: Iterable[Profiles], *, space_id: int, revision: int) -> None:
        """Replace the whole content, which stood at ``revision`` when the first block was read."""

    def count(self) -> int:
        """Return the number of listeners held."""

    def revision(self) -> int:
        """Return the last revision taken over, -1 before the first ``replace_all``."""

    def space_id(self) -> int | None:
        """Return the space whose profiles are held, None before the first ``replace_all``."""
