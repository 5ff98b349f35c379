"""What listeners show to others of their own accord: looked at, or ended, never made."""

from typing import TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.sharing import Card, CompareLink
from recommendations.admin.base import ReadOnlyAdmin

AnyModel = TypeVar("AnyModel", bound=Model)


class EndableAdmin(ReadOnlyAdmin[AnyModel]):
    """For rows that an administrator may take away, as when somebody complains."""

    def has_delete_permission(self, request: HttpRequest, obj: AnyModel | None = None) -> bool:  # noqa: ARG002
        """Whoever has the permission may."""
        meta = self.opts
        return request.user.has_perm(f"{meta.app_label}.delete_{meta.model_name}")


@admin.register(CompareLink)
class CompareLinkAdmin(EndableAdmin[CompareLink]):
    """Links to compare by, without the token, which would open them."""

    list_display = ("maker", "name", "made_at", "last_used_at")
    list_select_related = ("maker",)
    list_filter = ("made_at", ("last_used_at", admin.EmptyFieldListFilter))
    search_fields = ("maker__username__startswith",)
    search_help_text = _("The beginning of a user name.")
    ordering = ("-pk",)
    fields = list_display


@admin.register(Card)
class CardAdmin(EndableAdmin[Card]):
    """Cards, without the token that is their address."""

    list_display = ("maker", "sibling", "language", "made_at")
    list_select_related = ("maker", "sibling")
    list_filter = ("language", "made_at")
    search_fields = ("maker__username__startswith", "sibling__username__startswith")
    search_help_text = _("The beginning of a user name.")
    ordering = ("-pk",)
    fields = list_display
