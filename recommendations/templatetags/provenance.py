"""What brought a row of a listener's lists, for templates."""

from collections.abc import Mapping

from django import template

from recommendations.models import TopArtist, TopTrack
from recommendations.services.provenance import UNKNOWN, Provenance

register = template.Library()


@register.filter
def brought_by(provenance: Mapping[str, Provenance], entry: TopTrack | TopArtist) -> Provenance:
    """Return what brought the list that an entry stands in."""
    return provenance.get(entry.source, UNKNOWN)
