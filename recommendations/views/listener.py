"""The public profile page of a listener who is discoverable."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from recommendations.services.comparison import compare_listeners
from recommendations.services.listeners import (
    ListenerNotVisible,
    load_shown_artists,
    load_shown_tracks,
    load_visible_listener,
)
from recommendations.services.similar_users import (
    NotEnoughListening,
    SimilarUser,
)


@require_safe
def listener(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show a listener's taste, and how the viewer's compares with it.

    Somebody who is not discoverable cannot be told from somebody who does not exist.
    """
    try:
        shown = load_visible_listener(request.user, user_id)
    except ListenerNotVisible as error:
        raise Http404(_("There is no such listener to see.")) from error
    context = {
        "listener": shown,
        "is_oneself": request.user == shown,
        "top_artists": load_shown_artists(shown),
        "top_tracks": load_shown_tracks(shown),
        "comparison": _compare(request.user, shown),
    }
    return render(request, "recommendations/listener.html", context)


def _compare(viewer: User | AnonymousUser, shown: User) -> SimilarUser | None:
    """Return how alike the two are, None where there is nothing to compare."""
    if isinstance(viewer, AnonymousUser) or viewer == shown:
        return None
    try:
        return compare_listeners(viewer, shown)
    except NotEnoughListening:
        return None
