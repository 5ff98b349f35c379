"""Arithmetic on rows of numbers that several modules share."""

import numpy as np
import numpy.typing as npt
from scipy import sparse


def unit_rows(matrix: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Return the rows at unit length, float64; rows of zeros stay zero."""
    rows = np.asarray(matrix, np.float64)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: npt.NDArray[np.float64] = rows / np.where(norms > 0.0, norms, 1.0)
    return unit


def find_places(
    known_ids: npt.NDArray[np.integer], ids: npt.NDArray[np.integer]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return where each id stands in the ascending ``known_ids``, and whether it does.

    The place of an unknown id means nothing.
    """
    places = np.searchsorted(known_ids, ids)
    if not len(known_ids):
        return places, np.zeros(len(ids), bool)
    np.minimum(places, len(known_ids) - 1, out=places)
    return places, known_ids[places] == ids


def sum_rows(
    rows: npt.NDArray[np.integer], matrix: npt.NDArray[np.float64], count: int
) -> npt.NDArray[np.float64]:
    """Return (count, d): the sum of the (m, d) lines that belong to each of ``count`` rows."""
    lines = np.arange(len(rows))
    belongs = sparse.csr_array((np.ones(len(rows)), (rows, lines)), shape=(count, len(rows)))
    return np.asarray(belongs @ matrix, np.float64)


def sum_by_row(
    rows: npt.NDArray[np.integer], values: npt.NDArray[np.floating], count: int
) -> npt.NDArray[np.float64]:
    """Return the sum of the values that stand at each of ``count`` rows."""
    return np.asarray(np.bincount(rows, weights=values, minlength=count), np.float64)
