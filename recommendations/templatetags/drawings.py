"""Where the marks of the pages' small drawings stand, in the units of their SVG.

All of them return text: a number would be printed with a comma in Spanish.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType

from django import template

register = template.Library()

# What the ends of each scale stand for. Chosen by us: nearly all listeners' means lie within.
_SCALES = {"tempo_bpm": (70.0, 170.0), "loudness_db": (-24.0, 0.0)}
_SHARE_SCALE = (0.0, 1.0)

# Circles of radius 20 in a drawing 100 wide: side by side they are this far from its middle,
# and never nearer to it than the least, so that two circles are seen.
_FARTHEST, _LEAST = 19.0, 4.0


@register.filter
def on_scale(value: float, feature: str) -> str:
    """Place an audio feature on a scale from 2 to 98, held at the ends."""
    return f"{2 + 96 * place_on_scale(value, feature):.1f}"


def place_on_scale(
    value: float, feature: str, own_scales: Mapping[str, tuple[float, float]] = MappingProxyType({})
) -> float:
    """Return how far along its scale an audio feature is, from 0 to 1."""
    low, high = own_scales.get(feature) or _SCALES.get(feature, _SHARE_SCALE)
    return min(max((value - low) / (high - low), 0.0), 1.0)


@register.filter
def bar_length(part: float, largest: float) -> str:
    """Return the length of a bar out of 100, the largest of its list being 100."""
    return f"{100 * part / largest if largest > 0 else 0:.1f}"


@register.filter
def circle_distance(artist_similarity: float) -> str:
    """Return how far each of two circles is from the middle: the more alike, the less.

    The square root spreads small similarities, where most pairs lie.
    """
    alike = math.sqrt(min(max(artist_similarity, 0.0), 1.0))
    return f"{_FARTHEST - alike * (_FARTHEST - _LEAST):.1f}"
