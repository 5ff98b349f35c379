"""What the signed-in listener may like to hear next."""

import logging

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recommendations.index.base import IndexUnavailable
from recommendations.services.hear_next import find_hear_next
from recommendations.services.similar_users import NotEnoughListening
from recommendations.views.signed_in import SignedInRequest
from recommendations.views.similar_users import not_available, not_enough_yet

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
        return not_enough_yet(request, error)
    except IndexUnavailable as error:
        logger.warning("What to hear next is not available: %s", error)
        return not_available(request)
    return render(request, "recommendations/hear_next.html", {"found": found})
