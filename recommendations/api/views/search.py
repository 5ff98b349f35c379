"""The search of tracks and artists."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.api.throttles import SearchThrottle
from recommendations.api.views.catalogue import ArtistSerializer, TrackSerializer
from recommendations.services.catalogue_search import MAX_TEXT_LENGTH, search_catalogue

# Chosen by us: what is wanted is among the first or needs another word.
MAX_LIMIT = 50
DEFAULT_LIMIT = 20


class SearchQuerySerializer(serializers.Serializer[Any]):
    """What to look for, and how many tracks and artists to list."""

    q = serializers.CharField(
        max_length=MAX_TEXT_LENGTH,
        allow_blank=True,
        trim_whitespace=False,
        help_text="Words of a track's name, an artist's name, or both; case, accents and "
        "punctuation do not matter.",
    )
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT)


class FindingsSerializer(serializers.Serializer[Any]):
    """What was found, best first."""

    tracks = TrackSerializer(many=True)
    artists = ArtistSerializer(many=True)


class SearchView(APIView):
    """Tracks and artists by name."""

    permission_classes = [AllowAny]

    def get_throttles(self) -> list[BaseThrottle]:
        """Bound how often one searches."""
        return [*super().get_throttles(), SearchThrottle()]

    @extend_schema(
        operation_id="search",
        tags=["catalogue"],
        parameters=[SearchQuerySerializer],
        responses=FindingsSerializer,
    )
    def get(self, request: Request) -> Response:
        """Find tracks and artists of the catalogue, whoever listens to them."""
        # As a plain mapping: DRF takes an empty text in a query for one that is left out.
        query = SearchQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        found = search_catalogue(query.validated_data["q"], limit=query.validated_data["limit"])
        return Response(FindingsSerializer(found).data)
