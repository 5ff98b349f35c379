"""Finds the few listeners among whom the top k must be, from float32 estimates with their bounds.

An estimate is known to lie within ``error`` of the exact score, so whoever's estimate is more than
that below a score which k listeners surely reach is left out without harm. Estimates of rows that
do not count are -inf throughout.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommendations.index.segments import Segment
from recommendations.taste.profiles import Float32Array, Int64Array

# Below every score, above the -inf of rows that do not count.
LOWEST = float(np.finfo(np.float32).min)
# Chosen by us from measurements at a million listeners; they change the time, never the answer.
GROUPS = 1_024  # groups of a segment whose best stand for it when a threshold is looked for
SAMPLES_PER_RESULT = 4  # listeners completed for each result to find the first threshold
FULL_SHARE = 0.1  # candidates of a segment from which on its dense part is multiplied in full


@dataclass(frozen=True, eq=False, slots=True)
class Estimates:
    """Float32 estimates (n,) of a segment's scores, without their dense part if one is given.

    ``dense_vector`` is (41,) or None; ``dense_bound`` is the most that its dot product can add
    or take away.
    """

    segment: Segment
    scores: Float32Array
    dense_vector: Float32Array | None = None
    dense_bound: float = 0.0

    def complete(self, rows: Int64Array) -> Float32Array:
        """Return the whole estimates of some rows."""
        scores = self.scores[rows]
        if self.dense_vector is None:
            return scores
        vectors = self.segment.taste_vectors
        if len(rows) > FULL_SHARE * len(self.segment):
            return scores + (vectors @ self.dense_vector)[rows]
        return scores + vectors[rows] @ self.dense_vector


def find_candidates(
    estimates: Sequence[Estimates], k: int, error: float, *, zeros_tie: bool
) -> list[tuple[Segment, Int64Array]]:
    """Return the rows, by segment, that hold the exact top k, and hardly more.

    ``zeros_tie`` says that whoever's estimate is 0 has exactly the same score. A whole population
    may, and then the first of each segment will do: rows are in the order of user ids.
    """
    threshold = _first_threshold(estimates, k) - error
    kept: list[tuple[Segment, Int64Array, Float32Array]] = []
    leading = np.zeros(0, np.float32)
    for part in estimates:
        reach = part.dense_bound + error
        rows = np.flatnonzero(part.scores >= max(threshold - reach, LOWEST))
        scores = part.complete(rows)
        may_win = scores >= threshold - error
        if zeros_tie:
            may_win &= (scores != 0) | (np.cumsum(scores == 0) <= k)
        kept.append((part.segment, rows[may_win], scores[may_win]))
        leading = _largest(np.concatenate([leading, scores[may_win]]), k)
        threshold = max(threshold, _kth(leading, k) - error)
    winners = [(segment, rows[scores >= threshold - error]) for segment, rows, scores in kept]
    return [(segment, rows) for segment, rows in winners if len(rows)]


def _first_threshold(estimates: Sequence[Estimates], k: int) -> float:
    """Return an estimate that k listeners surely reach, or ``LOWEST``."""
    samples = [_group_maxima(part.scores) for part in estimates]
    wanted = SAMPLES_PER_RESULT * k
    cut = _kth(np.concatenate(samples), wanted)
    if cut == LOWEST:
        return LOWEST
    completed = [
        part.complete(np.flatnonzero(part.scores >= cut)[:wanted])
        for part, sample in zip(estimates, samples, strict=True)
        if sample.max() >= cut
    ]
    return _kth(np.concatenate(completed), k)


def _group_maxima(scores: Float32Array) -> Float32Array:
    """Return the best of each of some groups of rows; each is another row's score."""
    grouped = len(scores) // GROUPS * GROUPS
    if grouped == 0:
        return scores
    maxima: Float32Array = scores[:grouped].reshape(-1, GROUPS).max(axis=0)
    return maxima


def _largest(scores: Float32Array, k: int) -> Float32Array:
    if len(scores) <= k:
        return scores
    return np.partition(scores, len(scores) - k)[len(scores) - k :]


def _kth(scores: Float32Array, k: int) -> float:
    """Return the k-th largest, ``LOWEST`` where fewer than k count."""
    if len(scores) < k:
        return LOWEST
    return max(float(np.partition(scores, len(scores) - k)[len(scores) - k]), LOWEST)
