"""What the signed-in listener decides about their own data."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.api.throttles import ExportThrottle
from accounts.too_often import answer_too_often
from recommendations.services.export_account import export_account
from recommendations.services.forget import forget_listener
from recommendations.services.unseen_listeners import load_unseen_listeners
from recommendations.services.visibility import set_discoverable
from recommendations.views.forms import DeleteAccountForm
from recommendations.views.signed_in import SignedInRequest
from recommendations.views.throttle import refuse_too_often


@login_required
@never_cache
@require_safe
def my_data(request: SignedInRequest) -> HttpResponse:
    """Show what is visible to others, and the ways to change that."""
    context = {"unseen_listeners": load_unseen_listeners(request.user)}
    return render(request, "recommendations/my_data.html", context)


@login_required
@require_POST
def discoverable(request: SignedInRequest) -> HttpResponse:
    """Make the listener discoverable if ``discoverable=yes`` was sent, hidden otherwise.

    Who asked beside their similar users comes back there.
    """
    value = request.POST.get("discoverable") == "yes"
    set_discoverable(request.user, value=value)
    if value:
        messages.success(request, _("You are discoverable now."))
    else:
        messages.success(request, _("You are hidden now. Nobody finds you."))
    is_beside_users = request.POST.get("page") == "similar_users"
    return redirect(f"recommendations:{'similar_users' if is_beside_users else 'my_data'}")


@login_required
@never_cache
@require_safe
def export(request: SignedInRequest) -> HttpResponse | FileResponse:
    """Answer all that the site keeps of the listener, as one file."""
    refusal = refuse_too_often(request, [ExportThrottle])
    if refusal is not None:
        return refusal
    name = f"metarec-{timezone.now():%Y-%m-%d}.zip"
    return FileResponse(export_account(request.user), as_attachment=True, filename=name)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_account(request: SignedInRequest) -> HttpResponse:
    """Ask once more, then delete the account and all that belongs to it."""
    is_post = request.method == "POST"
    if is_post and not ratelimit.consume(request, action="reauthenticate", user=request.user):
        return answer_too_often(request)
    form = DeleteAccountForm(request.user, request.POST if is_post else None)
    if not form.is_valid():
        return render(request, "recommendations/delete_account.html", {"form": form})
    forget_listener(request.user)
    logout(request)
    messages.success(request, _("Your account and all that belonged to it are deleted."))
    return redirect("recommendations:home")
