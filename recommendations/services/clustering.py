"""Finds the clusters of the population, and puts newcomers into them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from recommendations.models import (
    Cluster,
    Clustering,
    ClusterListener,
    ClusterTrack,
    Track,
    TrackArtist,
)
from recommendations.services.listening import batches
from recommendations.services.population import (
    has_changed,
    load_described_profiles,
    load_described_tracks,
    load_hidden_sounds,
)
from recommendations.services.profile_store import load_profiles, lock_listeners
from recommendations.services.revisions import Counter, load_last_revision
from recommendations.services.spaces import load_active_space
from recommendations.services.transactions import retried_transaction
from recommendations.taste.clusters import (
    Clusters,
    DistinctiveFeature,
    find_clusters,
    find_distinctive_artists,
    find_distinctive_features,
    find_nearest_centres,
)
from recommendations.taste.listening import Float64Array
from recommendations.taste.profiles import Int64Array
from recommendations.taste.schema import SOUND_FEATURES
from recommendations.taste.space import Space

logger = logging.getLogger(__name__)

Kind = Clustering.Kind

# As many clusters as the seed notebook makes of its listeners and of its tracks.
FEWEST_CLUSTERS = {Kind.SOUND: 3, Kind.TRACKS: 6}
# Chosen by us: more than are shown, in case one is deleted.
_ARTISTS_KEPT = 5
_CENTRE = np.dtype("<f4")


@dataclass(frozen=True, eq=False, slots=True)
class _Found:
    """What a run leaves of one kind: ids of users or tracks, each with the row of a cluster."""

    clusters: Clusters
    artist_ids: list[list[int]]
    features: list[tuple[DistinctiveFeature, ...]]
    member_ids: Int64Array
    labels: Int64Array


def compute_clusters() -> None:
    """Find all clusters anew; each kind is replaced whole, in one transaction.

    They are found among the listeners who may be found and what they listen to, so nothing that
    is shown depends on anybody else; the hidden are put where they belong, for themselves.
    """
    revision = load_last_revision(Counter.PROFILES)
    space_id, space = load_active_space()
    for kind, found in (
        (Kind.SOUND, _find_listeners(space_id, space)),
        (Kind.TRACKS, _find_tracks(space)),
    ):
        _store(kind, found, space_id, revision)


def compute_clusters_if_changed() -> bool:
    """Find all clusters anew if the population has changed enough; tell whether it had."""
    runs = list(Clustering.objects.values_list("space_id", "revision"))
    if runs and not any(has_changed(*run) for run in runs):
        return False
    compute_clusters()
    return True


def place_in_clusters(user_id: int) -> None:
    """Put a listener into the cluster nearest to their sound as it is now."""
    space_id, space = load_active_space()
    profiles = load_profiles(space_id, [user_id])
    points = space.sound.whiten(profiles.feature_means.astype(np.float64))
    _place(user_id, space_id, points[np.isfinite(points).all(axis=1)])


@retried_transaction
def _place(user_id: int, space_id: int, points: Float64Array) -> None:
    clustering = Clustering.objects.filter(kind=Kind.SOUND, space_id=space_id).first()
    if clustering is None or not lock_listeners([user_id]):
        return
    ClusterListener.objects.filter(cluster__clustering=clustering, user=user_id).delete()
    for label in find_nearest_centres(points, _unpack_centres(clustering)):
        cluster = clustering.clusters.get(number=label + 1)
        ClusterListener.objects.create(cluster=cluster, user_id=user_id)


def _find_listeners(space_id: int, space: Space) -> _Found | None:
    profiles = load_described_profiles(space_id)
    if not len(profiles):
        return None
    figures = space.sound
    means = profiles.feature_means.astype(np.float64)
    clusters = find_clusters(figures.whiten(means), FEWEST_CLUSTERS[Kind.SOUND])
    members = np.repeat(np.arange(len(profiles)), np.diff(profiles.artist_offsets))
    deviations = (means - figures.listener_means) / figures.listener_deviations
    hidden_ids, hidden_means = load_hidden_sounds(space_id)
    hidden_labels = find_nearest_centres(figures.whiten(hidden_means), clusters.centres)
    return _describe(
        clusters,
        deviations,
        (members, profiles.artist_ids),
        np.concatenate([profiles.user_ids, hidden_ids]),
        np.concatenate([clusters.labels, hidden_labels]),
    )


def _find_tracks(space: Space) -> _Found | None:
    track_ids, sounds = load_described_tracks(space.scales)
    if not len(track_ids):
        return None
    figures = space.sound
    clusters = find_clusters(figures.whiten(sounds), FEWEST_CLUSTERS[Kind.TRACKS])
    deviations = (sounds - figures.track_means) / figures.track_deviations
    credits_ = _load_credits(track_ids)
    return _describe(clusters, deviations, credits_, track_ids, clusters.labels)


def _describe(
    clusters: Clusters,
    deviations: Float64Array,
    artists: tuple[npt.NDArray[np.integer], npt.NDArray[np.integer]],
    member_ids: Int64Array,
    labels: Int64Array,
) -> _Found:
    count = len(clusters.centres)
    return _Found(
        clusters,
        find_distinctive_artists(clusters.labels, *artists, count, _ARTISTS_KEPT),
        find_distinctive_features(deviations, clusters.labels, count, SOUND_FEATURES),
        member_ids,
        labels,
    )


def _load_credits(track_ids: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Return the credits of ascending tracks as rows of the tracks and ids of the artists."""
    rows = chain.from_iterable(
        TrackArtist.objects.filter(track__in=batch).order_by().values_list("track_id", "artist_id")
        for batch in batches(track_ids.tolist())
    )
    block = np.array(list(rows), np.int64).reshape(-1, 2)
    return np.searchsorted(track_ids, block[:, 0]), block[:, 1]


@retried_transaction
def _store(kind: Kind, found: _Found | None, space_id: int, revision: int) -> None:
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


def _unpack_centres(clustering: Clustering) -> Float64Array:
    centres = np.frombuffer(clustering.centres, _CENTRE).astype(np.float64)
    return centres.reshape(-1, len(SOUND_FEATURES))
