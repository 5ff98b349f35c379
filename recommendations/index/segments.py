"""Segments: the profiles of some listeners, laid out by artist so that a query reads only its own.

A segment never changes. A shard is a segment with the rows that no longer count, so that a change
of one listener replaces a short array and leaves those who still read the old one alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg.blas import saxpy

from recommendations.taste.profiles import Float32Array, Int32Array, Int64Array
from recommendations.taste.vectors import find_places

Float64Array = npt.NDArray[np.float64]
RowArray = npt.NDArray[np.uint16]

# A row number fits 16 bits, which makes a posting 6 bytes, and a segment's float32 scores (256 kB)
# stay in a core's cache while postings are added to them.
MAX_SEGMENT_SIZE = 65_536


@dataclass(frozen=True, eq=False, slots=True)
class Segment:
    """The profiles of n listeners, by ascending ``user_ids`` (n,) int64.

    ``taste_vectors`` is (n, 41) and ``meta_vectors`` (n, 14) float32, as they were given;
    ``inverse_meta_norms`` is (n,) float32, 0 for a zero vector. Each artist stands in one of two
    places, both by ascending id: row j of ``popular_weights`` (p, n) float32 has everybody's weight
    of ``popular_ids[j]``, 0 for none; who has ``artist_ids[j]`` stands at
    ``offsets[j]:offsets[j + 1]`` of ``rows`` (ascending) and ``weights``. The norms are the longest
    of any row, measured and not assumed.
    """

    user_ids: Int64Array
    taste_vectors: Float32Array
    meta_vectors: Float32Array
    inverse_meta_norms: Float32Array
    popular_ids: Int32Array
    popular_weights: Float32Array
    artist_ids: Int32Array
    offsets: Int64Array
    rows: RowArray
    weights: Float32Array
    max_taste_norm: float
    max_artist_norm: float

    def __len__(self) -> int:
        return len(self.user_ids)

    def find_rows(self, user_ids: Int64Array) -> Int64Array:
        """Return the rows of those of ``user_ids`` who are here, in the order asked for."""
        places, is_here = find_places(self.user_ids, user_ids)
        return places[is_here]

    def sum_artists(self, artist_ids: Int32Array, weights: Float32Array) -> Float32Array:
        """Return each row's dot product with the artists' weights, (n,), rounded as float32."""
        sums = np.zeros(len(self), np.float32)
        places, found = find_places(self.popular_ids, artist_ids)
        for place, weight in zip(places[found], weights[found], strict=True):
            sums = saxpy(self.popular_weights[place], sums, a=weight)
        postings = list(self._postings(artist_ids))
        if postings:
            # One call for all artists: most postings are short, and a call costs as much as 1,000.
            rows = np.concatenate([self.rows[start:end] for _, start, end in postings])
            products = np.concatenate([self.weights[start:end] for _, start, end in postings])
            products *= np.repeat(
                weights[[j for j, _, _ in postings]], [end - start for _, start, end in postings]
            )
            np.add.at(sums, rows.astype(np.intp), products)
        return sums

    def weights_of(self, rows: Int64Array, artist_ids: Int32Array) -> Float64Array:
        """Return the weight that each row gives each artist, (rows, artists), 0 for none."""
        weights = np.zeros((len(artist_ids), len(rows)))
        places, found = find_places(self.popular_ids, artist_ids)
        weights[found] = self.popular_weights[places[found, None], rows]
        postings = list(self._postings(artist_ids))
        if postings:
            # Searching 16 bits for 16 bits: another type would convert the whole posting.
            wanted = rows.astype(np.uint16)
            nearest = np.array(
                [self.rows[start:end].searchsorted(wanted) + start for _, start, end in postings]
            )
            nearest = np.minimum(nearest, [[end - 1] for _, _, end in postings])
            weights[[j for j, _, _ in postings]] = np.where(
                self.rows[nearest] == wanted, self.weights[nearest], 0
            )
        return weights.T

    def _postings(self, artist_ids: Int32Array) -> Iterator[tuple[int, int, int]]:
        """Yield place in ``artist_ids``, start and end of those that have a posting here."""
        places, found = find_places(self.artist_ids, artist_ids)
        places = places[found]
        return zip(
            np.flatnonzero(found).tolist(),
            self.offsets[places].tolist(),
            self.offsets[places + 1].tolist(),
            strict=True,
        )


@dataclass(frozen=True, eq=False, slots=True)
class Shard:
    """A segment and its rows that were removed or replaced since, ``dead`` ascending int64."""

    segment: Segment
    dead: Int64Array

    def __len__(self) -> int:
        """Return the number of rows that count."""
        return len(self.segment) - len(self.dead)

    def without(self, user_ids: Int64Array) -> "Shard":
        """Return the shard in which ``user_ids`` do not count."""
        rows = self.segment.find_rows(user_ids)
        return Shard(self.segment, np.union1d(self.dead, rows)) if len(rows) else self
