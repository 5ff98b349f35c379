"""Artists, tracks and their audio features.

Artists and tracks are not deleted here: that would take them out of listeners' lists.
"""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recommendations.admin.base import BigTableAdmin, ReadOnlyAdmin, UnknownMayBeEmpty
from recommendations.models import Artist, AudioFeatures, FeatureQuestion, Track, TrackArtist
from recommendations.name_key import build_name_key
from recommendations.services.catalogue_changes import record_artist_changes
from recommendations.services.edits import record_edited_tracks
from recommendations.tasks import enqueue_description
from recommendations.taste.schema import AUDIO_FEATURES

# Chosen by us: keeps each task's message small and its transaction short.
TRACKS_PER_TASK = 5_000


class AudioFeaturesForm(ModelForm[AudioFeatures]):
    """Features within the ranges of the schema."""

    def clean(self) -> dict[str, Any]:
        """Reject what cannot be right, field by field."""
        cleaned = super().clean() or {}
        for feature in AUDIO_FEATURES:
            value = cleaned.get(feature.name)
            if value is not None and not feature.holds(value):
                text = _("From %(low)g to %(high)g, or empty for unknown.")
                bounds = {"low": feature.low, "high": feature.high}
                self.add_error(feature.name, ValidationError(text, "out_of_range", bounds))
        return cleaned


class AudioFeaturesInline(UnknownMayBeEmpty, admin.StackedInline[AudioFeatures, Track]):
    """A track's audio features."""

    model = AudioFeatures
    form = AudioFeaturesForm


class CreditInline(admin.TabularInline[TrackArtist, Track]):
    """A track's credits: read, or taken away.

    They cannot be changed in place, since a field to choose an artist loads it, row by row.
    """

    model = TrackArtist
    fields = ("artist", "position")
    readonly_fields = ("artist", "position")
    max_num = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrackArtist]:
        """Load the artists at once."""
        return super().get_queryset(request).select_related("artist").order_by("position")


class NewCreditInline(admin.TabularInline[TrackArtist, Track]):
    """A place to add a credit."""

    model = TrackArtist
    fields = ("artist", "position")
    autocomplete_fields = ("artist",)
    extra = 1
    can_delete = False
    verbose_name_plural = gettext_lazy("new credits")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrackArtist]:
        """Leave the existing ones to the list above."""
        return super().get_queryset(request).none()


@admin.action(description=gettext_lazy("Describe the tracks again"), permissions=["change"])
def describe_again(
    model_admin: admin.ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[Any]
) -> None:
    """Check the features of the selected tracks, ask providers about those without any, recompute.

    Works on tracks and on audio features, which share their keys.
    """
    del model_admin
    track_ids = list(queryset.order_by("pk").values_list("pk", flat=True))
    with transaction.atomic():
        for start in range(0, len(track_ids), TRACKS_PER_TASK):
            enqueue_description(track_ids[start : start + TRACKS_PER_TASK])
    text = ngettext(
        "%(count)d track will be described again.",
        "%(count)d tracks will be described again.",
        len(track_ids),
    )
    messages.success(request, text % {"count": len(track_ids)})


class CatalogueAdmin(BigTableAdmin[Any]):
    """What artists and tracks have in common."""

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002
        obj: Any = None,  # noqa: ANN401, ARG002
    ) -> bool:
        """Nobody may."""
        return False


@admin.register(Artist)
class ArtistAdmin(CatalogueAdmin):
    """Artists."""

    list_display = ("name", "name_key", "spotify_id")
    search_fields = ("name_key__startswith", "spotify_id__exact")
    search_help_text = gettext_lazy("The beginning of a name, or a whole Spotify id.")
    ordering = ("name_key",)
    readonly_fields = ("name_key",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Artist], search_term: str
    ) -> tuple[QuerySet[Artist], bool]:
        """Search by the normalised name, which has an index."""
        by_name, may_repeat = super().get_search_results(
            request, queryset, build_name_key(search_term)
        )
        return by_name | queryset.filter(spotify_id=search_term.strip()), may_repeat

    def save_model(
        self, request: HttpRequest, obj: Artist, form: ModelForm[Artist], change: object
    ) -> None:
        """Keep the normalised name and the search true to the name."""
        obj.name_key = build_name_key(obj.name)
        super().save_model(request, obj, form, change)
        record_artist_changes([obj.pk])


