"""What every service over the network gives: a page of one of a listener's top lists per call."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from recommendations.sources.base import ListenedTrack, PlayedArtist


class ListKind(StrEnum):
    """What a top list has in it."""

    TRACKS = "tracks"
    ARTISTS = "artists"


class TopList(NamedTuple):
    """One of the lists that a service has, of one of the three time ranges."""

    kind: ListKind
    time_range: str


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one list, best first, of one of the two kinds; the last page has no next one."""

    tracks: tuple[ListenedTrack, ...] = ()
    artists: tuple[PlayedArtist, ...] = ()
    next_page: int | None = None


class ListeningService(Protocol):
    """A service that was asked for one listener's lists; each page is one call."""

    @property
    def lists(self) -> Sequence[TopList]:
        """The lists that there are, in the order in which they are read."""

    def fetch_page(self, top_list: TopList, page: int) -> Page:
        """Return a page, the first being 0. Raises ``ServiceError``."""


ALL_LISTS = tuple(
    TopList(kind, time_range)
    for kind in ListKind
    for time_range in ("short_term", "medium_term", "long_term")
)
