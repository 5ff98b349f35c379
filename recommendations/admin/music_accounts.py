"""Who has linked which account, without the token."""

from django.contrib import admin

from accounts.models import MusicAccount
from recommendations.admin.base import ReadOnlyAdmin


@admin.register(MusicAccount)
class MusicAccountAdmin(ReadOnlyAdmin[MusicAccount]):
    """Only looked at: a link goes by disconnecting, with the listening that it brought."""

    list_display = ("user", "service", "name", "is_verified", "authorized_at", "consent_lost_at")
    list_filter = ("service", "is_verified")
    list_select_related = ("user",)
    search_fields = ("user__username__startswith", "name__startswith")
    fields = (
        "user",
        "service",
        "account_id",
        "name",
        "is_verified",
        "scopes",
        "authorized_at",
        "consent_lost_at",
        "linked_at",
    )
