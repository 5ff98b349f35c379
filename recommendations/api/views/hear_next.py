"""What the asker may like to hear next."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recommendations.api.schema import NOT_ENOUGH_LISTENING
from recommendations.api.views.asker import asker
from recommendations.api.views.catalogue import ArtistSerializer, TrackSerializer
from recommendations.api.views.listeners import ListenerSerializer
from recommendations.services.hear_next import find_hear_next

# Chosen by us, as for similar users.
MAX_LIMIT = 100
DEFAULT_LIMIT = 20


class HearNextQuerySerializer(serializers.Serializer[Any]):
    """How many of each to list."""

    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT)


class SiblingSerializer(serializers.Serializer[Any]):
    """A similar user who plays it."""

    user = ListenerSerializer()
    percent = serializers.FloatField(
        help_text="The share of random pairs of listeners that the two of us are closer than."
    )


class ArtistToHearSerializer(serializers.Serializer[Any]):
    """An artist to hear next, and why."""

    artist = ArtistSerializer()
    score = serializers.FloatField(help_text="What the list is ordered by.")
    siblings = SiblingSerializer(many=True, help_text="Who plays them, the most similar first.")
    near_to = ArtistSerializer(
        allow_null=True, help_text="An artist of mine whom the same people listen to."
    )


class TrackToHearSerializer(serializers.Serializer[Any]):
    """A track to hear next, and why."""

    track = TrackSerializer()
    score = serializers.FloatField(help_text="What the list is ordered by.")
    siblings = SiblingSerializer(many=True, help_text="Who plays it, the most similar first.")
    near_to = ArtistSerializer(
        allow_null=True, help_text="The track's artist if I play them, or the nearest of mine."
    )


class HearNextSerializer(serializers.Serializer[Any]):
    """Artists and tracks, best first; numbers are not rounded."""

    sibling_count = serializers.IntegerField(help_text="Among how many similar users was looked.")
    artists = ArtistToHearSerializer(many=True)
    tracks = TrackToHearSerializer(many=True)


class HearNextView(APIView):
    """What I may like to hear next."""

    @extend_schema(
        operation_id="hear_next",
        tags=["similar users"],
        parameters=[HearNextQuerySerializer],
        responses={200: HearNextSerializer, 409: NOT_ENOUGH_LISTENING},
    )
    def get(self, request: Request) -> Response:
        """List artists and tracks that my similar users play and I do not, with the reasons."""
        # As a plain mapping: DRF takes an empty text in a query for one that is left out.
        query = HearNextQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        found = find_hear_next(asker(request), limit=query.validated_data["limit"])
        return Response(HearNextSerializer(found).data)
