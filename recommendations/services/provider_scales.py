"""Measures by how much providers' scales of audio features differ, on tracks that both describe."""

import numpy as np

from recommendations.models import AudioFeatures, SecondDescription
from recommendations.taste.listening import Float64Array
from recommendations.taste.scales import Scales
from recommendations.taste.schema import AUDIO_FEATURES, TRACK_FEATURES

_NAMES = [feature.name for feature in AUDIO_FEATURES]
_COLUMNS = [TRACK_FEATURES.index(name) for name in _NAMES]


def measure_scales() -> Scales:
    """Return the scales as the stored second descriptions show them."""
    provider = AudioFeatures.Provider.RECCOBEATS
    rows = list(
        SecondDescription.objects.filter(provider=provider)
        .exclude(track__audio_features__provider=provider)
        .order_by("pk")
        .values_list("features", *(f"track__audio_features__{name}" for name in _NAMES))
    )
    theirs = _as_track_features([row[0] for row in rows])
    ours = _as_track_features([row[1:] for row in rows])
    return Scales.same().with_fitted("reccobeats", theirs, ours)


def _as_track_features(rows: list[list[float | None]]) -> Float64Array:
    """Return (n, 14) from rows in the order of ``AUDIO_FEATURES``."""
    features = np.full((len(rows), len(TRACK_FEATURES)), np.nan)
    features[:, _COLUMNS] = np.array(rows, np.float64).reshape(-1, len(_NAMES))
    return features
