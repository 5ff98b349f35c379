"""How listening is read from services: to be looked at."""

from django.contrib import admin

from recommendations.admin.base import ReadOnlyAdmin
from recommendations.models import OutboundQueue, Sync


@admin.register(Sync)
class SyncAdmin(ReadOnlyAdmin[Sync]):
    """Syncs; what was fetched so far is the listener's business."""

    list_display = ("account", "state", "step", "error", "failures", "started_at", "ended_at")
    list_select_related = ("account",)
    list_filter = ("state", "account__service", "error")
    search_fields = ("account__user__username__exact",)
    ordering = ("-pk",)
    fields = (
        "account",
        "state",
        "step",
        "counts",
        "error",
        "failures",
        "failed_runs",
        "next_call_at",
        "started_at",
        "ended_at",
    )


@admin.register(OutboundQueue)
class OutboundQueueAdmin(ReadOnlyAdmin[OutboundQueue]):
    """When each service may be called next."""

    list_display = ("service", "next_call_at", "blocked_until", "block_reason", "failures")
    fields = list_display
    ordering = ("service",)
