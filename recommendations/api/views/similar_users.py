"""Who is like the asker, and why."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from recommendations.api.schema import NOT_ENOUGH_LISTENING
from recommendations.api.views.asker import asker
from recommendations.api.views.catalogue import ArtistSerializer
from recommendations.api.views.listeners import ListenerSerializer
from recommendations.cursors import MAX_CURSOR_LENGTH, NoCursor, read_cursor, write_cursor
from recommendations.index.base import RANKINGS
from recommendations.index.passing import MOST_LOOKED_AT
from recommendations.models import TimeRange
from recommendations.services.comparison import compare_listeners
from recommendations.services.filtered_users import Filters, find_filtered_users
from recommendations.services.listeners import ListenerNotVisible, load_visible_listener
from recommendations.services.pairs import Place
from recommendations.services.similar_users import (
    FoundUsers,
    default_ranking,
)
from recommendations.taste.clusters import MOST_CLUSTERS
from recommendations.taste.facets import MOST_FACETS

# Chosen by us: each comes with its reasons, so a long list is a large answer.
MAX_LIMIT = 100
DEFAULT_LIMIT = 10


class RankingQuerySerializer(serializers.Serializer[Any]):
    """Which ranking to compare by."""

    ranking = serializers.ChoiceField(
        choices=RANKINGS, required=False, help_text="The site's own ranking when not given."
    )


class SimilarUsersQuerySerializer(RankingQuerySerializer):
    """Which listeners to list, how many, by which ranking, and from where on."""

    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT)
    time_range = serializers.ChoiceField(
        choices=TimeRange.choices,
        required=False,
        help_text="Compare with my lists of this span alone; with all of them when not given.",
    )
    facet = serializers.IntegerField(
        min_value=1,
        max_value=MOST_FACETS,
        required=False,
        help_text="Bring the facet of this number to the front; not together with `time_range`.",
    )
    shared_artist = serializers.ChoiceField(
        choices=["true", "false"],
        default="false",
        help_text="List only who shares at least one artist.",
    )
    cluster = serializers.IntegerField(
        min_value=1,
        max_value=MOST_CLUSTERS,
        required=False,
        help_text="List only who is in the cluster of listeners (`sound`) of this number.",
    )
    cursor = serializers.CharField(
        max_length=MAX_CURSOR_LENGTH,
        required=False,
        help_text="Go on from here: the cursor of an answer's `next`.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a span and a facet at once: facets are those of all my listening."""
        if "time_range" in attrs and "facet" in attrs:
            raise ValidationError({"facet": [_("Choose a span of time or a facet, not both.")]})
        return attrs


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
    next = serializers.URLField(
        allow_null=True, help_text="Where the list goes on; null at its end."
    )
    is_cut = serializers.BooleanField(
        help_text="Whether others may pass the filters who are farther than the nearest "
        f"{MOST_LOOKED_AT:,} listeners; nobody looked there."
    )
    results = SimilarUserSerializer(many=True)


class SimilarUsersView(APIView):
    """My similar users."""

    @extend_schema(
        operation_id="similar_users",
        tags=["similar users"],
        parameters=[SimilarUsersQuerySerializer],
        responses={
            200: SimilarUsersSerializer,
            404: OpenApiResponse(description="I have no such facet, or there is no such cluster."),
            409: NOT_ENOUGH_LISTENING,
        },
    )
    def get(self, request: Request) -> Response:
        """List the discoverable listeners most similar to me, with the reasons."""
        # As a plain mapping: DRF takes an empty text in a query for one that is left out.
        query = SimilarUsersQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        ranking = asked.get("ranking") or default_ranking()
        found = find_filtered_users(
            asker(request),
            _read_filters(asked),
            limit=asked["limit"],
            ranking=ranking,
            after=_read_place(asked),
        )
        answer = {
            "ranking": ranking,
            "next": _next_address(request, found),
            "is_cut": found.is_cut,
            "results": found.similar_users,
        }
        return Response(SimilarUsersSerializer(answer).data)


def _read_filters(asked: dict[str, Any]) -> Filters:
    time_range = asked.get("time_range")
    return Filters(
        time_range=None if time_range is None else TimeRange(time_range),
        facet=asked.get("facet"),
        cluster=asked.get("cluster"),
        shares_artist=asked["shared_artist"] == "true",
    )


def _read_place(asked: dict[str, Any]) -> Place | None:
    """Return where to go on, None for the beginning of the list."""
    try:
        return read_cursor(asked["cursor"]) if "cursor" in asked else None
    except NoCursor as error:
        raise ValidationError({"cursor": [_("This is no cursor of this list.")]}) from error


def _next_address(request: Request, found: FoundUsers) -> str | None:
    if found.next_place is None:
        return None
    address = request.build_absolute_uri()
    return replace_query_param(address, "cursor", write_cursor(found.next_place))


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
