"""The seed notebook's two listings of its eight fans."""

import numpy as np

from recommendations.sources.demo_fans import DEMO_FANS, FAN_TRACKS, FanTrack
from recommendations.taste.listening import Catalogue, TopArtists, TopTracks, gather_listening
from recommendations.taste.meta_vector import build_meta_vectors
from recommendations.taste.profiles import Int64Array
from recommendations.taste.schema import TRACK_FEATURES
from recommendations.taste.seed_clusters import cluster_by_meta_vector, cluster_by_position

Listing = list[list[str]]


def list_seed_clusters() -> tuple[Listing, Listing]:
    """Return the fans' names by cluster: by the meta vectors, and by their t-SNE positions."""
    meta_vectors = build_meta_vectors(gather_listening(*_gather_fans())).astype(np.float64)
    return (
        _list(cluster_by_meta_vector(meta_vectors)),
        _list(cluster_by_position(meta_vectors)),
    )


def _gather_fans() -> tuple[Int64Array, TopTracks, TopArtists, Catalogue]:
    """Return the fans and their tracks as columns; whom they listen to does not matter here."""
    places = {track.name: place for place, track in enumerate(FAN_TRACKS)}
    heard = [
        (row, places[name], rank)
        for row, fan in enumerate(DEMO_FANS)
        for rank, name in enumerate(fan.track_names, start=1)
    ]
    rows, track_ids, ranks = np.array(heard, np.int32).T
    nobody = np.empty(0, np.int32)
    return (
        np.arange(len(DEMO_FANS)),
        TopTracks(rows, track_ids.astype(np.int64), ranks),
        TopArtists(nobody, nobody, nobody, np.empty(0)),
        Catalogue(
            np.arange(len(FAN_TRACKS)),
            np.array([_features(track) for track in FAN_TRACKS]),
            np.empty(0, np.int64),
            nobody,
        ),
    )


def _features(track: FanTrack) -> list[float]:
    known = {
        **track.features,
        "duration_ms": track.duration_ms,
        "popularity": track.popularity,
    }
    return [known[name] for name in TRACK_FEATURES]


def _list(labels: Int64Array) -> Listing:
    """Return the names by cluster, as the notebook prints them: in the order of the first fan."""
    clusters: dict[int, list[str]] = {}
    for fan, label in zip(DEMO_FANS, labels.tolist(), strict=True):
        clusters.setdefault(label, []).append(fan.name)
    return list(clusters.values())
