"""Who is near to a few chosen artists, for whoever asks."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recommendations.api.views.catalogue import ArtistSerializer
from recommendations.api.views.similar_users import RankingQuerySerializer, SimilarUserSerializer
from recommendations.index.base import RANKINGS
from recommendations.services.chosen_artists import (
    FEWEST_ARTISTS,
    MOST_ARTISTS,
    ArtistNotFound,
    find_users_by_artists,
    load_artists,
)
from recommendations.services.similar_users import default_ranking

# Chosen by us: each comes with its reasons, and somebody who signs in gets more.
MAX_LIMIT = 20
DEFAULT_LIMIT = 5
# As columns of ids have it; the database takes none beyond.
_LARGEST_ID = 2**31 - 1


@extend_schema_field(
    {
        "type": "array",
        "items": {"type": "integer", "minimum": 1, "maximum": _LARGEST_ID},
        "minItems": FEWEST_ARTISTS,
        "maxItems": MOST_ARTISTS,
        "uniqueItems": True,
    }
)
class ArtistIdsField(serializers.ListField):
    """Ids of some artists, each once."""

    child = serializers.IntegerField(min_value=1, max_value=_LARGEST_ID)

    def run_child_validation(self, data: Any) -> Any:  # noqa: ANN401 - DRF's own signature
        """Return the ids, or raise ``ValidationError`` where one is named twice."""
        ids = super().run_child_validation(data)
        if len(set(ids)) < len(ids):
            raise ValidationError([_("Name each artist once.")])
        return ids


class ChosenArtistsQuerySerializer(RankingQuerySerializer):
    """Which artists, how many listeners, and by which ranking."""

    artist = ArtistIdsField(
        min_length=FEWEST_ARTISTS,
        max_length=MOST_ARTISTS,
        help_text="Ids of artists, as `GET search/` finds them: `artist=1&artist=2&artist=3`.",
    )
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT)


class SimilarUsersByArtistsSerializer(serializers.Serializer[Any]):
    """The chosen artists, and who is nearest to somebody who plays just them, best first."""

    ranking = serializers.ChoiceField(choices=RANKINGS)
    artists = ArtistSerializer(many=True)
    results = SimilarUserSerializer(many=True)


class SimilarUsersByArtistsView(APIView):
    """Similar users without an account."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="similar_users_by_artists",
        tags=["similar users"],
        parameters=[ChosenArtistsQuerySerializer],
        responses={
            200: SimilarUsersByArtistsSerializer,
            404: OpenApiResponse(description="There is no artist of one of these ids."),
        },
    )
    def get(self, request: Request) -> Response:
        """List the discoverable listeners nearest to who plays just these artists.

        Nothing is stored.
        """
        # As a plain mapping: DRF takes an empty text in a query for one that is left out.
        asked = request.query_params.dict() | {"artist": request.query_params.getlist("artist")}
        query = ChosenArtistsQuerySerializer(data=asked)
        query.is_valid(raise_exception=True)
        ids = query.validated_data["artist"]
        artists = load_artists(ids)
        if len(artists) < len(ids):
            raise ArtistNotFound
        ranking = query.validated_data.get("ranking") or default_ranking()
        limit = query.validated_data["limit"]
        found = find_users_by_artists(request.user, artists, limit=limit, ranking=ranking)
        answer = {"ranking": ranking, "artists": artists, "results": found}
        return Response(SimilarUsersByArtistsSerializer(answer).data)
