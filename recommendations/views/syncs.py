"""Having an account read now, and seeing how far that is."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from recommendations.models import Sync
from recommendations.services.outbound import load_block
from recommendations.services.syncs import (
    NothingConnected,
    TooSoon,
    load_syncs,
    start_syncs,
)
from recommendations.tasks import enqueue_calls
from recommendations.views.signed_in import SignedInRequest


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sync(request: SignedInRequest, service: str) -> HttpResponse:
    """Answer how far the last sync of an account is, for htmx; on POST, start one.

    Once it is over, htmx is told to ask for the whole page: there is more to see.
    """
    if request.method == "POST":
        _start(request, service)
        return redirect("recommendations:connections")
    if "HX-Request" not in request.headers:
        return redirect("recommendations:connections")
    last = load_syncs(request.user).filter(account__service=service).first()
    if last is None:
        raise Http404(_("This account has not been read yet."))
    context = {"sync": last, "block": load_block(service, timezone.now())}
    response = render(request, "recommendations/_sync.html", context)
    if last.state != Sync.State.RUNNING:
        response["HX-Refresh"] = "true"
    return response


def _start(request: SignedInRequest, service: str) -> None:
    try:
        enqueue_calls(start_syncs(request.user.pk, timezone.now(), [service]))
    except NothingConnected:
        text = _("There is no account that can be read. Connect it first.")
    except TooSoon as error:
        minutes = -(-error.retry_after_s // 60)
        text = ngettext(
            "It was read only just now. Ask again in %(count)d minute.",
            "It was read only just now. Ask again in %(count)d minutes.",
            minutes,
        ) % {"count": minutes}
    else:
        text = _("Your listening is being read.")
    messages.info(request, text)
