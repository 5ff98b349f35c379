"""Connecting accounts at music services, and disconnecting them."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import ConnectByNameForm, ConnectListenBrainzForm
from accounts.linking import AlreadyProven, NotLinked, link_by_name
from accounts.music_services import Service, is_on
from accounts.too_often import answer_too_often
from recommendations.services import disconnect as disconnecting
from recommendations.services.connections import load_connections
from recommendations.services.first_steps import is_newcomer
from recommendations.tasks import enqueue_placing
from recommendations.views.signed_in import SignedInRequest


@login_required
@require_safe
def connections(request: SignedInRequest) -> HttpResponse:
    """Show which services are connected, and the ways to change that."""
    context = {
        "connections": load_connections(request.user, timezone.now()),
        "is_newcomer": is_newcomer(request.user),
    }
    return render(request, "recommendations/connections.html", context)


@sensitive_post_parameters("token")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: SignedInRequest, service: str) -> HttpResponse:
    """Ask for the name at a service, and link the account of that name."""
    found = _find_service(service)
    if not is_on(found):
        raise Http404(_("This site does not read that service."))
    if found == Service.SPOTIFY:
        return redirect("spotify_login")
    is_post = request.method == "POST"
    if is_post and not ratelimit.consume(request, action="reauthenticate", user=request.user):
        return answer_too_often(request)
    form_class = ConnectListenBrainzForm if found == Service.LISTENBRAINZ else ConnectByNameForm
    form = form_class(found, request.POST if is_post else None)
    if form.is_valid() and _link(request, found, form):
        messages.success(request, _("%(service)s is connected.") % {"service": found.label})
        return redirect("recommendations:connections")
    return render(request, "recommendations/connect.html", {"form": form, "service": found})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def disconnect(request: SignedInRequest, service: str) -> HttpResponse:
    """Ask once more, then unlink the account and remove what came from it."""
    found = _find_service(service)
    context: dict[str, Any] = {"service": found}
    if not request.user.music_accounts.filter(service=found).exists():
        return redirect("recommendations:connections")
    if request.method == "POST":
        try:
            disconnecting.disconnect(request.user, found)
        except disconnecting.OnlyWayIn:
            context["is_only_way_in"] = True
        else:
            enqueue_placing(request.user.pk)
            text = _("%(service)s is disconnected, and all that came from it is deleted.")
            messages.success(request, text % {"service": found.label})
            return redirect("recommendations:connections")
    context.setdefault("is_only_way_in", disconnecting.is_only_way_in(request.user, found))
    return render(request, "recommendations/disconnect.html", context)


def _find_service(name: str) -> Service:
    try:
        return Service(name)
    except ValueError as error:
        raise Http404(_("There is no such service.")) from error


def _link(request: SignedInRequest, service: Service, form: ConnectByNameForm) -> bool:
    """Link the account; if it cannot be this listener's, say why in the form."""
    is_verified = isinstance(form, ConnectListenBrainzForm) and form.owner is not None
    try:
        link_by_name(request.user, service, form.cleaned_data["name"], is_verified=is_verified)
    except AlreadyProven:
        text = _("Another listener has proven that this account is theirs. Nothing was changed.")
    except NotLinked:
        text = _(
            "You have another account there connected. Disconnect that one first; nothing was "
            "changed."
        )
    else:
        return True
    form.add_error(None, text)
    return False
