"""What the site computes: to be read, and to be asked for again."""

from collections.abc import Iterable

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from recommendations.admin.base import ReadOnlyAdmin, recompute_soon
from recommendations.models import StaleProfile, TasteProfile, TasteSpace
from recommendations.services.profile_details import describe_profile

# Binary columns, which are not loaded to list rows.
_PROFILE_ARRAYS = ("meta_vector", "taste_vector", "feature_means", "artist_ids", "artist_weights")
_COUNTS = ("track_count", "described_track_count", "artist_count")
_SPACE_COUNTS = ("listener_count", "track_count", "artist_count")


@admin.action(description=_("Recompute the taste profiles"), permissions=["recompute"])
def recompute(
    model_admin: admin.ModelAdmin[TasteProfile] | admin.ModelAdmin[StaleProfile],
    request: HttpRequest,
    queryset: QuerySet[TasteProfile] | QuerySet[StaleProfile],
) -> None:
    """Recompute the selected listeners' profiles."""
    del model_admin
    recompute_soon(request, queryset.values_list("user_id", flat=True))


@admin.register(TasteProfile)
class TasteProfileAdmin(ReadOnlyAdmin[TasteProfile]):
    """Taste profiles, their vectors with names."""

    list_display = ("user", "space_id", *_COUNTS, "computed_at")
    list_select_related = ("user",)
    list_filter = ("space__status",)
    search_fields = ("user__username__exact",)
    search_help_text = _("A whole user name.")
    ordering = ("-pk",)
    actions = (recompute,)
    fields = ("user", "space_id", *_COUNTS, "computed_at", "numbers")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TasteProfile]:
        """Leave the arrays out of lists."""
        profiles = super().get_queryset(request).select_related("user")
        match = request.resolver_match
        is_list = match is not None and not match.kwargs
        return profiles.defer(*_PROFILE_ARRAYS) if is_list else profiles

    def has_recompute_permission(self, request: HttpRequest) -> bool:
        """Let those recompute who may change listeners."""
        return request.user.has_perm("accounts.change_user")

    @admin.display(description=_("numbers"))
    def numbers(self, profile: TasteProfile) -> str:
        """Show the vectors and weights, each entry with its name."""
        details = describe_profile(profile)
        features = [(item.name, item.value) for item in details.meta_vector]
        means = [(item.name, item.value) for item in details.feature_means]
        artists = [(item.artist.name, item.weight) for item in details.artist_weights]
        return format_html(
            "{}{}{}{}",
            _section(_("Meta vector"), features),
            _section(_("Feature means"), means),
            _section(_("Taste vector"), enumerate(details.taste_vector)),
            _section(_("Artist weights"), artists),
        )


@admin.register(TasteSpace)
class TasteSpaceAdmin(ReadOnlyAdmin[TasteSpace]):
    """Taste spaces; the command ``fit_taste_space`` makes and exchanges them."""

    list_display = ("id", "status", "origin", "fitted_at", *_SPACE_COUNTS)
    fields = ("status", "origin", "fitted_at", *_SPACE_COUNTS)
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TasteSpace]:
        """Leave out the arrays, which are megabytes for programs."""
        return super().get_queryset(request).defer("arrays")


@admin.register(StaleProfile)
class StaleProfileAdmin(ReadOnlyAdmin[StaleProfile]):
    """Who waits to be recomputed."""

    list_display = ("user", "since")
    list_select_related = ("user",)
    search_fields = ("user__username__exact",)
    search_help_text = _("A whole user name.")
    ordering = ("since",)
    actions = (recompute,)

    def has_recompute_permission(self, request: HttpRequest) -> bool:
        """Let those recompute who may change listeners."""
        return request.user.has_perm("accounts.change_user")


def _section(title: object, named: Iterable[tuple[object, float | None]]) -> str:
    shown = ((name, "?" if value is None else f"{value:.4f}") for name, value in named)
    return format_html(
        "<h3>{}</h3><table>{}</table>",
        title,
        format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", shown),
    )