class DescribedFilter(admin.SimpleListFilter):
    """Tracks with audio features, or those without."""

    title = gettext_lazy("audio features")
    parameter_name = "described"

    def lookups(
        self,
        request: HttpRequest,  # noqa: ARG002
        model_admin: admin.ModelAdmin[Any],  # noqa: ARG002
    ) -> list[tuple[str, str]]:
        """Offer both."""
        return [("yes", _("known")), ("no", _("not known yet"))]

    def queryset(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: QuerySet[Track],
    ) -> QuerySet[Track]:
        """Keep those that were chosen."""
        if self.value() not in {"yes", "no"}:
            return queryset
        return queryset.filter(audio_features__isnull=self.value() == "no")


@admin.register(Track)
class TrackAdmin(CatalogueAdmin):
    """Tracks with their credits and audio features."""

    list_display = ("name", "album_name", "spotify_id", "popularity", "duration_ms", "explicit")
    list_filter = ("explicit", DescribedFilter, "audio_features__provider")
    search_fields = ("name__istartswith", "spotify_id__exact", "isrc__exact")
    search_help_text = gettext_lazy("The beginning of a name, or a whole Spotify id or ISRC.")
    ordering = ("-pk",)
    inlines = (CreditInline, NewCreditInline, AudioFeaturesInline)
    actions = (describe_again,)

    def save_related(
        self, request: HttpRequest, form: ModelForm[Track], formsets: object, change: object
    ) -> None:
        """Save credits and features and mark the listeners of the track stale."""
        super().save_related(request, form, formsets, change)
        record_edited_tracks([form.instance.pk])


@admin.register(AudioFeatures)
class AudioFeaturesAdmin(BigTableAdmin[AudioFeatures]):
    """Audio features by themselves."""

    form = AudioFeaturesForm
    list_display = ("track", "provider", "described_at", "energy", "valence", "tempo_bpm")
    list_select_related = ("track",)
    list_filter = ("provider",)
    search_fields = ("track__name__istartswith", "track__spotify_id__exact")
    search_help_text = gettext_lazy("The beginning of a track's name, or a whole Spotify id.")
    ordering = ("-pk",)
    autocomplete_fields = ("track",)
    actions = (describe_again,)

    def get_readonly_fields(
        self,
        request: HttpRequest,  # noqa: ARG002
        obj: AudioFeatures | None = None,
    ) -> tuple[str, ...]:
        """Fix the track once the features exist."""
        return ("described_at",) if obj is None else ("track", "described_at")

    def save_model(
        self,
        request: HttpRequest,
        obj: AudioFeatures,
        form: ModelForm[AudioFeatures],
        change: object,
    ) -> None:
        """Save and mark the listeners of the track stale."""
        super().save_model(request, obj, form, change)
        record_edited_tracks([obj.pk])

    def delete_model(self, request: HttpRequest, obj: AudioFeatures) -> None:
        """Delete and mark the listeners of the track stale."""
        record_edited_tracks([obj.pk])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AudioFeatures]) -> None:
        """Delete and mark the listeners of the tracks stale, all or none."""
        with transaction.atomic():
            record_edited_tracks(set(queryset.values_list("pk", flat=True)))
            super().delete_queryset(request, queryset)


@admin.register(FeatureQuestion)
class FeatureQuestionAdmin(ReadOnlyAdmin[FeatureQuestion]):
    """Tracks whose features providers were or will be asked for."""

    list_display = ("track", "ask_at", "asked_at", "misses")
    list_select_related = ("track",)
    list_filter = ("misses",)
    search_fields = ("track__name__istartswith", "track__spotify_id__exact")
    search_help_text = gettext_lazy("The beginning of a track's name, or a whole Spotify id.")
    ordering = ("ask_at", "pk")
