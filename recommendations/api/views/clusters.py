"""Clusters of listeners and of tracks."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from recommendations.api.views.catalogue import ArtistSerializer, TrackSerializer
from recommendations.api.views.listeners import ListenerSerializer
from recommendations.models import Clustering, Track
from recommendations.services.clusters import (
    NamedCluster,
    load_members,
    load_named_cluster,
    load_named_clusters,
    load_tracks,
)
from recommendations.taste.schema import SOUND_FEATURES


class DistinctiveFeatureSerializer(serializers.Serializer[Any]):
    """A feature by which a cluster stands out."""

    name = serializers.ChoiceField(choices=SOUND_FEATURES)
    deviations = serializers.FloatField(
        help_text="How many standard deviations above the average, or below it."
    )


class ClusterSerializer(serializers.Serializer[Any]):
    """A cluster with what sets it apart, the most distinctive first."""

    kind = serializers.ChoiceField(choices=Clustering.Kind.choices)
    number = serializers.IntegerField()
    artists = ArtistSerializer(many=True)
    features = DistinctiveFeatureSerializer(many=True)
    member_count = serializers.IntegerField(
        help_text="Tracks, or discoverable listeners; nobody else is counted."
    )
    is_own = serializers.BooleanField(help_text="Whether I am in it.")


class ClustersView(APIView):
    """All clusters."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="clusters", tags=["clusters"], responses=ClusterSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """List the clusters of listeners and of tracks in which there is anything to see."""
        named = load_named_clusters(request.user)
        return Response(ClusterSerializer(named, many=True).data)


class ClusterView(APIView):
    """One cluster."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="cluster", tags=["clusters"], responses=ClusterSerializer)
    def get(self, request: Request, kind: str, number: int) -> Response:
        """Show one cluster; one without anybody to see is 404."""
        return Response(ClusterSerializer(load_named_cluster(request.user, kind, number)).data)


def _load_cluster(view: ListAPIView[Any]) -> NamedCluster:
    return load_named_cluster(view.request.user, view.kwargs["kind"], view.kwargs["number"])


class ClusterListenersView(ListAPIView[User]):
    """The listeners of a cluster."""

    permission_classes = [AllowAny]
    serializer_class = ListenerSerializer

    def get_queryset(self) -> QuerySet[User]:
        """Return the members of the cluster in the address."""
        return load_members(self.request.user, _load_cluster(self))

    @extend_schema(operation_id="cluster_listeners", tags=["clusters"])
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """List the discoverable listeners of a cluster by user name; none of one of tracks."""
        return super().get(request, *args, **kwargs)


class ClusterTracksView(ListAPIView[Track]):
    """The tracks of a cluster."""

    permission_classes = [AllowAny]
    serializer_class = TrackSerializer

    def get_queryset(self) -> QuerySet[Track]:
        """Return the tracks of the cluster in the address."""
        return load_tracks(_load_cluster(self))

    @extend_schema(operation_id="cluster_tracks", tags=["clusters"])
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """List the tracks of a cluster by name; none of one of listeners."""
        return super().get(request, *args, **kwargs)
