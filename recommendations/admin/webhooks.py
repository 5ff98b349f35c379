"""Webhooks and how their deliveries went; neither secrets nor what was told."""

from urllib.parse import urlsplit

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Webhook, WebhookDelivery
from recommendations.admin.base import ReadOnlyAdmin

_DELIVERY = ("event", "state", "tries", "status", "error", "next_try_at", "created_at", "ended_at")


class DeliveryInline(admin.TabularInline[WebhookDelivery, Webhook]):
    """The last deliveries, of which a hundred are kept."""

    model = WebhookDelivery
    fields = readonly_fields = _DELIVERY
    ordering = ("-pk",)
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Webhook | None = None) -> bool:  # noqa: ARG002
        """Nobody may."""
        return False


@admin.register(Webhook)
class WebhookAdmin(ReadOnlyAdmin[Webhook]):
    """Webhooks by host alone: the rest of an address is often a secret itself."""

    list_display = ("user", "host", "failures", "failing_since", "disabled_at", "created_at")
    list_select_related = ("user",)
    list_filter = (
        ("failing_since", admin.EmptyFieldListFilter),
        ("disabled_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("user__username__startswith",)
    search_help_text = _("The beginning of a user name.")
    ordering = ("-pk",)
    fields = (
        "user",
        "host",
        "events",
        "failures",
        "failing_since",
        "quiet_until",
        "disabled_at",
        "created_at",
    )
    inlines = (DeliveryInline,)

    @admin.display(description=_("host"))
    def host(self, webhook: Webhook) -> str:
        """Show where the address leads."""
        return urlsplit(webhook.url).hostname or ""


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin[WebhookDelivery]):
    """Deliveries; their bodies name other listeners and are their owner's business."""

    list_display = ("webhook", *_DELIVERY)
    list_filter = ("state", "event", "error")
    list_select_related = ("webhook",)
    search_fields = ("webhook__user__username__exact",)
    search_help_text = _("A whole user name.")
    ordering = ("-pk",)
    fields = ("public_id", "webhook", *_DELIVERY)
