"""Who is like the asker, and why."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recommendations.api.schema import NOT_ENOUGH_LISTENING
from recommendations.api.views.asker import asker
from recommendations.api.views.catalogue import ArtistSerializer
from recommendations.api.views.listeners import ListenerSerializer
from recommendations.index.base import RANKINGS
from recommendations.services.comparison import compare_listeners
from recommendations.services.listeners import ListenerNotVisible, load_visible_listener
from recommendations.services.similar_users import (
    default_ranking,
    find_similar_users,
)

# Chosen by us: each comes with its reasons, so a long list is a large answer.
MAX_LIMIT = 100
DEFAULT_LIMIT = 10


class RankingQuerySerializer(serializers.Serializer[Any]):
    """Which ranking to compare by."""

    ranking = serializers.ChoiceField(
        choices=RANKINGS, required=False, help_text="The site's own ranking when left out."
    )


class SimilarUsersQuerySerializer(RankingQuerySerializer):
    """How many to list, and by which ranking."""

    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT)


class SharedArtistSerializer(serializers.Serializer[Any]):
    """An artist of both and what they add to `artist_similarity`."""

    artist = ArtistSerializer()
    share = serializers.FloatField()


class RelatedArtistsSerializer(serializers.Serializer[Any]):
    """Two artists whom the same people listen to."""

    yours = ArtistSerializer()
    theirs = ArtistSerializer()
    cosine = serializers.FloatField()


class FeatureComparisonSerializer(serializers.Serializer[Any]):
    """One audio feature of both and of the average listener, in its own unit."""

    name = serializers.CharField()
    yours = serializers.FloatField()
    theirs = serializers.FloatField()
    average = serializers.FloatField()
    gap = serializers.FloatField(help_text="In standard deviations of listeners.")
    both = serializers.ChoiceField(
        choices=["above", "below"],
        allow_null=True,
        help_text="The side of the average that both are clearly on.",
    )


class SimilarityPartsSerializer(serializers.Serializer[Any]):
    """The terms of the hybrid similarity; they add up to it."""

    artists = serializers.FloatField()
    taste_map = serializers.FloatField()
    sound = serializers.FloatField()


class MissingPartSerializer(serializers.Serializer[Any]):
    """A part of the score that adds nothing because you, they, or both have nothing for it."""

    part = serializers.ChoiceField(choices=["artists", "features", "map", "meta_vector"])
    yours = serializers.BooleanField(help_text="Whether it is missing on your side.")
    theirs = serializers.BooleanField(help_text="Whether it is missing on their side.")


class SimilarUserSerializer(serializers.Serializer[Any]):
    """A similar user with the reasons; numbers are not rounded."""

    rank = serializers.IntegerField(help_text="1 is best.")
    user = ListenerSerializer()
    score = serializers.FloatField(help_text="What the ranking orders by.")
    percent = serializers.FloatField(
        help_text="The share of random pairs of listeners that this pair is closer than."
    )
    cosine = serializers.FloatField(help_text="Of the ranking's dense vectors.")
    artist_similarity = serializers.FloatField(help_text="Cosine of the artist weights.")
    parts = SimilarityPartsSerializer(
        allow_null=True,
        help_text="Null by the seed ranking: its score is (`cosine` + 1), times 501 where any "
        "artist is shared.",
    )
    shared_artists = SharedArtistSerializer(many=True)
    related_artists = RelatedArtistsSerializer(many=True)
    features = FeatureComparisonSerializer(many=True)
    missing = MissingPartSerializer(many=True)


class SimilarUsersSerializer(serializers.Serializer[Any]):
    """Similar users, best first."""

    ranking = serializers.ChoiceField(choices=RANKINGS)
    results = SimilarUserSerializer(many=True)


class SimilarUsersView(APIView):
    """My similar users."""

    @extend_schema(
        operation_id="similar_users",
        tags=["similar users"],
        parameters=[SimilarUsersQuerySerializer],
        responses={200: SimilarUsersSerializer, 409: NOT_ENOUGH_LISTENING},
    )
    def get(self, request: Request) -> Response:
        """List the discoverable listeners most similar to me, with the reasons."""
        # As a plain mapping: DRF takes an empty text in a query for one that is left out.
        query = SimilarUsersQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        ranking = query.validated_data.get("ranking") or default_ranking()
        found = find_similar_users(
            asker(request), limit=query.validated_data["limit"], ranking=ranking
        )
        return Response(SimilarUsersSerializer({"ranking": ranking, "results": found}).data)


class SimilarUserView(APIView):
    """One pair compared."""

    @extend_schema(
        operation_id="similar_user",
        tags=["similar users"],
        parameters=[RankingQuerySerializer],
        responses={200: SimilarUserSerializer, 409: NOT_ENOUGH_LISTENING},
    )
    def get(self, request: Request, user_id: int) -> Response:
        """Compare another listener with me; `rank` is 1.

        Who is not discoverable cannot be told from who does not exist, and I am not my own
        similar user: all are 404.
        """
        query = RankingQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        me = asker(request)
        other = load_visible_listener(me, user_id)
        if other == me:
            raise ListenerNotVisible(user_id)
        compared = compare_listeners(me, other, ranking=query.validated_data.get("ranking"))
        return Response(SimilarUserSerializer(compared).data)
