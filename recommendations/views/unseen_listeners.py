"""Hiding and blocking listeners, and undoing it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recommendations.services.listeners import ListenerNotVisible, load_visible_listener
from recommendations.services.unseen_listeners import (
    MAX_UNSEEN,
    TooManyUnseen,
    hide_listener,
    show_again,
)
from recommendations.views.signed_in import SignedInRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hide(request: SignedInRequest, user_id: int) -> HttpResponse:
    """Ask whether to hide or to block a listener, then do it if ``choice`` says which."""
    choice = request.POST.get("choice")
    try:
        if choice in {"hide", "block"}:
            return _hide(request, user_id, is_blocked=choice == "block")
        listener = load_visible_listener(request.user, user_id)
    except ListenerNotVisible as error:
        raise Http404(_("There is no such listener to see.")) from error
    if listener == request.user:
        raise Http404(_("There is no such listener to see."))
    return render(request, "recommendations/hide.html", {"listener": listener})


def _hide(request: SignedInRequest, user_id: int, *, is_blocked: bool) -> HttpResponse:
    try:
        row = hide_listener(request.user, user_id, is_blocked=is_blocked)
    except TooManyUnseen:
        text = _("You hide %(count)d listeners already. Show one of them again first.")
        messages.error(request, text % {"count": MAX_UNSEEN})
    else:
        done = _("{name} is blocked.") if is_blocked else _("{name} is hidden.")
        name = format_html("<bdi>{}</bdi>", row.unseen.username)
        undo = _("You can undo that under “My data”.")
        messages.success(request, format_html("{} {}", format_html(done, name=name), undo))
    return redirect("recommendations:similar_users")


@login_required
@require_POST
def show(request: SignedInRequest, user_id: int) -> HttpResponse:
    """Undo a hiding or a block; whom it was about, and whether there was one, is not told."""
    show_again(request.user, user_id)
    messages.success(request, _("That is undone."))
    return redirect("recommendations:my_data")
