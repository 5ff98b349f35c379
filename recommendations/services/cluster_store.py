"""Clusters between what was found and their tables."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommendations.models import Cluster, Clustering, ClusterListener, ClusterTrack, Track
from recommendations.services.listening import batches
from recommendations.services.profile_store import lock_listeners
from recommendations.services.transactions import retried_transaction
from recommendations.taste.clusters import Clusters, DistinctiveFeature, find_nearest_centres
from recommendations.taste.listening import Float64Array
from recommendations.taste.profiles import Int64Array

logger = logging.getLogger(__name__)

Kind = Clustering.Kind

_CENTRE = np.dtype("<f4")


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """What a run leaves of one kind: ids of users or tracks, each with the row of a cluster."""

    clusters: Clusters
    artist_ids: list[list[int]]
    features: list[tuple[DistinctiveFeature, ...]]
    member_ids: Int64Array
    labels: Int64Array


@retried_transaction
def store_clusters(kind: Kind, found: Found | None, space_id: int, revision: int) -> None:
    """Replace the clusters of a kind; of members, those who still exist."""
    Clustering.objects.filter(kind=kind).delete()
    if found is None:
        return
    clustering = Clustering.objects.create(
        kind=kind,
        space_id=space_id,
        revision=revision,
        silhouette=found.clusters.silhouette,
        centres=found.clusters.centres.astype(_CENTRE).tobytes(),
    )
    clusters = Cluster.objects.bulk_create(
        Cluster(
            clustering=clustering,
            number=number,
            artist_ids=artist_ids,
            features=[[feature.name, feature.deviations] for feature in features],
        )
        for number, (artist_ids, features) in enumerate(
            zip(found.artist_ids, found.features, strict=True), start=1
        )
    )
    cluster_ids = [clusters[label].pk for label in found.labels]
    members = dict(zip(found.member_ids.tolist(), cluster_ids, strict=True))
    for batch in batches(sorted(members)):
        _store_members(kind, batch, members)
    logger.info(
        "clusters kind=%s clusters=%d silhouette=%.3f",
        kind,
        len(clusters),
        found.clusters.silhouette,
    )


def _store_members(kind: Kind, ids: Sequence[int], cluster_of: dict[int, int]) -> None:
    if kind == Kind.TRACKS:
        present = Track.objects.filter(pk__in=ids).values_list("pk", flat=True)
        ClusterTrack.objects.bulk_create(
            ClusterTrack(track_id=pk, cluster_id=cluster_of[pk]) for pk in present
        )
    else:
        ClusterListener.objects.bulk_create(
            ClusterListener(user_id=pk, cluster_id=cluster_of[pk]) for pk in lock_listeners(ids)
        )


@retried_transaction
def place_in_cluster(kind: Kind, user_id: int, space_id: int, points: Float64Array) -> None:
    """Put a listener into the cluster nearest to their point, (1, d), or (0, d) into none."""
    present = lock_listeners([user_id])
    clustering = Clustering.objects.filter(kind=kind, space_id=space_id).first()
    if clustering is None or not present:
        return
    ClusterListener.objects.filter(cluster__clustering=clustering, user=user_id).delete()
    cluster_ids = list(clustering.clusters.order_by("number").values_list("pk", flat=True))
    centres = np.frombuffer(clustering.centres, _CENTRE).reshape(len(cluster_ids), -1)
    ClusterListener.objects.bulk_create(
        ClusterListener(cluster_id=cluster_ids[label], user_id=user_id)
        for label in find_nearest_centres(points, centres.astype(np.float64))
    )
