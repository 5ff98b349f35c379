"""What the asker listens to most, and what brought each row."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView

from recommendations.api.views.asker import asker
from recommendations.api.views.catalogue import TopArtistSerializer, TopTrackSerializer
from recommendations.models import Source, TopArtist, TopTrack
from recommendations.services.listeners import load_top_artists, load_top_tracks
from recommendations.services.provenance import UNKNOWN, Provenance, load_provenance


class ListQuerySerializer(serializers.Serializer[Any]):
    """Which lists."""

    source = serializers.ChoiceField(  # type: ignore[assignment] # of the query, not DRF's own
        choices=Source.values, required=False, help_text="Only the lists of this source."
    )


class ProvenanceSerializer(serializers.Serializer[Provenance]):
    """What brought a list; all null where the people who run the site did."""

    upload_id = serializers.IntegerField(
        source="upload.pk", default=None, allow_null=True, help_text="Of `me/uploads/`."
    )
    service = serializers.CharField(
        source="account.service", default=None, allow_null=True, help_text="A connected service."
    )
    sync_id = serializers.IntegerField(
        allow_null=True, help_text="Of `me/syncs/`: the last one that read it."
    )
    read_at = serializers.DateTimeField(allow_null=True, help_text="When that one ended.")


class _OwnEntrySerializer(serializers.Serializer[Any]):
    """What only I see of a place in my own list."""

    is_excluded = serializers.BooleanField(
        read_only=True, help_text="Whether I leave it out of my taste, by itself or by its artist."
    )
    stored_at = serializers.DateTimeField(help_text="Since when it is stored.")
    exported_source = serializers.CharField(
        help_text="Where the list came from before an export of this site brought it; else empty."
    )
    brought_by = serializers.SerializerMethodField()

    @extend_schema_field(ProvenanceSerializer)
    def get_brought_by(self, entry: TopTrack | TopArtist) -> dict[str, Any]:
        """Return the upload or the connection behind the list."""
        brought = self.context["provenance"].get(entry.source, UNKNOWN)
        return dict(ProvenanceSerializer(brought).data)


_OWN_FIELDS = ["is_excluded", "stored_at", "exported_source", "brought_by"]


class OwnTopTrackSerializer(_OwnEntrySerializer, TopTrackSerializer):
    """A place in my own list of top tracks."""

    class Meta(TopTrackSerializer.Meta):
        """With what only I see."""

        fields = [*TopTrackSerializer.Meta.fields, *_OWN_FIELDS]


class OwnTopArtistSerializer(_OwnEntrySerializer, TopArtistSerializer):
    """A place in my own list of top artists."""

    class Meta(TopArtistSerializer.Meta):
        """With what only I see."""

        fields = [*TopArtistSerializer.Meta.fields, *_OWN_FIELDS]


class _OwnListView(ListAPIView[Any]):
    """One of my own lists."""

    def get_serializer_context(self) -> dict[str, Any]:
        """Add what brought the lists; the schema is made without anybody."""
        brought: Mapping[str, Provenance] = (
            load_provenance(asker(self.request)) if self.request else {}
        )
        return {**super().get_serializer_context(), "provenance": brought}

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the lists of the source that is asked for."""
        query = ListQuerySerializer(data=self.request.query_params.dict())
        query.is_valid(raise_exception=True)
        return queryset.filter(**query.validated_data)


@extend_schema_view(
    get=extend_schema(operation_id="top_tracks", tags=["me"], parameters=[ListQuerySerializer])
)
class TopTracksView(_OwnListView):
    """My top tracks, list by list, best rank first."""

    serializer_class = OwnTopTrackSerializer

    def get_queryset(self) -> QuerySet[TopTrack]:
        """Return the asker's own."""
        return load_top_tracks(asker(self.request))


@extend_schema_view(
    get=extend_schema(operation_id="top_artists", tags=["me"], parameters=[ListQuerySerializer])
)
class TopArtistsView(_OwnListView):
    """My top artists, list by list, best rank first."""

    serializer_class = OwnTopArtistSerializer

    def get_queryset(self) -> QuerySet[TopArtist]:
        """Return the asker's own."""
        return load_top_artists(asker(self.request))
