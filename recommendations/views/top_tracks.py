"""The signed-in listener's top tracks."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recommendations.services.listeners import load_top_tracks
from recommendations.views.signed_in import SignedInRequest

# Chosen by us: a list of 50, the longest that sources give, is two pages.
TRACKS_PER_PAGE = 25


@login_required
@require_safe
def top_tracks(request: SignedInRequest) -> HttpResponse:
    """List the listener's own top tracks, page by page."""
    paginator = Paginator(load_top_tracks(request.user), TRACKS_PER_PAGE)
    try:
        page = paginator.page(request.GET.get("page", "1"))
    except InvalidPage as error:
        raise Http404(_("There is no such page of your top tracks.")) from error
    return render(request, "recommendations/top_tracks.html", {"page": page})
