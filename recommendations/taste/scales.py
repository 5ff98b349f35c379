"""Puts values of one provider of audio features on the scale of another's."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from recommendations.taste.listening import Float64Array
from recommendations.taste.schema import AUDIO_FEATURES, SOUND_COLUMNS, TRACK_FEATURES

# Whose scale a track's values may be on. Spotify's comes first, since the catalogues, Exportify's
# files and the shipped space have it: all others are turned into it.
SCALES = ("spotify", "reccobeats")

# Chosen by us: with fewer tracks that both have described, the values count as they are.
ENOUGH_PAIRS = 50
# Below this two deviations differ by rounding alone.
_NO_DEVIATION = 1e-9

_RANGES = {feature.name: (feature.low, feature.high) for feature in AUDIO_FEATURES}
_LOWS, _HIGHS = np.array([_RANGES.get(name, (-np.inf, np.inf)) for name in TRACK_FEATURES]).T


@dataclass(frozen=True, eq=False, slots=True)
class Scales:
    """How values become Spotify's: times ``factors`` plus ``shifts``.

    Both are (scales, 14) float64 in the order of ``SCALES`` and ``TRACK_FEATURES``. What is no
    quantity of sound, such as key and mode, is the same on every scale.
    """

    factors: Float64Array
    shifts: Float64Array

    @classmethod
    def same(cls) -> Self:
        """Return the scales of which nothing is known: all values count as they are."""
        shape = (len(SCALES), len(TRACK_FEATURES))
        return cls(np.ones(shape), np.zeros(shape))

    def convert(self, features: Float64Array, scales: npt.NDArray[np.integer]) -> Float64Array:
        """Return (m, 14) raw features on Spotify's scale; ``scales`` (m,) are places in ``SCALES``.

        What would leave its range ends at the range's end; NaN stays NaN.
        """
        is_foreign = scales > 0
        if not is_foreign.any():
            return features
        rows = scales[is_foreign]
        converted = features.copy()
        converted[is_foreign] = np.clip(
            features[is_foreign] * self.factors[rows] + self.shifts[rows], _LOWS, _HIGHS
        )
        return converted

    def with_fitted(self, scale: str, theirs: Float64Array, ours: Float64Array) -> Self:
        """Return these with one scale measured on n tracks that both have described.

        Row i of ``theirs`` and ``ours``, (n, 14) raw, is one track. The scale is such that means
        and deviations over these tracks agree; features of too few tracks stay as they are.
        """
        place = SCALES.index(scale)
        factors, shifts = self.factors.copy(), self.shifts.copy()
        for column in SOUND_COLUMNS:
            is_known = np.isfinite(theirs[:, column]) & np.isfinite(ours[:, column])
            if is_known.sum() >= ENOUGH_PAIRS:
                factor, shift = _match(theirs[is_known, column], ours[is_known, column])
                factors[place, column], shifts[place, column] = factor, shift
        return type(self)(factors, shifts)


def _match(theirs: Float64Array, ours: Float64Array) -> tuple[float, float]:
    deviation = theirs.std()
    factor = ours.std() / deviation if deviation > _NO_DEVIATION else 1.0
    return float(factor), float(ours.mean() - factor * theirs.mean())
