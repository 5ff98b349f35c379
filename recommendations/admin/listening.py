"""Top tracks, top artists, and what is left out of them; changes make profiles stale."""

from typing import TypeVar

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from recommendations.admin.base import BigTableAdmin, ReadOnlyAdmin, recompute_soon
from recommendations.models import Exclusion, TopArtist, TopTrack
from recommendations.services.profiles import mark_stale
from recommendations.tasks import enqueue_recompute

AnyEntry = TypeVar("AnyEntry", bound=TopArtist | TopTrack)


class TopListAdmin(BigTableAdmin[AnyEntry]):
    """An entry keeps its listener: moving it to another would be a new entry there."""

    list_filter = ("source", "time_range")
    search_fields = ("user__username__exact",)
    search_help_text = _("A whole user name.")
    ordering = ("-pk",)
    actions = ("recompute",)

    def get_readonly_fields(
        self,
        request: HttpRequest,  # noqa: ARG002
        obj: AnyEntry | None = None,
    ) -> tuple[str, ...]:
        """Fix the listener once the entry exists."""
        return ("stored_at",) if obj is None else ("user", "stored_at")

    def save_model(
        self, request: HttpRequest, obj: AnyEntry, form: ModelForm[AnyEntry], change: object
    ) -> None:
        """Save and have the listener recomputed."""
        super().save_model(request, obj, form, change)
        mark_stale([obj.user_id])
        enqueue_recompute(obj.user_id)

    def delete_model(self, request: HttpRequest, obj: AnyEntry) -> None:
        """Delete and have the listener recomputed."""
        mark_stale([obj.user_id])
        enqueue_recompute(obj.user_id)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AnyEntry]) -> None:
        """Delete and mark the listeners stale, all or none."""
        with transaction.atomic():
            mark_stale(set(queryset.values_list("user_id", flat=True)))
            super().delete_queryset(request, queryset)

    @admin.action(description=_("Recompute the listeners' taste profiles"), permissions=["change"])
    def recompute(self, request: HttpRequest, queryset: QuerySet[AnyEntry]) -> None:
        """Recompute the profiles of those who have the selected entries."""
        recompute_soon(request, queryset.values_list("user_id", flat=True))


@admin.register(TopTrack)
class TopTrackAdmin(TopListAdmin[TopTrack]):
    """Listeners' top tracks."""

    list_display = ("user", "rank", "track", "source", "time_range")
    list_select_related = ("user", "track")
    autocomplete_fields = ("user", "track")


@admin.register(TopArtist)
class TopArtistAdmin(TopListAdmin[TopArtist]):
    """Listeners' top artists."""

    list_display = ("user", "rank", "artist", "play_count", "source", "time_range")
    list_select_related = ("user", "artist")
    autocomplete_fields = ("user", "artist")


@admin.register(Exclusion)
class ExclusionAdmin(ReadOnlyAdmin[Exclusion]):
    """What listeners leave out of their taste; that is theirs to change."""

    list_display = ("user", "artist", "track", "excluded_at")
    list_select_related = ("user", "artist", "track")
    list_filter = (("artist", admin.EmptyFieldListFilter), "excluded_at")
    search_fields = ("user__username__exact",)
    search_help_text = _("A whole user name.")
    ordering = ("-pk",)
    fields = list_display
