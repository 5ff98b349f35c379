"""The map of tracks and listeners, drawn by a script and written as a table."""

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recommendations.services.map_places import (
    NoMapYet,
    load_listener_places,
    load_own_place,
    load_track_places,
)

# Chosen by us: two screens.
PLACES_PER_PAGE = 25


@require_safe
def sound_map(request: HttpRequest) -> HttpResponse:
    """Show the map, and below it listeners or tracks, the nearest first."""
    own = load_own_place(request.user)
    shows_tracks = request.GET.get("show") == "tracks"
    try:
        places = load_track_places(own) if shows_tracks else load_listener_places(request.user, own)
        page = Paginator(places, PLACES_PER_PAGE).page(request.GET.get("page", "1"))
    except NoMapYet:
        return render(request, "recommendations/sound_map.html")
    except InvalidPage as error:
        raise Http404(_("There is no such page of the map.")) from error
    context = {"page": page, "own": own, "shows_tracks": shows_tracks}
    return render(request, "recommendations/sound_map.html", context)
