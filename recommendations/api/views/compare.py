"""Two listeners compared in full."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.api.throttles import CompareThrottle
from accounts.models import User
from recommendations.api.schema import NOT_ENOUGH_LISTENING, NOT_THERE, TOKEN_IN_PATH
from recommendations.api.views.asker import asker
from recommendations.api.views.catalogue import ArtistSerializer, TrackSerializer
from recommendations.api.views.listeners import ListenerSerializer
from recommendations.api.views.similar_users import (
    FeatureComparisonSerializer,
    RankingQuerySerializer,
    SimilarUserSerializer,
)
from recommendations.index.base import Ranking
from recommendations.services.compare_links import follow_friends_link
from recommendations.services.comparison import Comparison, compare_in_full
from recommendations.services.listeners import ListenerNotVisible, load_visible_listener

# Chosen by us: beyond every user id of a database.
_MAX_ID = 2**63 - 1


class CompareQuerySerializer(RankingQuerySerializer):
    """Whom to compare; `of` is me when not given."""

    of = serializers.IntegerField(min_value=1, max_value=_MAX_ID, required=False)

    def get_fields(self) -> dict[str, Any]:
        """Add ``with``, which Python does not take for a name."""
        number = serializers.IntegerField(min_value=1, max_value=_MAX_ID)
        return super().get_fields() | {"with": number}


class PartReachedSerializer(serializers.Serializer[Any]):
    """A term of the hybrid similarity, and what two listeners of one taste would reach in it."""

    part = serializers.ChoiceField(choices=["artists", "taste_map", "sound"])
    value = serializers.FloatField()
    most = serializers.FloatField()


class ApartSerializer(serializers.Serializer[Any]):
    """Why the two are not closer."""

    parts = PartReachedSerializer(
        many=True, help_text="The one that lacks most first; none by the seed ranking."
    )
    only_yours = ArtistSerializer(many=True, help_text="The six heaviest that the other lacks.")
    only_theirs = ArtistSerializer(many=True)
    opposite_features = FeatureComparisonSerializer(
        many=True, help_text="Clearly apart on different sides of the average, farthest first."
    )


class ComparisonSerializer(serializers.Serializer[Any]):
    """Two listeners; "you" is `first` in all parts, "they" is `pair.user`."""

    first = ListenerSerializer()
    pair = SimilarUserSerializer()
    shared_track_count = serializers.IntegerField()
    shared_tracks = serializers.SerializerMethodField()
    apart = ApartSerializer()

    @extend_schema_field(TrackSerializer(many=True))
    def get_shared_tracks(self, comparison: Comparison) -> list[dict[str, Any]]:
        """Return the tracks, those best placed with both first; at most 500."""
        tracks = [shared.track for shared in comparison.shared_tracks]
        return list(TrackSerializer(tracks, many=True).data)


class ComparingView(APIView):
    """For views that load all that two listeners play."""

    def get_throttles(self) -> list[BaseThrottle]:
        """Bound how often one user compares."""
        return [*super().get_throttles(), CompareThrottle()]

    @staticmethod
    def answer(first: User, second: User, ranking: Ranking | None) -> Response:
        """Return the comparison."""
        return Response(ComparisonSerializer(compare_in_full(first, second, ranking=ranking)).data)


class CompareView(ComparingView):
    """Any two listeners."""

    @extend_schema(
        operation_id="compare",
        tags=["similar users"],
        parameters=[CompareQuerySerializer],
        responses={200: ComparisonSerializer, 404: NOT_THERE, 409: NOT_ENOUGH_LISTENING},
    )
    def get(self, request: Request) -> Response:
        """Compare two discoverable listeners, or myself with one.

        Who is not discoverable cannot be told from who does not exist, and nobody is compared with
        themselves: all are 404.
        """
        me = asker(request)
        query = CompareQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        named = query.validated_data
        first = load_visible_listener(me, named.get("of", me.pk))
        second = load_visible_listener(me, named["with"])
        if first == second:
            raise ListenerNotVisible(second.pk)
        return self.answer(first, second, named.get("ranking"))


class CompareByLinkView(ComparingView):
    """A friend's link."""

    @extend_schema(
        operation_id="compare_by_link",
        tags=["similar users"],
        parameters=[TOKEN_IN_PATH, RankingQuerySerializer],
        responses={200: ComparisonSerializer, 409: NOT_ENOUGH_LISTENING},
    )
    def get(self, request: Request, token: str) -> Response:
        """Compare myself with whoever made the link, discoverable or not.

        They see when the link was last used, not by whom. A link that is ended, and one's own, are
        404 as an unknown one is.
        """
        query = RankingQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        me = asker(request)
        maker = follow_friends_link(me, token, timezone.now())
        return self.answer(me, maker, query.validated_data.get("ranking"))
