"""Places on the map in words, for templates."""

import math

from django import template
from django.utils.formats import number_format

from recommendations.models import ListenerPlace, TrackPlace

register = template.Library()

_MINUS = "\N{MINUS SIGN}"


def _number(value: float) -> str:
    return number_format(round(value, 1) + 0.0, 1).replace("-", _MINUS)


@register.filter
def coordinates(place: ListenerPlace | TrackPlace) -> str:
    """Word where a place is: right of the middle, and above it."""
    return f"{_number(place.x)} / {_number(place.y)}"


@register.filter
def distance(place: ListenerPlace | TrackPlace) -> str:
    """Word how far a place is from one's own, which the query has measured."""
    squared: float = place.squared  # type: ignore[union-attr] # an annotation of the query
    return _number(math.sqrt(squared))
