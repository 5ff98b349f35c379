"""What keeps two listeners apart: the other side of the explanation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from recommendations.taste.build import MAP_SHARE, SOUND_SHARE
from recommendations.taste.explanation import Explanation, FeatureComparison
from recommendations.taste.profiles import Profile

# Chosen by us: as many as are read with interest.
_HEAVIEST = 6
# Chosen by us: half a standard deviation between two listeners is heard.
_CLEARLY_APART = 0.5
# Chosen by us: a fifth of one off the average is to be on a side of it.
_ON_A_SIDE = 0.2


@dataclass(frozen=True, slots=True)
class PartReached:
    """A term of the hybrid similarity, and what two listeners of one taste would reach in it."""

    part: Literal["artists", "taste_map", "sound"]
    value: float
    most: float


@dataclass(frozen=True, slots=True)
class Differences:
    """Why a pair is not closer.

    ``parts`` are those that both sides have something for, the one that lacks most first; none by
    the seed's ranking, whose score is no sum. ``only_yours`` and ``only_theirs`` are ids of
    artists whom the other lacks, the heaviest first. ``opposite_features`` are those for which the
    two are clearly apart on different sides of the average, the farthest first.
    """

    parts: tuple[PartReached, ...]
    only_yours: tuple[int, ...]
    only_theirs: tuple[int, ...]
    opposite_features: tuple[FeatureComparison, ...]


def find_differences(
    query: Profile, other: Profile, explanation: Explanation, *, has_map: bool
) -> Differences:
    """Return what keeps ``other`` from being closer to ``query``.

    The explanation is that of the two; ``has_map`` is their space's.
    """
    return Differences(
        parts=_parts(explanation, has_map=has_map),
        only_yours=_heaviest_own(query, other),
        only_theirs=_heaviest_own(other, query),
        opposite_features=_opposite(explanation.features),
    )


def _parts(explanation: Explanation, *, has_map: bool) -> tuple[PartReached, ...]:
    reached = explanation.parts
    if reached is None:
        return ()
    missing = {part.part for part in explanation.missing}
    parts = []
    if "artists" not in missing:
        parts.append(PartReached("artists", reached.artists, 1.0))
    if has_map and "map" not in missing:
        parts.append(PartReached("taste_map", reached.taste_map, MAP_SHARE))
    if "features" not in missing:
        parts.append(PartReached("sound", reached.sound, SOUND_SHARE))
    return tuple(sorted(parts, key=lambda part: part.value - part.most))


def _heaviest_own(profile: Profile, other: Profile) -> tuple[int, ...]:
    is_own = ~np.isin(profile.artist_ids, other.artist_ids)
    artist_ids, weights = profile.artist_ids[is_own], profile.artist_weights[is_own]
    order = np.lexsort((artist_ids, -weights))[:_HEAVIEST]
    return tuple(artist_ids[order].tolist())


def _opposite(features: Sequence[FeatureComparison]) -> tuple[FeatureComparison, ...]:
    """``features`` stand nearest first."""
    return tuple(
        feature
        for feature in reversed(features)
        if feature.gap >= _CLEARLY_APART and _is_between(feature)
    )


def _is_between(feature: FeatureComparison) -> bool:
    """Tell whether the average is between the two, a little off both."""
    ours, theirs = feature.yours - feature.average, feature.theirs - feature.average
    if ours * theirs >= 0.0:
        return False
    nearer_share = min(abs(ours), abs(theirs)) / abs(ours - theirs)
    return nearer_share * feature.gap >= _ON_A_SIDE
