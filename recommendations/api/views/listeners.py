"""Listeners as everybody may see them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from recommendations.api.views.catalogue import TopArtistSerializer, TopTrackSerializer
from recommendations.services.listeners import (
    load_shown_artists,
    load_shown_tracks,
    load_visible_listener,
)


class ListenerSerializer(serializers.ModelSerializer[User]):
    """Who a listener is; ``origin`` tells made-up listeners from real ones."""

    class Meta:
        """Nothing private."""

        model = User
        fields = ["id", "username", "origin"]


class PublicTopArtistSerializer(TopArtistSerializer):
    """A place in somebody's list of top artists; how often they played is theirs alone."""

    class Meta(TopArtistSerializer.Meta):
        """What the listener's page shows."""

        fields = ["rank", "time_range", "source", "artist"]


class PublicListenerSerializer(serializers.Serializer[Any]):
    """A listener with the best of their lists."""

    listener = ListenerSerializer()
    top_artists = PublicTopArtistSerializer(many=True)
    top_tracks = TopTrackSerializer(many=True)


class ListenerView(APIView):
    """One listener."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="listener", tags=["listeners"], responses=PublicListenerSerializer)
    def get(self, request: Request, user_id: int) -> Response:
        """Show a discoverable listener, or myself.

        Who is not discoverable cannot be told from who does not exist: both are 404.
        """
        listener = load_visible_listener(request.user, user_id)
        shown = {
            "listener": listener,
            "top_artists": load_shown_artists(listener),
            "top_tracks": load_shown_tracks(listener),
        }
        return Response(PublicListenerSerializer(shown).data)
