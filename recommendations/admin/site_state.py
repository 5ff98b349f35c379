"""The page of the site's state, for whoever runs the site."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recommendations.services.evaluate_ranking import K
from recommendations.services.site_state import load_site_state


@require_safe
def site_state(request: HttpRequest) -> HttpResponse:
    """Show counts, queues, failures, the index, the taste space and the rankings' quality."""
    context = {
        **admin.site.each_context(request),
        "title": _("State of the site"),
        "state": load_site_state(timezone.now()),
        "k": K,
    }
    return render(request, "admin/site_state.html", context)
