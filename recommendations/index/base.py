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


class IndexUnavailable(Exception):  # noqa: N818 - named for what the listener is told
    """The index does not answer just now, or is being filled; nothing was lost."""


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


class IndexDraft(Protocol):
    """The next content of a shared index, which nobody sees before it is published."""

    def apply(self, *, upserts: Profiles, removals: Collection[int], revision: int) -> None:
        """Take over changes up to and including ``revision``."""

    def revision(self) -> int:
        """Return the last revision taken over."""

    def publish(self) -> None:
        """Put this content in the place of the live one, which is dropped."""


class SharedIndex(ProfileIndex, Protocol):
    """An index of all processes, which outlives them and is replaced without a gap.

    Every method may raise ``IndexUnavailable``.
    """

    def draft(self, blocks: Iterable[Profiles], *, space_id: int, revision: int) -> IndexDraft:
        """Return a draft of these profiles, which stood at ``revision`` when they were read.

        It takes the place of every other draft: whoever is at work on one gets
        ``IndexUnavailable``.
        """
