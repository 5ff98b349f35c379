"""Why two listeners are near to each other: the similarity taken apart into its shares."""

from dataclasses import dataclass
from typing import Literal

from recommendations.taste.profiles import Profile
from recommendations.taste.space import Space


@dataclass(frozen=True, slots=True)
class SharedArtist:
    """An artist of both listeners and what it adds to the similarity."""

    artist_id: int
    share: float


@dataclass(frozen=True, slots=True)
class RelatedArtists:
    """Two different artists near to each other on the map; cosine in [-1, 1]."""

    yours: int
    theirs: int
    cosine: float


@dataclass(frozen=True, slots=True)
class FeatureComparison:
    """One feature of both listeners and of the average listener, in the feature's own unit.

    ``gap`` is the distance between the two in standard deviations of listeners, 0 or more.
    ``both`` says on which side of the average both are, when both are clearly off it.
    """

    name: str
    yours: float
    theirs: float
    average: float
    gap: float
    both: Literal["above", "below"] | None


@dataclass(frozen=True, slots=True)
class MissingPart:
    """A part that adds nothing because one side, or both, has nothing for it."""

    part: Literal["artists", "features", "map"]
    yours: bool
    theirs: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """The hybrid similarity of two listeners and where it comes from.

    ``artist_part``, ``map_part`` and ``sound_part`` add up to ``similarity``; the shares of
    ``shared_artists`` add up to ``artist_part`` and stand largest first. ``features`` stand
    nearest first. ``related_artists`` are up to three, best first. A space without a map does not
    count as a missing map.
    """

    similarity: float
    artist_part: float
    map_part: float
    sound_part: float
    shared_artists: tuple[SharedArtist, ...]
    related_artists: tuple[RelatedArtists, ...]
    features: tuple[FeatureComparison, ...]
    missing: tuple[MissingPart, ...]


def explain(query: Profile, other: Profile, space: Space) -> Explanation:
    """Explain the similarity of ``other`` as seen by ``query``, both computed in ``space``."""
    raise NotImplementedError
