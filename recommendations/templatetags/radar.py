"""The radar of two listeners' audio features, drawn by the server."""

import math
from collections.abc import Sequence
from typing import Any

from django import template

from recommendations.taste.explanation import FeatureComparison
from recommendations.taste.schema import SOUND_FEATURES
from recommendations.templatetags.drawings import place_on_scale
from recommendations.templatetags.plain_words import feature_name

register = template.Library()

# In the units of the drawing, whose middle is (0, 0).
_RADIUS, _LABEL_RADIUS = 100.0, 112.0
# What the ends of the axes stand for where the scale of ``drawings`` would squeeze all listeners
# into its beginning. Chosen by us: nearly all listeners' means lie within.
_SCALES = {
    "speechiness": (0.0, 0.4),
    "acousticness": (0.0, 0.8),
    "instrumentalness": (0.0, 0.6),
    "liveness": (0.0, 0.4),
}
# Chosen by us: the smallest value still is a corner that can be told from the others.
_LEAST = 0.08
_RINGS = (0.25, 0.5, 0.75, 1.0)


@register.inclusion_tag("recommendations/_radar.html")
def radar(features: Sequence[FeatureComparison]) -> dict[str, Any]:
    """Draw the features in the schema's order, so that radars of different pairs compare.

    The table beside it says the same in words, by the numbers at the axes.
    """
    ordered = order_features(features)
    return {
        "rings": [_polygon([ring] * len(ordered)) for ring in _RINGS],
        "axes": [_axis(number, feature.name) for number, feature in enumerate(ordered)],
        "average": _polygon([_reach(feature.average, feature.name) for feature in ordered]),
        "yours": _polygon([_reach(feature.yours, feature.name) for feature in ordered]),
        "theirs": _polygon([_reach(feature.theirs, feature.name) for feature in ordered]),
    }


@register.filter
def order_features(features: Sequence[FeatureComparison]) -> list[FeatureComparison]:
    """Return the features in the schema's order."""
    return sorted(features, key=lambda feature: SOUND_FEATURES.index(feature.name))


def _reach(value: float, name: str) -> float:
    return _LEAST + (1 - _LEAST) * place_on_scale(value, name, _SCALES)


def _polygon(reaches: Sequence[float]) -> str:
    """Return the corners of a polygon, clockwise from the top, as SVG takes them."""
    corners = (
        _point(number, len(reaches), _RADIUS * reach) for number, reach in enumerate(reaches)
    )
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _point(number: int, count: int, radius: float) -> tuple[float, float]:
    angle = 2 * math.pi * number / count
    return radius * math.sin(angle), -radius * math.cos(angle)


def _axis(number: int, name: str) -> dict[str, str]:
    """Return the ends of an axis and where its number and its name stand, as text for SVG."""
    count = len(SOUND_FEATURES)
    x, y = _point(number, count, _RADIUS)
    label_x, label_y = _point(number, count, _LABEL_RADIUS)
    side = "middle" if abs(label_x) < 1 else "start" if label_x > 0 else "end"
    return {
        "x": f"{x:.1f}",
        "y": f"{y:.1f}",
        "label_x": f"{label_x:.1f}",
        "label_y": f"{label_y + 4:.1f}",
        "side": side,
        "number": str(number + 1),
        "name": feature_name(name),
    }
