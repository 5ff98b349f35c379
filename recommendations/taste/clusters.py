"""Clusters of listeners or tracks that lie together, and what sets each of them apart.

scikit-learn is imported where it is used: it takes a second, and only workers need it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from recommendations.taste.listening import Float64Array
from recommendations.taste.profiles import Int64Array

_SEED = 0
# The seed notebook's numbers of clusters, kept while there are few points: below this many,
# chosen by us, the best silhouette is mostly chance.
SMALL_POPULATION = 200
MOST_CLUSTERS = 20
# Chosen by us: silhouettes hardly fall while more clusters say more, so the most clusters are
# taken whose silhouette reaches this share of the best.
_NEARLY_BEST = 0.9
# Chosen by us: so many points settle centres, and so many the number of clusters; they bound
# memory and time.
_MOST_FITTED = 10_000
_MOST_COMPARED = 2_000
_STARTS = 3
_POINTS_AT_ONCE = 10_000
# Chosen by us, as in explanations: about a third of members are farther above the average.
_CLEARLY_OFF = 0.5
_FEATURES_NAMED = 2
# Chosen by us: an artist of one member would tell of that member alone.
FEWEST_SHARING = 2


@dataclass(frozen=True, eq=False, slots=True)
class Clusters:
    """k clusters of n points, the largest first.

    ``centres`` is (k, d) float64, ``labels`` (n,) int64 in [0, k). ``silhouette`` in [-1, 1] says
    how well apart they are, 0 where it cannot be told.
    """

    centres: Float64Array
    labels: Int64Array
    silhouette: float


@dataclass(frozen=True, slots=True)
class DistinctiveFeature:
    """A feature by which a cluster stands out; ``deviations`` above (or below) all others."""

    name: str
    deviations: float


def find_clusters(points: Float64Array, fewest: int) -> Clusters:
    """Return clusters of (n, d) points, n at least 1; the same points give the same clusters.

    There are ``fewest`` while there are few points, else as many, up to 20, as the silhouette
    bears out; never more than there are different points.
    """
    compared = _draw(points, _MOST_COMPARED)
    most = min(MOST_CLUSTERS, len(np.unique(compared, axis=0)))
    fewest = min(fewest, most)
    counts = [fewest] if len(points) < SMALL_POPULATION else list(range(fewest, most + 1))
    silhouettes = [_silhouette(compared, _fit(compared, count)) for count in counts]
    enough = max(silhouettes) * _NEARLY_BEST
    chosen = max(place for place, value in enumerate(silhouettes) if value >= enough)
    centres = _fit(_draw(points, _MOST_FITTED), counts[chosen])
    return _largest_first(points, centres, silhouettes[chosen])


def find_nearest_centres(points: Float64Array, centres: Float64Array) -> Int64Array:
    """Return the row of the nearest of (k, d) centres to each of (n, d) points, (n,)."""
    squares = (centres**2).sum(axis=1)
    blocks = [
        (squares - 2.0 * points[start : start + _POINTS_AT_ONCE] @ centres.T).argmin(axis=1)
        for start in range(0, len(points), _POINTS_AT_ONCE)
    ]
    return np.concatenate([np.empty(0, np.int64), *blocks])


def find_distinctive_features(
    deviations: Float64Array, labels: Int64Array, count: int, names: tuple[str, ...]
) -> list[tuple[DistinctiveFeature, ...]]:
    """Return for each of ``count`` clusters its few features clearly off, the farthest first.

    ``deviations`` (n, d) are the points' distances from the average in standard deviations.
    """
    found = []
    for label in range(count):
        means = deviations[labels == label].mean(axis=0)
        farthest = np.argsort(-np.abs(means), kind="stable")[:_FEATURES_NAMED]
        found.append(
            tuple(
                DistinctiveFeature(names[place], float(means[place]))
                for place in farthest
                if abs(means[place]) >= _CLEARLY_OFF
            )
        )
    return found


def find_distinctive_artists(
    labels: Int64Array,
    members: npt.NDArray[np.integer],
    artist_ids: npt.NDArray[np.integer],
    count: int,
    limit: int,
) -> list[list[int]]:
    """Return for each of ``count`` clusters up to ``limit`` artists, the most distinctive first.

    Each pair of ``members`` (a row of ``labels``) and ``artist_ids`` says that this member has
    this artist. Distinctive is whom members have surprisingly often by the log-likelihood ratio
    (Dunning 1993), which neither the rarest nor the most heard win by themselves.
    """
    known, places = np.unique(artist_ids, return_inverse=True)
    had = np.zeros((count, len(known)))
    np.add.at(had, (labels[members], places), 1.0)
    sizes = np.bincount(labels, minlength=count)
    found = []
    for label in range(count):
        surprise = _log_likelihood_ratios(had[label], had.sum(axis=0), sizes[label] / len(labels))
        surprise[had[label] < FEWEST_SHARING] = 0.0
        best = np.argsort(-surprise, kind="stable")[:limit]
        found.append([int(known[place]) for place in best if surprise[place] > 0.0])
    return found


def _draw(points: Float64Array, most: int) -> Float64Array:
    """Return at most so many of the points, always the same ones."""
    if len(points) <= most:
        return points
    drawn = np.random.default_rng(_SEED).choice(len(points), most, replace=False)
    return points[np.sort(drawn)]


def _fit(points: Float64Array, count: int) -> Float64Array:
    from sklearn.cluster import KMeans  # noqa: PLC0415 - see the module's docstring

    # On one thread: threads of a busy machine wait for each other, many times longer.
    with threadpool_limits(1):
        fitted = KMeans(count, n_init=_STARTS, random_state=_SEED).fit(points)
    return np.asarray(fitted.cluster_centers_, np.float64)


def _silhouette(points: Float64Array, centres: Float64Array) -> float:
    from sklearn.metrics import silhouette_score  # noqa: PLC0415 - see the module's docstring

    labels = find_nearest_centres(points, centres)
    if not 1 < len(np.unique(labels)) < len(points):
        return 0.0
    return float(silhouette_score(points, labels))


def _largest_first(points: Float64Array, centres: Float64Array, silhouette: float) -> Clusters:
    labels = find_nearest_centres(points, centres)
    sizes = np.bincount(labels, minlength=len(centres))
    order = np.argsort(-sizes, kind="stable")
    order = order[sizes[order] > 0]
    numbers = np.empty(len(centres), np.int64)
    numbers[order] = np.arange(len(order))
    return Clusters(centres[order], numbers[labels], silhouette)


def _log_likelihood_ratios(inside: Float64Array, total: Float64Array, share: float) -> Float64Array:
    """Return how surprising it is that ``inside`` of ``total`` are here; 0 where it is too few."""
    outside = total - inside
    expected_inside, expected_outside = total * share, total * (1.0 - share)
    ratios = 2.0 * (_times_log(inside, expected_inside) + _times_log(outside, expected_outside))
    return np.where(inside > expected_inside, ratios, 0.0)


def _times_log(observed: Float64Array, expected: Float64Array) -> Float64Array:
    """Return observed x ln(observed / expected), 0 where nothing was observed."""
    quotients = np.divide(observed, expected, out=np.ones_like(observed), where=observed > 0.0)
    return observed * np.log(quotients)
