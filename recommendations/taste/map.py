"""A map of tracks and listeners: near on it is what sounds alike.

openTSNE is imported where it is used: it takes a second, and only workers need it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from recommendations.taste.listening import Float64Array
from recommendations.taste.profiles import Float32Array, Int64Array

if TYPE_CHECKING:
    from openTSNE import TSNEEmbedding

_SEED = 0
# openTSNE's own, less where there are few points.
_PERPLEXITY = 30.0
_MOST_PERPLEXITY_SHARE = 3
# Fewer points have no neighbours to speak of.
_FEWEST_POINTS = 5
# Chosen by us: beyond it a fixed sample is fitted and the others are placed into it, which bounds
# time and memory.
MOST_FITTED = 50_000
# openTSNE's own for placing points into a map.
_PLACING_PERPLEXITY = 5
_PLACING_NEIGHBOURS = 25
# Chosen by us: what transform prepares serves all of these, and 50,000 distances from each of those
# take 100 MB.
_PLACED_AT_ONCE = 5_000
_COMPARED_AT_ONCE = 250


# Chosen by us: below it all listeners sound the same, and there is nothing to spread.
_SMALLEST_SPREAD = 0.05


@dataclass(frozen=True, eq=False, slots=True)
class SoundMap:
    """What was fitted: (n, 9) float32 points and their (n, 2) float32 positions around (0, 0).

    ``spread`` (9,) float32 are the standard deviations of the listeners' whitened sounds.
    """

    spread: Float32Array
    points: Float32Array
    positions: Float32Array


def fit_map(tracks: Float64Array, listeners: Float64Array) -> tuple[SoundMap, Float32Array]:
    """Return the map of (m, 9) and (n, 9) whitened sounds, and (m + n, 2) positions, tracks first.

    A listener is the mean of tracks, so listeners lie close together. Spread as wide as tracks, who
    is calmer than other listeners stands where tracks are calmer than other tracks. The same sounds
    give the same map.
    """
    spread = listeners.std(axis=0) if len(listeners) else np.ones(tracks.shape[1])
    spread[spread < _SMALLEST_SPREAD] = 1.0
    points = np.concatenate([tracks, listeners / spread])
    fitted = _draw(len(points))
    with threadpool_limits(1):
        positions = _fit(points[fitted])
    sound_map = SoundMap(spread.astype(np.float32), points[fitted].astype(np.float32), positions)
    placed = np.empty((len(points), 2), np.float32)
    placed[fitted] = positions
    is_other = np.ones(len(points), bool)
    is_other[fitted] = False
    placed[is_other] = _place_all(points[is_other], sound_map)
    return sound_map, placed


def place_listeners(listeners: Float64Array, sound_map: SoundMap) -> Float32Array:
    """Return the (n, 2) positions of (n, 9) whitened sounds of listeners among what was fitted."""
    return _place_all(listeners / sound_map.spread, sound_map)


def _place_all(points: Float64Array, sound_map: SoundMap) -> Float32Array:
    blocks = [
        _place(points[start : start + _PLACED_AT_ONCE], sound_map)
        for start in range(0, len(points), _PLACED_AT_ONCE)
    ]
    return np.concatenate([np.empty((0, 2), np.float32), *blocks])


def _draw(count: int) -> Int64Array:
    """Return the rows to fit, always the same ones, ascending."""
    if count <= MOST_FITTED:
        return np.arange(count)
    return np.sort(np.random.default_rng(_SEED).choice(count, MOST_FITTED, replace=False))


def _fit(points: Float64Array) -> Float32Array:
    from openTSNE import TSNE  # noqa: PLC0415 - see the module's docstring

    if len(points) < _FEWEST_POINTS:
        return _centred(points[:, :2])
    tsne = TSNE(
        perplexity=min(_PERPLEXITY, (len(points) - 1) / _MOST_PERPLEXITY_SHARE),
        neighbors="exact",
        random_state=_SEED,
        n_jobs=1,
    )
    return _centred(np.asarray(tsne.fit(points), np.float64))


def _centred(positions: Float64Array) -> Float32Array:
    """Return positions around (0, 0), where placing would move them to anyhow."""
    if not len(positions):
        return positions.astype(np.float32)
    centred: Float64Array = positions - (positions.max(axis=0) + positions.min(axis=0)) / 2
    return centred.astype(np.float32)


def _place(points: Float64Array, sound_map: SoundMap) -> Float32Array:
    found = [
        _find_neighbours(points[start : start + _COMPARED_AT_ONCE], sound_map.points)
        for start in range(0, len(points), _COMPARED_AT_ONCE)
    ]
    neighbours, distances = (np.concatenate(parts) for parts in zip(*found, strict=True))
    if len(sound_map.points) < _FEWEST_POINTS:
        positions: Float32Array = sound_map.positions[neighbours[:, 0]]
        return positions
    with threadpool_limits(1):
        return _transform(sound_map, neighbours, distances)


def _find_neighbours(points: Float64Array, fitted: Float32Array) -> tuple[Int64Array, Float64Array]:
    """Return rows of, and distances to, the nearest fitted points, the nearest first."""
    squares = (points**2).sum(axis=1)[:, None] + (fitted**2).sum(axis=1) - 2.0 * points @ fitted.T
    count = min(_PLACING_NEIGHBOURS, len(fitted))
    some = np.argpartition(squares, count - 1, axis=1)[:, :count]
    order = np.argsort(np.take_along_axis(squares, some, axis=1), axis=1, kind="stable")
    nearest = np.take_along_axis(some, order, axis=1)
    return nearest, np.sqrt(np.maximum(np.take_along_axis(squares, nearest, axis=1), 0.0))


def _transform(
    sound_map: SoundMap, neighbours: Int64Array, distances: Float64Array
) -> Float32Array:
    """Return where openTSNE's transform puts points of these neighbours."""
    import openTSNE  # noqa: PLC0415 - see the module's docstring
    from openTSNE.affinity import Affinities, joint_probabilities_nn  # noqa: PLC0415 - the same

    class KnownNeighbours(Affinities):  # type: ignore[misc] # openTSNE has no types
        """Affinities to points fitted earlier; openTSNE's own would fit them all again."""

        def __init__(self) -> None:
            super().__init__()
            # Those among the fitted points, which only a fit asks for; its size has to be right.
            self.P = sparse.csr_matrix((len(sound_map.points),) * 2)

        def to_new(
            self,
            data: Float64Array,  # noqa: ARG002 - their neighbours are known
            perplexity: float,
            *,
            return_distances: bool,  # noqa: ARG002 - always asked for
        ) -> tuple[sparse.csr_matrix, Int64Array, Float64Array]:
            affine = min(3 * int(perplexity), neighbours.shape[1])
            probabilities = joint_probabilities_nn(
                neighbours[:, :affine],
                distances[:, :affine],
                [min(perplexity, affine / 3)],
                symmetrize=False,
                normalization="point-wise",
                n_reference_samples=len(sound_map.points),
                n_jobs=1,
            )
            return probabilities, neighbours, distances

    fitted: TSNEEmbedding = openTSNE.TSNEEmbedding(
        sound_map.positions.astype(np.float64),
        KnownNeighbours(),
        random_state=_SEED,
        negative_gradient_method="fft",
        n_jobs=1,
    )
    placed = fitted.transform(distances, perplexity=_PLACING_PERPLEXITY)
    return np.asarray(placed, np.float32)
