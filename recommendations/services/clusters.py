"""Clusters as viewers may see them: nobody who is hidden is listed or counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import User
from recommendations.models import (
    Artist,
    Cluster,
    Clustering,
    ClusterListener,
    ClusterTrack,
    Track,
    TrackArtist,
)
from recommendations.services.listeners import load_discoverable_listeners
from recommendations.services.visibility import load_unseen
from recommendations.taste.clusters import DistinctiveFeature

_DISCOVERABLE = Q(listeners__user__is_discoverable=True, listeners__user__is_active=True)
# Chosen by us: enough to know a cluster by.
_ARTISTS_NAMED = 3


class ClusterNotFound(Exception):  # noqa: N818 - named for what the viewer is told
    """There is no such cluster, or nobody in it whom this viewer may see."""


@dataclass(frozen=True, slots=True)
class NamedCluster:
    """A cluster with what it is named by, the most distinctive first.

    ``member_count`` counts tracks, or listeners whom the viewer may see; nobody else counts.
    """

    kind: Clustering.Kind
    number: int
    pk: int
    artists: tuple[Artist, ...]
    features: tuple[DistinctiveFeature, ...]
    member_count: int
    is_own: bool


def load_named_clusters(viewer: User | AnonymousUser) -> list[NamedCluster]:
    """Return the clusters of all kinds in which there is somebody or something to see.

    Kinds stand in their order, and numbers in theirs. Five queries.
    """
    order = {kind: place for place, kind in enumerate(Clustering.Kind)}
    named = _name(Cluster.objects.all(), viewer)
    return sorted(named, key=lambda cluster: (order[cluster.kind], cluster.number))


def load_listener_clusters(viewer: User | AnonymousUser) -> list[NamedCluster]:
    """Return the clusters of listeners by sound in which there is somebody to see, by number."""
    named = _name(Cluster.objects.filter(clustering__kind=Clustering.Kind.SOUND), viewer)
    return sorted(named, key=lambda cluster: cluster.number)


def load_named_cluster(viewer: User | AnonymousUser, kind: str, number: int) -> NamedCluster:
    """Return one cluster.

    Raises:
        ClusterNotFound: also when nobody in it may be seen.
    """
    found = _name(Cluster.objects.filter(clustering__kind=kind, number=number), viewer)
    if not found:
        raise ClusterNotFound(kind, number)
    return found[0]


def load_cluster_of(
    user: User, kind: Clustering.Kind = Clustering.Kind.SOUND
) -> NamedCluster | None:
    """Return the cluster that the listener is in, None where they are in none."""
    # A filter across the relation would also narrow what is counted.
    own = ClusterListener.objects.filter(user=user).values("cluster")
    named = _name(Cluster.objects.filter(clustering__kind=kind, pk__in=own), user)
    return named[0] if named else None


def load_members(viewer: User | AnonymousUser, cluster: NamedCluster) -> QuerySet[User]:
    """Return the listeners of a cluster whom this viewer may see, by user name."""
    return load_discoverable_listeners(viewer).filter(cluster_places__cluster=cluster.pk)


def load_tracks(cluster: NamedCluster) -> QuerySet[Track]:
    """Return the tracks of a cluster with features and artists, by name."""
    artist_credits = TrackArtist.objects.select_related("artist").order_by("position")
    return (
        Track.objects.filter(cluster_places__cluster=cluster.pk)
        .select_related("audio_features")
        .prefetch_related(Prefetch("credits", queryset=artist_credits))
        .order_by("name_key", "pk")
    )


def _name(clusters: QuerySet[Cluster], viewer: User | AnonymousUser) -> list[NamedCluster]:
    is_seen = _DISCOVERABLE & ~Q(listeners__user__in=load_unseen(viewer))
    seen = clusters.select_related("clustering").annotate(seen=Count("listeners", filter=is_seen))
    rows = list(seen.defer("clustering__centres"))
    track_counts = dict(
        ClusterTrack.objects.filter(cluster__in=[row.pk for row in rows])
        .values_list("cluster")
        .annotate(Count("pk"))
        .order_by()
    )
    own = set(
        Cluster.objects.filter(listeners__user=viewer.pk).values_list("pk", flat=True)
        if viewer.pk is not None
        else ()
    )
    artists = Artist.objects.in_bulk({pk for row in rows for pk in row.artist_ids})
    named = (
        NamedCluster(
            kind=Clustering.Kind(row.clustering.kind),
            number=row.number,
            pk=row.pk,
            artists=_pick(artists, row.artist_ids),
            features=tuple(DistinctiveFeature(*feature) for feature in row.features),
            member_count=row.seen + track_counts.get(row.pk, 0),
            is_own=row.pk in own,
        )
        for row in rows
    )
    return [cluster for cluster in named if cluster.member_count or cluster.is_own]


def _pick(artists: dict[int, Artist], artist_ids: Iterable[int]) -> tuple[Artist, ...]:
    present: Sequence[Artist] = [artists[pk] for pk in artist_ids if pk in artists]
    return tuple(present[:_ARTISTS_NAMED])
