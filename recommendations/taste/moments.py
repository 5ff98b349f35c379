"""Means and covariances of numbers that come in blocks."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from recommendations.taste.listening import Float64Array


@dataclass(frozen=True, eq=False, slots=True)
class Moments:
    """Count, sum and sum of outer products of rows, about an ``origin`` near their mean.

    The origin keeps the difference of large sums exact enough. Shapes (d,), (d,), (d, d).
    """

    origin: Float64Array
    count: int
    total: Float64Array
    products: Float64Array

    @classmethod
    def about(cls, origin: Float64Array) -> Self:
        """Return the moments of no rows."""
        size = len(origin)
        return cls(origin, 0, np.zeros(size), np.zeros((size, size)))

    def add(self, rows: Float64Array) -> Self:
        """Return the moments with these (m, d) rows added, those that are not finite left out."""
        known = rows[np.isfinite(rows).all(axis=1)] - self.origin
        return type(self)(
            self.origin,
            self.count + len(known),
            self.total + known.sum(axis=0),
            self.products + known.T @ known,
        )

    def mean(self) -> Float64Array:
        """Return the mean, (d,); needs a row."""
        mean: Float64Array = self.origin + self.total / self.count
        return mean

    def covariance(self) -> Float64Array:
        """Return the covariance, (d, d), over the count; needs a row."""
        shift = self.total / self.count
        covariance: Float64Array = self.products / self.count - np.outer(shift, shift)
        return covariance
