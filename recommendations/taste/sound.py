"""The sound of a listener's tracks: nine features, whitened over the catalogue."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommendations.taste.listening import Float64Array, Listening
from recommendations.taste.moments import Moments
from recommendations.taste.profiles import SOUND_SIZE, Float32Array
from recommendations.taste.schema import SOUND_COLUMNS, SOUND_FEATURES
from recommendations.taste.vectors import sum_rows, unit_rows

# These four pile up near 0, so they count by ln(x + 0.01).
LOGGED_FEATURES = ("speechiness", "acousticness", "instrumentalness", "liveness")
_LOGGED = np.isin(SOUND_FEATURES, LOGGED_FEATURES)
_LOG_SHIFT = 0.01

# Chosen by us: the catalogue behind the default space has no eigenvalue below 0.14 and no
# deviation below 0.17, so the floors only act where features hardly vary and whitening would
# blow up noise.
_SMALLEST_EIGENVALUE = 0.01
_SMALLEST_DEVIATION = 0.01


@dataclass(frozen=True, eq=False, slots=True)
class SoundFigures:
    """What whitens the sound. All float64, in the order and on the scale of the sound.

    ``track_means`` and ``track_deviations`` (9,) z-score a track, ``rotation`` (9, 9) decorrelates
    the z-scores (row vector times rotation). ``listener_means`` and ``listener_deviations`` (9,)
    are those of the listeners' flat means: the average listener.
    """

    track_means: Float64Array
    track_deviations: Float64Array
    rotation: Float64Array
    listener_means: Float64Array
    listener_deviations: Float64Array

    def whiten(self, sounds: npt.NDArray[np.floating]) -> Float64Array:
        """Return (n, 9) sounds z-scored and rotated, as seen from the average listener.

        Z-scoring both and subtracting leaves no trace of ``track_means``. NaN rows stay NaN.
        """
        scores: Float64Array = (sounds - self.listener_means) / self.track_deviations
        return scores @ self.rotation


def to_sound(track_features: Float64Array) -> Float64Array:
    """Return (m, 9) on the scale of the sound, from (m, 14) raw features; NaN where unknown."""
    sounds = track_features[:, SOUND_COLUMNS]
    sounds[:, _LOGGED] = np.log(sounds[:, _LOGGED] + _LOG_SHIFT)
    return sounds


def plain_features(sounds: npt.NDArray[np.floating]) -> Float64Array:
    """Return (..., 9) on the scale of the sound in the features' own units.

    A mean over logarithms comes back as a geometric mean: the typical track, not the average.
    """
    plain = np.array(sounds, np.float64)
    plain[..., _LOGGED] = np.maximum(np.exp(plain[..., _LOGGED]) - _LOG_SHIFT, 0.0)
    return plain


def build_feature_means(listening: Listening) -> Float64Array:
    """Return (n, 9): the flat mean over tracks whose whole sound is known, NaN without any."""
    sounds = to_sound(listening.track_features)
    is_described = np.isfinite(sounds).all(axis=1)
    rows, sounds = listening.track_rows[is_described], sounds[is_described]
    counts = np.bincount(rows, minlength=len(listening)).astype(np.float64)
    counts[counts == 0] = np.nan
    means: Float64Array = sum_rows(rows, sounds, len(listening)) / counts[:, None]
    return means


def build_sound_vectors(feature_means: Float64Array, figures: SoundFigures) -> Float32Array:
    """Return (n, 9) float32 unit vectors s; zero where the means are NaN."""
    return unit_rows(np.nan_to_num(figures.whiten(feature_means))).astype(np.float32)


def fit_sound(
    tracks: Moments, listeners: Moments, fallback: SoundFigures, enough: int
) -> SoundFigures:
    """Return the figures of these sounds of tracks and means of listeners.

    Where there are fewer than ``enough``, those of ``fallback`` stay, tracks and listeners apart.
    """
    track_means, track_deviations, rotation = (
        fallback.track_means,
        fallback.track_deviations,
        fallback.rotation,
    )
    if tracks.count >= enough:
        track_means, track_deviations = tracks.mean(), _deviations(tracks)
        rotation = _whitening_rotation(tracks.covariance(), track_deviations)
    listener_means, listener_deviations = fallback.listener_means, fallback.listener_deviations
    if listeners.count >= enough:
        listener_means, listener_deviations = listeners.mean(), _deviations(listeners)
    return SoundFigures(
        track_means, track_deviations, rotation, listener_means, listener_deviations
    )


def _deviations(moments: Moments) -> Float64Array:
    # Rounding can leave a variance of 0 just below it.
    variances = np.maximum(np.diag(moments.covariance()), _SMALLEST_DEVIATION**2)
    return np.sqrt(variances)


def _whitening_rotation(covariance: Float64Array, deviations: Float64Array) -> Float64Array:
    """Return the eigenvectors of the correlations as columns over the roots of eigenvalues."""
    eigenvalues, vectors = np.linalg.eigh(covariance / np.outer(deviations, deviations))
    largest = np.abs(vectors).argmax(axis=0)
    vectors = vectors * np.sign(vectors[largest, np.arange(SOUND_SIZE)])  # one sign everywhere
    rotation: Float64Array = vectors / np.sqrt(np.maximum(eigenvalues, _SMALLEST_EIGENVALUE))
    return rotation
