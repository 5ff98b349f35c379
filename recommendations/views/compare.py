"""Comparing any two listeners, or oneself with a friend by the friend's link."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.api.throttles import CompareThrottle
from accounts.models import User
from recommendations.services.compare_links import (
    MAX_LINKS,
    TooManyLinks,
    follow_compare_link,
    load_compare_links,
    make_compare_link,
    revoke_compare_link,
)
from recommendations.services.comparison import Comparison, compare_in_full
from recommendations.services.listeners import ListenerNotVisible
from recommendations.services.similar_users import NotEnoughListening
from recommendations.views.compare_forms import CompareForm, CompareLinkForm
from recommendations.views.signed_in import SignedInRequest
from recommendations.views.throttle import refuse_too_often


@login_required
@require_safe
def compare(request: SignedInRequest) -> HttpResponse:
    """Compare the listeners named by ``of``, oneself when not given, and ``with``.

    Without a name, only the form. The viewer comes first, whichever way round they are named.
    """
    is_asked = "with" in request.GET
    form = CompareForm(request.user, request.GET if is_asked else None)
    if not is_asked or not form.is_valid():
        status = HTTPStatus.NOT_FOUND if form.errors else HTTPStatus.OK
        return render(request, "recommendations/compare_form.html", {"form": form}, status=status)
    first, second = form.cleaned_data["of"], form.cleaned_data["with"]
    return _answer(request, *((second, first) if second == request.user else (first, second)))


@login_required
@require_safe
@never_cache
def compare_by_link(request: SignedInRequest, token: str) -> HttpResponse:
    """Compare the viewer with whoever made the link, discoverable or not."""
    try:
        maker = follow_compare_link(request.user, token, timezone.now())
    except ListenerNotVisible as error:
        raise Http404(_("There is no such link.")) from error
    if maker == request.user:
        return render(request, "recommendations/own_compare_link.html")
    return _answer(request, request.user, maker, token=token)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def compare_links(request: SignedInRequest) -> HttpResponse:
    """List the listener's links, and make another one."""
    form = CompareLinkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            make_compare_link(request.user, form.cleaned_data["name"])
        except TooManyLinks:
            text = _("You have %(count)d links already. End one of them first.")
            messages.error(request, text % {"count": MAX_LINKS})
        else:
            messages.success(request, _("The link is made. Send it to your friend."))
        return redirect("recommendations:compare_links")
    links = [(link, _address(request, link.token)) for link in load_compare_links(request.user)]
    return render(request, "recommendations/compare_links.html", {"form": form, "links": links})


@login_required
@require_POST
def revoke_link(request: SignedInRequest, link_id: int) -> HttpResponse:
    """End a link of one's own, at once."""
    if not revoke_compare_link(request.user, link_id):
        raise Http404(_("There is no such link."))
    messages.success(request, _("The link is ended. Whoever opens it now sees nothing."))
    return redirect("recommendations:compare_links")


def _answer(
    request: SignedInRequest, first: User, second: User, *, token: str = ""
) -> HttpResponse:
    refusal = refuse_too_often(request, [CompareThrottle])
    if refusal is not None:
        return refusal
    context = {
        "comparison": _compare(first, second),
        "first": first,
        "second": second,
        "is_mine": first == request.user,
        "token": token,
    }
    return render(request, "recommendations/compare.html", context)


def _compare(first: User, second: User) -> Comparison | None:
    """Return None where there is nothing to compare."""
    try:
        return compare_in_full(first, second)
    except NotEnoughListening:
        return None


def _address(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("recommendations:compare_by_link", args=[token]))
