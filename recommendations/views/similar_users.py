"""The signed-in listener's similar users."""

import logging
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from recommendations.cursors import write_cursor
from recommendations.index.base import IndexUnavailable
from recommendations.index.passing import MOST_LOOKED_AT
from recommendations.services.arriving import load_arriving
from recommendations.services.clusters import ClusterNotFound, load_listener_clusters
from recommendations.services.facets import NoSuchFacet
from recommendations.services.filtered_users import Filters, find_filtered_users
from recommendations.services.pairs import Place
from recommendations.services.similar_users import (
    NotEnoughListening,
    default_ranking,
)
from recommendations.services.track_counts import count_tracks
from recommendations.views.retry_after import INDEX_RETRY_AFTER_S
from recommendations.views.signed_in import SignedInRequest
from recommendations.views.similar_users_form import (
    NO_SUCH_CLUSTER,
    NO_SUCH_FACET,
    SimilarUsersForm,
)

logger = logging.getLogger(__name__)

# Chosen by us: as many as are read with interest, each with its reasons; more come on scroll.
SIMILAR_USERS_SHOWN = 10


@login_required
@require_safe
def similar_users(request: SignedInRequest) -> HttpResponse:
    """Show the similar users with the reasons, or what is on its way or is missing."""
    form = SimilarUsersForm(request.GET)
    if not form.is_valid():
        return _render(request, {"form": form}, status=HTTPStatus.BAD_REQUEST)
    filters = form.filters
    try:
        found = find_filtered_users(
            request.user, filters, limit=SIMILAR_USERS_SHOWN, after=form.cleaned_data["cursor"]
        )
    except (NoSuchFacet, ClusterNotFound) as error:
        is_facet = isinstance(error, NoSuchFacet)
        form.add_error(None, NO_SUCH_FACET if is_facet else NO_SUCH_CLUSTER)
        return _render(request, {"form": form}, status=HTTPStatus.NOT_FOUND)
    except NotEnoughListening as error:
        if filters.time_range is not None:
            return _render(request, {"form": form, "is_span_empty": True})
        return not_enough_yet(request, error)
    except IndexUnavailable as error:
        logger.warning("Similar users are not available: %s", error)
        return not_available(request)
    counts = count_tracks(request.user.pk)
    context = {
        "form": form,
        "found": found,
        "first_query": _query(request, None),
        "more_query": _query(request, found.next_place) if found.next_place else "",
        "is_filtered": filters != Filters(),
        "most_looked_at": MOST_LOOKED_AT,
        "track_count": counts.tracks,
        "uncompared": counts.uncompared(default_ranking()),
        "waiting": counts.waiting,
    }
    return _render(request, context)


def _render(
    request: SignedInRequest, context: dict[str, Any], status: int = HTTPStatus.OK
) -> HttpResponse:
    context["clusters"] = load_listener_clusters(request.user)
    return render(request, "recommendations/similar_users.html", context, status=status)


def _query(request: SignedInRequest, place: Place | None) -> str:
    """Return the query that was asked with, from this place on, or from the beginning."""
    query = request.GET.copy()
    query.pop("cursor", None)
    if place is not None:
        query["cursor"] = write_cursor(place)
    return query.urlencode()


def not_enough_yet(request: SignedInRequest, error: NotEnoughListening) -> HttpResponse:
    """Say what is missing to find similar users, and what is on its way."""
    arriving = load_arriving(request.user, timezone.now())
    context = {"missing": error.missing, "arriving": arriving}
    return render(request, "recommendations/not_enough_yet.html", context)


def not_available(request: SignedInRequest) -> HttpResponse:
    """Answer that the index is away, and when to come back."""
    response = render(request, "recommendations/not_available.html", status=503)
    response["Retry-After"] = str(INDEX_RETRY_AFTER_S)
    return response
