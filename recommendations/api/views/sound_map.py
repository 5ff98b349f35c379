"""The map of tracks and listeners."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recommendations.services.map_places import Columns, DrawnMap, NoMapYet, load_drawn_map


class ListenerColumnsSerializer(serializers.Serializer[Any]):
    """Listeners as columns: the first entries of all lists belong together, and so on."""

    id = serializers.ListField(child=serializers.IntegerField())
    name = serializers.ListField(child=serializers.CharField())
    x = serializers.ListField(child=serializers.FloatField())
    y = serializers.ListField(child=serializers.FloatField())


class TrackColumnsSerializer(ListenerColumnsSerializer):
    """Tracks as columns, the most heard first; ``artist`` is the first-named one."""

    artist = serializers.ListField(child=serializers.CharField(allow_null=True))


class SoundMapSerializer(serializers.Serializer[Any]):
    """All that is drawn; near to each other is what sounds alike, the axes mean nothing."""

    tracks = TrackColumnsSerializer()
    listeners = ListenerColumnsSerializer(
        help_text="Those who are discoverable, without the asker."
    )
    you = serializers.ListField(
        child=serializers.FloatField(),
        min_length=2,
        max_length=2,
        allow_null=True,
        help_text="The asker's own x and y.",
    )


class SoundMapView(APIView):
    """The map."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="sound_map",
        tags=["map"],
        responses={
            200: SoundMapSerializer,
            404: OpenApiResponse(description="No map has been computed yet."),
        },
    )
    def get(self, request: Request) -> Response:
        """Show the map of tracks and discoverable listeners; before the first there is none."""
        try:
            drawn = load_drawn_map(request.user)
        except NoMapYet as error:
            raise Http404 from error
        return Response(_compact(drawn))


def _compact(drawn: DrawnMap) -> dict[str, Any]:
    """Return the columns as they are, which a serializer would copy number by number.

    Two decimals are finer than a dot on a screen, and halve what travels.
    """
    return {
        "tracks": _rounded(drawn.tracks),
        "listeners": _rounded(drawn.listeners),
        "you": None if drawn.you is None else [round(value, 2) for value in drawn.you],
    }


def _rounded(columns: Columns) -> dict[str, Any]:
    return {
        **columns,
        "x": [round(value, 2) for value in columns["x"]],
        "y": [round(value, 2) for value in columns["y"]],
    }
