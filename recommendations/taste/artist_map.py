"""The taste map: artists that are listened to together lie near to each other."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import eigsh

from recommendations.taste.artists import ArtistFrequencies
from recommendations.taste.listening import Float64Array, Listening
from recommendations.taste.profiles import MAP_SIZE, Float32Array, Int32Array
from recommendations.taste.vectors import find_places, sum_by_row, unit_rows

# Chosen by us: the most listened-to artists carry the map, and this many keep the matrix of
# pairs within some hundred MB.
_MOST_ARTISTS = 20_000
# Chosen by us: a block of rows of the matrix of pairs stays below 100 MB even when dense.
_BLOCK_ARTISTS = 256
# A pair that only one listener has says nothing.
_FEWEST_TOGETHER = 2
# Chosen by us; any number will do, but always the same one, so that a fit can be repeated.
_SEED = 20
# Chosen by us: singular values below this share of the largest are rounding errors.
_SMALLEST_SINGULAR_SHARE = 1e-6
# Chosen by us: of real listeners, rows of U are 1e-4 and longer, or rounding errors below 1e-17.
_SMALLEST_ROW = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class ArtistMap:
    """Where m artists lie, and the mean listener.

    ``artist_ids`` (m,) int32 is ascending and distinct, ``positions`` (m, 32) float32 of unit
    length, ``centre`` (32,) float32 the mean of the listeners' unit vectors. No artists: no map.
    """

    artist_ids: Int32Array
    positions: Float32Array
    centre: Float32Array

    @classmethod
    def none(cls) -> Self:
        """Return no map."""
        return cls(
            np.empty(0, np.int32),
            np.empty((0, MAP_SIZE), np.float32),
            np.zeros(MAP_SIZE, np.float32),
        )

    def __len__(self) -> int:
        return len(self.artist_ids)


def build_map_vectors(
    listening: Listening, artist_map: ArtistMap, frequencies: ArtistFrequencies
) -> Float32Array:
    """Return (n, 32) float32 unit vectors t; zero for a listener without artists on the map."""
    placed = _placed_listeners(listening, artist_map, frequencies)
    is_placed = placed.any(axis=1)
    placed[is_placed] -= artist_map.centre
    return unit_rows(placed).astype(np.float32)


def _placed_listeners(
    listening: Listening, artist_map: ArtistMap, frequencies: ArtistFrequencies
) -> Float64Array:
    """Return (n, 32) unit vectors before centring: sums of sqrt(tracks) sqrt(idf) position."""
    if not len(artist_map):
        return np.zeros((len(listening), MAP_SIZE))
    places, is_placed = find_places(artist_map.artist_ids, listening.artist_ids)
    tracks = np.maximum(listening.track_counts[is_placed], 1)
    weights = np.sqrt(tracks * frequencies.idf(listening.artist_ids[is_placed]))
    entries = sparse.csr_array(
        (weights, (listening.artist_rows[is_placed], places[is_placed])),
        shape=(len(listening), len(artist_map)),
    )
    return unit_rows(entries @ artist_map.positions.astype(np.float64))


def fit_artist_map(listening: Listening, frequencies: ArtistFrequencies) -> ArtistMap:
    """Return the map of these listeners' artists; none when no two go together."""
    columns = _map_columns(listening, frequencies)
    together = _positive_information(listening, columns)
    is_linked = np.diff(together.indptr) > 0
    columns, together = columns[is_linked], together[is_linked][:, is_linked]
    if len(columns) < _FEWEST_TOGETHER:
        return ArtistMap.none()
    positions = _factorise(together)
    has_place = positions.any(axis=1)
    uncentred = ArtistMap(
        columns[has_place],
        positions[has_place].astype(np.float32),
        np.zeros(MAP_SIZE, np.float32),
    )
    placed = _placed_listeners(listening, uncentred, frequencies)
    centre = placed[placed.any(axis=1)].mean(axis=0).astype(np.float32)
    return ArtistMap(uncentred.artist_ids, uncentred.positions, centre)


def _map_columns(listening: Listening, frequencies: ArtistFrequencies) -> Int32Array:
    """Return the artists that can be on the map, ascending: two listeners, the most frequent."""
    artist_ids, counts = np.unique(listening.artist_ids, return_counts=True)
    candidates = artist_ids[counts >= _FEWEST_TOGETHER]
    if len(candidates) > _MOST_ARTISTS:
        rarity = frequencies.idf(candidates)
        candidates = np.sort(candidates[np.argsort(rarity, kind="stable")[:_MOST_ARTISTS]])
    return candidates


def _positive_information(listening: Listening, columns: Int32Array) -> sparse.csr_array:
    """Return P, (m, m): max(0, ln(co_ab tot / (R_a R_b))), 0 where fewer than two have both.

    Row sums and total are over all artists of the listeners, so they follow from the lengths of
    the lists without the matrix of pairs.
    """
    partners = listening.artists_per_listener() - 1.0
    places, is_column = find_places(columns, listening.artist_ids)
    rows, places = listening.artist_rows[is_column], places[is_column]
    row_sums = sum_by_row(places, partners[rows], len(columns))
    total = float(partners @ (partners + 1.0))
    has = sparse.csr_array(
        (np.ones(len(rows), np.float32), (rows, places)), shape=(len(listening), len(columns))
    )
    by_artist = has.T.tocsr()
    blocks = [
        _information_block(by_artist[start : start + _BLOCK_ARTISTS] @ has, start, row_sums, total)
        for start in range(0, len(columns), _BLOCK_ARTISTS)
    ]
    return sparse.csr_array(sparse.vstack(blocks)) if blocks else sparse.csr_array((0, 0))


def _information_block(
    together: sparse.csr_array, start: int, row_sums: Float64Array, total: float
) -> sparse.csr_array:
    pairs = together.tocoo()
    others = pairs.row + start
    is_pair = (pairs.data >= _FEWEST_TOGETHER) & (others != pairs.col)
    row, column = pairs.row[is_pair], pairs.col[is_pair]
    expected = row_sums[row + start] * row_sums[column] / total
    information = np.log(pairs.data[is_pair] / expected)
    is_positive = information > 0.0
    return sparse.csr_array(
        (information[is_positive].astype(np.float32), (row[is_positive], column[is_positive])),
        shape=together.shape,
    )


def _factorise(together: sparse.csr_array) -> Float64Array:
    """Return (m, 32): rows of U sqrt(s) at unit length, columns of zeros beyond the rank.

    Artists who go only with each other, apart from all others, may be in none of the 32
    directions: their rows are zero.

    The matrix is symmetric, so its singular values are the sizes of its eigenvalues and U holds
    its eigenvectors, up to signs that no cosine sees.
    """
    size = together.shape[0]
    start = np.random.default_rng(_SEED).standard_normal(size)
    rank = min(MAP_SIZE, size - 1)
    eigenvalues, vectors = eigsh(together.astype(np.float64), k=rank, which="LM", v0=start)
    values = np.abs(eigenvalues)
    order = np.argsort(-values, kind="stable")
    values = np.where(values > values.max() * _SMALLEST_SINGULAR_SHARE, values, 0.0)
    positions = np.zeros((size, MAP_SIZE))
    positions[:, :rank] = (vectors * np.sqrt(values))[:, order]
    # At unit length, a rounding error would be as good a place as any other.
    is_error = np.linalg.norm(vectors, axis=1) < _SMALLEST_ROW
    positions[is_error] = 0.0
    return unit_rows(positions)
