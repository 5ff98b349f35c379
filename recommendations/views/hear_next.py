"""What the signed-in listener may like to hear next."""

import logging

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recommendations.index.base import IndexUnavailable
from recommendations.services.hear_next import find_hear_next
from recommendations.services.similar_users import NotEnoughListening
from recommendations.views.retry_after import INDEX_RETRY_AFTER_S
from recommendations.views.signed_in import SignedInRequest

logger = logging.getLogger(__name__)

# Chosen by us: as much as is tried out before the next look.
SHOWN = 20


@login_required
@require_safe
def hear_next(request: SignedInRequest) -> HttpResponse:
    """Show artists and tracks to hear next with the reasons, or what is missing to find any."""
    try:
        found = find_hear_next(request.user, limit=SHOWN)
    except NotEnoughListening as error:
        return render(request, "recommendations/not_enough_yet.html", {"missing": error.missing})
    except IndexUnavailable as error:
        logger.warning("What to hear next is not available: %s", error)
        response = render(request, "recommendations/not_available.html", status=503)
        response["Retry-After"] = str(INDEX_RETRY_AFTER_S)
        return response
    return render(request, "recommendations/hear_next.html", {"found": found})
