"""What the asker listens to most."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView

from recommendations.api.views.asker import asker
from recommendations.api.views.catalogue import OwnTopArtistSerializer, OwnTopTrackSerializer
from recommendations.models import TopArtist, TopTrack
from recommendations.services.listeners import load_top_artists, load_top_tracks


@extend_schema_view(get=extend_schema(operation_id="top_tracks", tags=["me"]))
class TopTracksView(ListAPIView[TopTrack]):
    """My top tracks, list by list, best rank first."""

    serializer_class = OwnTopTrackSerializer

    def get_queryset(self) -> QuerySet[TopTrack]:
        """Return the asker's own."""
        return load_top_tracks(asker(self.request))


@extend_schema_view(get=extend_schema(operation_id="top_artists", tags=["me"]))
class TopArtistsView(ListAPIView[TopArtist]):
    """My top artists, list by list, best rank first."""

    serializer_class = OwnTopArtistSerializer

    def get_queryset(self) -> QuerySet[TopArtist]:
        """Return the asker's own."""
        return load_top_artists(asker(self.request))
