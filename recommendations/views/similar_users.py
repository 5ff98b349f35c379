"""The signed-in listener's similar users."""

import logging

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from recommendations.index.base import IndexUnavailable
from recommendations.services.arriving import load_arriving
from recommendations.services.similar_users import (
    NotEnoughListening,
    default_ranking,
    find_similar_users,
)
from recommendations.services.track_counts import count_tracks
from recommendations.views.retry_after import INDEX_RETRY_AFTER_S
from recommendations.views.signed_in import SignedInRequest

logger = logging.getLogger(__name__)

# Chosen by us: as many as are read with interest, each with its reasons.
SIMILAR_USERS_SHOWN = 10


@login_required
@require_safe
def similar_users(request: SignedInRequest) -> HttpResponse:
    """Show the similar users with the reasons, or what is on its way or is missing."""
    try:
        found = find_similar_users(request.user, limit=SIMILAR_USERS_SHOWN)
    except NotEnoughListening as error:
        arriving = load_arriving(request.user, timezone.now())
        context = {"missing": error.missing, "arriving": arriving}
        return render(request, "recommendations/not_enough_yet.html", context)
    except IndexUnavailable as error:
        logger.warning("Similar users are not available: %s", error)
        return _not_available(request)
    counts = count_tracks(request.user.pk)
    context = {
        "similar_users": found,
        "track_count": counts.tracks,
        "left_out": counts.left_out(default_ranking()),
        "waiting": counts.waiting,
    }
    return render(request, "recommendations/similar_users.html", context)


def _not_available(request: SignedInRequest) -> HttpResponse:
    response = render(request, "recommendations/not_available.html", status=503)
    response["Retry-After"] = str(INDEX_RETRY_AFTER_S)
    return response
