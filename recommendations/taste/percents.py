"""From a score to "closer than x % of pairs"."""

from dataclasses import dataclass

import numpy as np

from recommendations.taste.listening import Float64Array

# Every percent up to 99, then ever finer: similar users live above 99 %. The last level is as
# fine as 200,000 pairs can tell.
PERCENT_LEVELS: Float64Array = np.concatenate(
    [
        np.arange(0.0, 99.0),
        99.0 + np.arange(0, 9) / 10.0,
        99.9 + np.arange(0, 9) / 100.0,
        99.99 + np.arange(0, 9) / 1000.0,
        99.999 + np.arange(0, 6) / 10_000.0,
    ]
)


@dataclass(frozen=True, eq=False, slots=True)
class PercentTable:
    """Quantiles of a ranking's score over random pairs of listeners.

    ``levels`` (percent, ascending) and ``scores`` (not descending) are float64 of one length.
    """

    levels: Float64Array
    scores: Float64Array

    def percent(self, score: float) -> float:
        """Return the share of pairs below the score, in percent, rising with the score.

        Between two levels it is interpolated; above the last it stays there, because more than
        that was not measured.
        """
        # Where many pairs have the very same score, this is the first level that has it, and the
        # last one for any score above: pairs as near are not counted as farther.
        above = int(np.searchsorted(self.scores, score, side="left"))
        if above == 0:
            return float(self.levels[0])
        if above == len(self.scores):
            return float(self.levels[-1])
        lower, upper = self.scores[above - 1], self.scores[above]
        share = (score - lower) / (upper - lower)
        step = self.levels[above] - self.levels[above - 1]
        return float(self.levels[above - 1] + share * step)


def measure_percents(scores: Float64Array) -> PercentTable:
    """Return the quantiles of these scores, at least one."""
    return PercentTable(PERCENT_LEVELS.copy(), np.quantile(scores, PERCENT_LEVELS / 100.0))
