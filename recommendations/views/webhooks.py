"""Webhooks: addresses that a listener has told of events, and what they were told."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Webhook
from accounts.webhooks.addresses import UnfitAddress
from accounts.webhooks.hooks import (
    MadeWebhook,
    TooManyWebhooks,
    WebhookNotFound,
    disable_webhook,
    enable_webhook,
    load_deliveries,
    load_webhook,
    load_webhooks,
    remove_webhook,
)
from recommendations.services.watches import register_webhook
from recommendations.views.forms import WebhookForm
from recommendations.views.signed_in import SignedInRequest


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: SignedInRequest) -> HttpResponse:
    """List the listener's webhooks; on POST, register one and show its secret this once."""
    form = WebhookForm(request.POST if request.method == "POST" else None)
    made = _register(request, form) if form.is_valid() else None
    context = {
        # A new form for the next one.
        "form": form if made is None else WebhookForm(),
        "made": made,
        "webhooks": load_webhooks(request.user),
    }
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "recommendations/webhooks.html", context, status=status)


@login_required
@never_cache
@require_safe
def webhook(request: SignedInRequest, webhook_id: int) -> HttpResponse:
    """Show a webhook with what it was told."""
    shown = _load(request, webhook_id)
    context = {"webhook": shown, "deliveries": load_deliveries(shown)}
    return render(request, "recommendations/webhook.html", context)


@login_required
@require_POST
def switch(request: SignedInRequest, webhook_id: int) -> HttpResponse:
    """Enable a webhook if ``enabled=yes`` was sent, disable it otherwise."""
    shown = _load(request, webhook_id)
    if request.POST.get("enabled") == "yes":
        enable_webhook(shown)
    else:
        disable_webhook(shown, timezone.now())
    return redirect("recommendations:webhook", shown.pk)


@login_required
@require_POST
def remove(request: SignedInRequest, webhook_id: int) -> HttpResponse:
    """Remove a webhook with what it was told."""
    remove_webhook(_load(request, webhook_id))
    messages.success(request, _("The webhook is removed."))
    return redirect("recommendations:webhooks")


def _register(request: SignedInRequest, form: WebhookForm) -> MadeWebhook | None:
    try:
        return register_webhook(request.user, now=timezone.now(), **form.cleaned_data)
    except UnfitAddress as error:
        form.add_error("url", str(error))
    except TooManyWebhooks:
        form.add_error(None, _("You have as many webhooks as one may have. Remove one first."))
    return None


def _load(request: SignedInRequest, webhook_id: int) -> Webhook:
    try:
        return load_webhook(request.user, webhook_id)
    except WebhookNotFound as error:
        raise Http404(_("There is no such webhook.")) from error
