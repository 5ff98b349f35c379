"""Users, whose visibility and deletion reach every index."""

from collections.abc import Sequence

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import AccountAdmin
from accounts.models import MusicAccount, User, Webhook, WebhookDelivery
from accounts.sharing import Card, CompareLink, UnseenListener
from recommendations.admin.base import recompute_soon
from recommendations.models import (
    Exclusion,
    SpotifyPlaylist,
    StaleProfile,
    Sync,
    TasteProfile,
    Upload,
)
from recommendations.services.forget import forget_listener
from recommendations.services.visibility import set_active, set_discoverable

# Rows that the admin deletes in no other way.
_GOES_WITH_LISTENERS = (
    Card,
    CompareLink,
    Exclusion,
    MusicAccount,
    SpotifyPlaylist,
    StaleProfile,
    Sync,
    TasteProfile,
    UnseenListener,
    Upload,
    Webhook,
    WebhookDelivery,
)


@admin.register(User)
class ListenerAdmin(AccountAdmin):
    """Accounts with what concerns their taste."""

    actions = ("recompute",)

    def save_model(
        self, request: HttpRequest, obj: User, form: ModelForm[User], change: object
    ) -> None:
        """Save, and tell the indexes when a listener's visibility changed."""
        super().save_model(request, obj, form, change)
        if "is_discoverable" in form.changed_data:
            set_discoverable(obj, value=obj.is_discoverable)
        if "is_active" in form.changed_data:
            set_active(obj, value=obj.is_active)

    def get_deleted_objects(
        self, objs: Sequence[User] | QuerySet[User], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Return what goes with the listeners; some goes with them only."""
        found, counts, forbidden, protected = super().get_deleted_objects(objs, request)
        own = {str(model._meta.verbose_name) for model in _GOES_WITH_LISTENERS}  # noqa: SLF001
        return found, counts, {str(name) for name in forbidden} - own, protected

    def delete_model(self, request: HttpRequest, obj: User) -> None:  # noqa: ARG002
        """Delete a listener completely."""
        forget_listener(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:  # noqa: ARG002
        """Delete all of these listeners or none."""
        with transaction.atomic():
            for user in queryset:
                forget_listener(user)

    @admin.action(description=_("Recompute the taste profiles"), permissions=["change"])
    def recompute(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Recompute the selected listeners' profiles."""
        recompute_soon(request, queryset.values_list("pk", flat=True))
