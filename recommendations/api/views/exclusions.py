"""What the asker leaves out of their taste."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recommendations.api.fields import StrictIntegerField
from recommendations.api.schema import TOO_MANY
from recommendations.api.views.asker import asker
from recommendations.api.views.catalogue import ArtistSerializer, TrackSerializer
from recommendations.models import Exclusion
from recommendations.services.exclusions import (
    LARGEST_ID,
    exclude_artist,
    exclude_track,
    load_exclusions,
    take_back,
)
from recommendations.tasks import enqueue_placing

NO_SUCH_ITEM = OpenApiResponse(description="There is no such artist or track.")


class ExclusionSerializer(serializers.ModelSerializer[Exclusion]):
    """An artist or a track that counts for nothing in my taste; the other one is null."""

    artist = ArtistSerializer(allow_null=True)
    track = TrackSerializer(allow_null=True)

    class Meta:
        """What, and since when."""

        model = Exclusion
        fields = ["id", "artist", "track", "excluded_at"]


class NewExclusionSerializer(serializers.Serializer[Any]):
    """What to leave out."""

    kind = serializers.ChoiceField(choices=["artist", "track"])
    id = StrictIntegerField(min_value=1, max_value=LARGEST_ID)


class ExclusionsView(ListAPIView[Exclusion]):
    """What I leave out of my taste."""

    serializer_class = ExclusionSerializer

    def get_queryset(self) -> QuerySet[Exclusion]:
        """Return the asker's own."""
        return load_exclusions(asker(self.request))

    @extend_schema(operation_id="exclusions", tags=["me"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - DRF's own
        """List what I leave out of my taste, the latest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="exclusions_create",
        tags=["me"],
        request=NewExclusionSerializer,
        responses={201: ExclusionSerializer, 404: NO_SUCH_ITEM, 409: TOO_MANY},
    )
    def post(self, request: Request) -> Response:
        """Leave an artist or a track out of my taste, from the next request on.

        It counts for nothing in my profile, others do not see it among what I listen to, and it
        is not recommended to me. An artist goes with the tracks on which they are named first.
        Left out before, it is answered as it is.
        """
        body = NewExclusionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        exclude = exclude_artist if body.validated_data["kind"] == "artist" else exclude_track
        made = exclude(asker(request), body.validated_data["id"])
        enqueue_placing(asker(request).pk)
        shown = load_exclusions(asker(request)).get(pk=made.pk)
        return Response(ExclusionSerializer(shown).data, status=status.HTTP_201_CREATED)


class ExclusionView(APIView):
    """One of them."""

    @extend_schema(operation_id="exclusion_delete", tags=["me"], responses={204: None})
    def delete(self, request: Request, exclusion_id: int) -> Response:
        """Let it count again."""
        take_back(asker(request), exclusion_id)
        enqueue_placing(asker(request).pk)
        return Response(status=status.HTTP_204_NO_CONTENT)
