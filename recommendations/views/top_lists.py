"""The signed-in listener's top tracks and top artists, each row with what brought it."""

from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import InvalidPage, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recommendations.models import TopArtist, TopTrack
from recommendations.services.listeners import load_top_artists, load_top_tracks
from recommendations.services.provenance import load_provenance, load_sources
from recommendations.views.signed_in import SignedInRequest

# Chosen by us: a list of 50, the longest that sources give, is two pages.
ENTRIES_PER_PAGE = 25

_Entry = TypeVar("_Entry", TopTrack, TopArtist)


@login_required
@require_safe
def top_tracks(request: SignedInRequest) -> HttpResponse:
    """List the listener's own top tracks, page by page."""
    context = _build_context(request, load_top_tracks(request.user))
    return render(request, "recommendations/top_tracks.html", context)


@login_required
@require_safe
def top_artists(request: SignedInRequest) -> HttpResponse:
    """List the listener's own top artists, page by page."""
    context = _build_context(request, load_top_artists(request.user))
    return render(request, "recommendations/top_artists.html", context)


def _build_context(request: SignedInRequest, entries: QuerySet[_Entry]) -> dict[str, Any]:
    """Return the page of the entries that is asked for, of one source if it is named."""
    sources = load_sources(request.user)
    chosen = request.GET.get("source", "")
    if chosen:
        if chosen not in sources:
            raise Http404(_("You have no lists from there."))
        entries = entries.filter(source=chosen)
    paginator = Paginator(entries, ENTRIES_PER_PAGE)
    try:
        page = paginator.page(request.GET.get("page", "1"))
    except InvalidPage as error:
        raise Http404(_("There is no such page of your top lists.")) from error
    return {
        "page": page,
        "sources": sources,
        "chosen": chosen,
        "query": urlencode({"source": chosen}) + "&" if chosen else "",
        "provenance": load_provenance(request.user),
    }
