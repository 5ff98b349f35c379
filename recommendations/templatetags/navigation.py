"""Which entry of the navigation a page belongs to."""

from typing import Any

from django import template
from django.utils.html import format_html

register = template.Library()

# Pages that are reached from the page of the entry, beside that page itself.
PAGES_BELOW = {
    "similar_users": {"facets"},
    "clusters": {"cluster"},
    "compare": {"compare_by_link", "friends_playlist"},
    "my_data": {
        "cards",
        "compare_links",
        "connect",
        "connections",
        "delete_account",
        "disconnect",
        "exclusions",
        "tokens",
        "top_artists",
        "top_tracks",
        "upload",
        "uploads",
        "webhook",
        "webhooks",
    },
}


@register.simple_tag(takes_context=True)
def mark_current(context: dict[str, Any], entry: str) -> str:
    """Return an entry's ``aria-current``: ``page``, ``true`` for a page below it, or nothing."""
    request = context.get("request")
    match = request.resolver_match if request else None
    if match is None:
        return ""
    if match.url_name == entry:
        return format_html(' aria-current="{}"', "page")
    below = match.url_name in PAGES_BELOW.get(entry, ())
    return format_html(' aria-current="{}"', "true") if below else ""
