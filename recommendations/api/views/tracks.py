"""One track of the catalogue."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recommendations.api.views.catalogue import TrackSerializer
from recommendations.services.catalogue_search import load_track


class TrackView(APIView):
    """A track, whoever listens to it."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="track", tags=["catalogue"], responses=TrackSerializer)
    def get(self, request: Request, track_id: int) -> Response:  # noqa: ARG002 - DRF passes it
        """Show a track with its artists and audio features, as the map and the search name it."""
        return Response(TrackSerializer(load_track(track_id)).data)
