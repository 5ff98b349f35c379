"""Finds the clusters of the population, and puts newcomers into them."""

from itertools import chain

import numpy as np
import numpy.typing as npt

from recommendations.models import Clustering, TrackArtist
from recommendations.services.cluster_store import Found, place_in_cluster, store_clusters
from recommendations.services.listening import batches
from recommendations.services.population import (
    has_changed,
    load_described_profiles,
    load_heard_tracks,
    load_hidden_sounds,
)
from recommendations.services.profile_store import load_profiles
from recommendations.services.revisions import Counter, load_last_revision
from recommendations.services.spaces import load_active_space
from recommendations.taste.clusters import (
    Clusters,
    find_clusters,
    find_distinctive_artists,
    find_distinctive_features,
    find_nearest_centres,
)
from recommendations.taste.listening import Float64Array
from recommendations.taste.profiles import Float32Array, Int64Array, Profiles
from recommendations.taste.schema import SOUND_FEATURES
from recommendations.taste.space import Space

Kind = Clustering.Kind

# As many clusters as the seed notebook makes of its listeners and of its tracks.
FEWEST_CLUSTERS = {Kind.SOUND: 3, Kind.MAP: 3, Kind.TRACKS: 6}
# Chosen by us: more than are shown, in case one is deleted.
_ARTISTS_KEPT = 5


def compute_clusters() -> None:
    """Find all clusters anew; each kind is replaced whole, in one transaction.

    They are found among the discoverable listeners and what they listen to, so nothing that
    is shown depends on anybody else; the hidden are put where they belong, for themselves.
    """
    revision = load_last_revision(Counter.PROFILES)
    space_id, space = load_active_space()
    for kind, found in (
        (Kind.SOUND, _find_listeners(space_id, space)),
        (Kind.TRACKS, _find_tracks(space)),
    ):
        store_clusters(kind, found, space_id, revision)


def compute_clusters_if_changed() -> bool:
    """Find all clusters anew if the population has changed enough; tell whether it had."""
    by_sound = Clustering.objects.exclude(kind=Kind.MAP)
    runs = list(by_sound.values_list("space_id", "revision"))
    if runs and not any(has_changed(*run) for run in runs):
        return False
    compute_clusters()
    return True


def cluster_places(
    profiles: Profiles,
    places: Float32Array,
    hidden: tuple[Int64Array, Float32Array],
    space_id: int,
    revision: int,
) -> None:
    """Find the clusters of listeners by their (n, 2) places on a new map.

    ``hidden`` are user ids and places of those who are not discoverable.
    """
    _, space = load_active_space()
    hidden_ids, hidden_places = hidden
    found = None
    if len(profiles):
        clusters = find_clusters(places.astype(np.float64), FEWEST_CLUSTERS[Kind.MAP])
        labels = find_nearest_centres(hidden_places.astype(np.float64), clusters.centres)
        found = _describe_listeners(profiles, clusters, (hidden_ids, labels), space)
    store_clusters(Kind.MAP, found, space_id, revision)


def place_by_sound(user_id: int) -> None:
    """Put a listener into the cluster nearest to their sound as it is now."""
    space_id, space = load_active_space()
    profiles = load_profiles(space_id, [user_id])
    points = space.sound.whiten(profiles.feature_means.astype(np.float64))
    place_in_cluster(Kind.SOUND, user_id, space_id, points[np.isfinite(points).all(axis=1)])


def _find_listeners(space_id: int, space: Space) -> Found | None:
    profiles = load_described_profiles(space_id)
    if not len(profiles):
        return None
    whiten = space.sound.whiten
    points = whiten(profiles.feature_means.astype(np.float64))
    clusters = find_clusters(points, FEWEST_CLUSTERS[Kind.SOUND])
    hidden_ids, hidden_means = load_hidden_sounds(space_id)
    labels = find_nearest_centres(whiten(hidden_means), clusters.centres)
    return _describe_listeners(profiles, clusters, (hidden_ids, labels), space)


def _describe_listeners(
    profiles: Profiles, clusters: Clusters, hidden: tuple[Int64Array, Int64Array], space: Space
) -> Found:
    figures = space.sound
    members = np.repeat(np.arange(len(profiles)), np.diff(profiles.artist_offsets))
    deviations = (profiles.feature_means - figures.listener_means) / figures.listener_deviations
    return _describe(
        clusters,
        deviations,
        (members, profiles.artist_ids),
        np.concatenate([profiles.user_ids, hidden[0]]),
        np.concatenate([clusters.labels, hidden[1]]),
    )


def _find_tracks(space: Space) -> Found | None:
    tracks = load_heard_tracks(space.scales)
    if not len(tracks.ids):
        return None
    figures = space.sound
    clusters = find_clusters(figures.whiten(tracks.sounds), FEWEST_CLUSTERS[Kind.TRACKS])
    deviations = (tracks.sounds - figures.track_means) / figures.track_deviations
    credits_ = _load_credits(tracks.ids)
    return _describe(clusters, deviations, credits_, tracks.ids, clusters.labels)


def _describe(
    clusters: Clusters,
    deviations: Float64Array,
    artists: tuple[npt.NDArray[np.integer], npt.NDArray[np.integer]],
    member_ids: Int64Array,
    labels: Int64Array,
) -> Found:
    count = len(clusters.centres)
    return Found(
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
