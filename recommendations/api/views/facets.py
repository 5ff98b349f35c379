"""The facets of the asker's taste."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recommendations.api.schema import NOT_ENOUGH_LISTENING
from recommendations.api.views.asker import asker
from recommendations.api.views.catalogue import ArtistSerializer, TrackSerializer
from recommendations.api.views.similar_users import SimilarUserSerializer
from recommendations.services.facets import find_facets


class FacetSerializer(serializers.Serializer[Any]):
    """A part of my taste that few listeners play together with the rest."""

    number = serializers.IntegerField(help_text="From 1; `facet` of `me/similar-users/`.")
    artist_count = serializers.IntegerField()
    track_count = serializers.IntegerField()
    artists = ArtistSerializer(many=True, help_text="Up to ten, heaviest first.")
    tracks = TrackSerializer(many=True, help_text="Up to five, best rank first.")
    similar_users = SimilarUserSerializer(many=True, help_text="The first five.")


class FacetsSerializer(serializers.Serializer[Any]):
    """One to four facets, the one with most artists first."""

    breadth = serializers.FloatField(
        allow_null=True,
        help_text="0 when all my artists lie in one place of the artist map; null without a map.",
    )
    facets = FacetSerializer(many=True)


class FacetsView(APIView):
    """My facets."""

    @extend_schema(
        operation_id="facets",
        tags=["me"],
        responses={200: FacetsSerializer, 409: NOT_ENOUGH_LISTENING},
    )
    def get(self, request: Request) -> Response:
        """Divide my taste into facets, each with similar users of its own."""
        return Response(FacetsSerializer(find_facets(asker(request))).data)
