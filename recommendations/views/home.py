"""The front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recommendations.services.listeners import load_discoverable_listeners
from recommendations.services.similar_users import default_ranking

# Chosen by us: two rows of names on a wide screen.
LISTENERS_SHOWN = 12


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what the site is, and show some listeners who are discoverable."""
    listeners = load_discoverable_listeners(request.user)[:LISTENERS_SHOWN]
    context = {"listeners": listeners, "ranking": default_ranking()}
    return render(request, "recommendations/home.html", context)
