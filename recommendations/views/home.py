"""The front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recommendations.services.front_page import load_front_page
from recommendations.services.listeners import load_discoverable_listeners
from recommendations.services.similar_users import default_ranking
from recommendations.views.try_it import Trial, present_examples

# Chosen by us: two rows of names on a wide screen.
LISTENERS_SHOWN = 12


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what the site is, let visitors try it, and show some who are discoverable."""
    front_page = load_front_page()
    context = {
        "listeners": load_discoverable_listeners(request.user)[:LISTENERS_SHOWN],
        "listener_count": front_page.listener_count,
        "ranking": default_ranking(),
        "trial": Trial([], "", examples=present_examples(front_page.examples)),
    }
    return render(request, "recommendations/home.html", context)
