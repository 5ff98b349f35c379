"""One track of the catalogue; nothing about who listens to it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from recommendations.services.catalogue_search import TrackNotFound, load_track


@require_safe
@vary_on_headers("HX-Request")
def track(request: HttpRequest, track_id: int) -> HttpResponse:
    """Show a track; for the map's panel, that part alone."""
    try:
        context = {"track": load_track(track_id)}
    except TrackNotFound as error:
        raise Http404(_("There is no such track.")) from error
    part = "_" if "HX-Request" in request.headers else ""
    return render(request, f"recommendations/{part}track.html", context)
