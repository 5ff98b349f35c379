"""The facets of the signed-in listener's taste."""

import logging

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recommendations.index.base import IndexUnavailable
from recommendations.services.facets import find_facets
from recommendations.services.similar_users import NotEnoughListening
from recommendations.views.signed_in import SignedInRequest
from recommendations.views.similar_users import not_available, not_enough_yet

logger = logging.getLogger(__name__)


@login_required
@require_safe
def facets(request: SignedInRequest) -> HttpResponse:
    """Show each facet with its artists, tracks and similar users."""
    try:
        found = find_facets(request.user)
    except NotEnoughListening as error:
        return not_enough_yet(request, error)
    except IndexUnavailable as error:
        logger.warning("Similar users of facets are not available: %s", error)
        return not_available(request)
    return render(request, "recommendations/facets.html", {"found": found})
