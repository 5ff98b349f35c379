"""The sound of a listener's tracks: nine features, whitened over the catalogue."""

from dataclasses import dataclass

from recommendations.taste.listening import Float64Array


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
