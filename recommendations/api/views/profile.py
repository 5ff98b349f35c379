"""The asker's taste profile."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recommendations.api.schema import NOT_ENOUGH_LISTENING
from recommendations.api.views.asker import asker
from recommendations.api.views.catalogue import ArtistSerializer
from recommendations.models import TasteSpace
from recommendations.services.profile_details import load_profile_details


class SpaceSerializer(serializers.ModelSerializer[TasteSpace]):
    """The version of the figures that profiles are computed with."""

    class Meta:
        """Identity only."""

        model = TasteSpace
        fields = ["id", "origin", "fitted_at"]


class NamedValueSerializer(serializers.Serializer[Any]):
    """One entry of a vector with the name of its feature; null is unknown."""

    name = serializers.CharField()
    value = serializers.FloatField(allow_null=True)


class ArtistWeightSerializer(serializers.Serializer[Any]):
    """What an artist counts; the squares of all weights add up to 1."""

    artist = ArtistSerializer()
    weight = serializers.FloatField()


class ProfileSerializer(serializers.Serializer[Any]):
    """A taste profile; numbers are not rounded."""

    space = SpaceSerializer()
    computed_at = serializers.DateTimeField()
    track_count = serializers.IntegerField()
    described_track_count = serializers.IntegerField(
        help_text="Tracks with the nine features of the sound; the others do not count in "
        "`feature_means` and in the taste vector's sound."
    )
    meta_vector_track_count = serializers.IntegerField(
        help_text="Tracks with all fourteen features; the others do not count in `meta_vector`."
    )
    artist_count = serializers.IntegerField()
    meta_vector = NamedValueSerializer(many=True)
    feature_means = NamedValueSerializer(many=True)
    taste_vector = serializers.ListField(child=serializers.FloatField())
    artist_weights = ArtistWeightSerializer(many=True, help_text="Heaviest first.")


class ProfileView(APIView):
    """My taste profile."""

    @extend_schema(
        operation_id="profile",
        tags=["me"],
        responses={200: ProfileSerializer, 409: NOT_ENOUGH_LISTENING},
    )
    def get(self, request: Request) -> Response:
        """Show the vectors and artist weights by which I am compared."""
        return Response(ProfileSerializer(load_profile_details(asker(request))).data)
