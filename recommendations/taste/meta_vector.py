"""The meta vector as the seed notebook has it: a mean of raw features, weighted by rank."""

import numpy as np

from recommendations.taste.listening import Float64Array, Listening
from recommendations.taste.profiles import Float32Array
from recommendations.taste.schema import TRACK_FEATURES
from recommendations.taste.vectors import sum_rows

# The seed notebook's constants.
RANK_DECAY = 0.01
_DIVISORS = {"tempo_bpm": 100.0, "duration_ms": 100_000.0, "popularity": 100.0}
_SCALE: Float64Array = np.array([1.0 / _DIVISORS.get(name, 1.0) for name in TRACK_FEATURES])


def build_meta_vectors(listening: Listening) -> Float32Array:
    """Return (n, 14) float32: the mean over tracks of track / (1 + 0.01 (rank - 1)).

    A track that lacks any of the features is left out of the mean; a listener whose tracks all
    do has zeros.
    """
    is_described = np.isfinite(listening.track_features).all(axis=1)
    rows = listening.track_rows[is_described]
    damping = 1.0 + RANK_DECAY * (listening.track_ranks[is_described] - 1.0)
    tracks = listening.track_features[is_described] * _SCALE / damping[:, None]
    counts = np.maximum(np.bincount(rows, minlength=len(listening)), 1)
    return (sum_rows(rows, tracks, len(listening)) / counts[:, None]).astype(np.float32)
