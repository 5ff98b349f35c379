"""From a score to "closer than x % of pairs"."""

from dataclasses import dataclass

from recommendations.taste.listening import Float64Array


@dataclass(frozen=True, eq=False, slots=True)
class PercentTable:
    """Quantiles of a ranking's score over random pairs of listeners.

    ``levels`` (percent, ascending) and ``scores`` (not descending) are float64 of one length.
    """

    levels: Float64Array
    scores: Float64Array

    def percent(self, score: float) -> float:
        """Return the share of pairs below the score, in percent."""
        raise NotImplementedError
