"""The search of tracks and artists; nothing about who listens to them."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.api.throttles import SearchThrottle
from recommendations.services.catalogue_search import (
    MAX_TEXT_LENGTH,
    CatalogueFindings,
    SearchUnavailable,
    search_catalogue,
)
from recommendations.views.retry_after import INDEX_RETRY_AFTER_S
from recommendations.views.throttle import refuse_too_often

logger = logging.getLogger(__name__)

# Chosen by us: two screens; what is not among them is found by another word.
FOUND_SHOWN = 25


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what a text finds, as often as the API would; without one, only the form."""
    text = request.GET.get("q", "")[:MAX_TEXT_LENGTH].strip()
    refusal = refuse_too_often(request, [SearchThrottle]) if text else None
    if refusal is not None:
        return refusal
    context = {"text": text, "max_length": MAX_TEXT_LENGTH, "shown": FOUND_SHOWN}
    try:
        found = search_catalogue(text, limit=FOUND_SHOWN) if text else CatalogueFindings()
    except SearchUnavailable as error:
        logger.warning("The search is not available: %s", error)
        context["is_away"] = True
        response = render(request, "recommendations/search.html", context, status=503)
        response["Retry-After"] = str(INDEX_RETRY_AFTER_S)
        return response
    return render(request, "recommendations/search.html", context | {"found": found})
