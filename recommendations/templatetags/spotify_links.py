"""Names of artists that lead back to Spotify, for templates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from recommendations.models import Artist

register = template.Library()

_ARTIST = '<bdi><a href="https://open.spotify.com/artist/{}">{}</a></bdi>'


@register.filter
def artist_link(artist: Artist) -> SafeString:
    """Write a name, unaltered; where Spotify's id is known, it leads there."""
    if not artist.spotify_id:
        return format_html("<bdi>{}</bdi>", artist.name)
    return format_html(_ARTIST, artist.spotify_id, artist.name)
