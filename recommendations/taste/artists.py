"""Artist weights: how much each artist says about a listener."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from recommendations.taste.listening import Float64Array, Listening
from recommendations.taste.profiles import Float32Array, Int32Array, Int64Array
from recommendations.taste.vectors import find_places, sum_by_row

# Measured by us on real listeners: best together at these values, flat around them.
IDF_POWER = 0.75
PLAYS_POWER = 0.6
# Chosen by us, because a handful of listeners says little about how rare an artist is.
IDF_PRIOR_LISTENERS = 100


@dataclass(frozen=True, eq=False, slots=True)
class ArtistFrequencies:
    """How many of ``listener_count`` listeners have each artist.

    ``artist_ids`` (int32, ascending, distinct) and ``listeners`` (int32) are of one length; an
    artist that is not listed is nobody's.
    """

    artist_ids: Int32Array
    listeners: Int32Array
    listener_count: int

    @classmethod
    def none(cls) -> Self:
        """Return the frequencies over no listeners, by which all artists count alike."""
        return cls(np.empty(0, np.int32), np.empty(0, np.int32), 0)

    def add(self, listening: Listening) -> Self:
        """Return the frequencies with these listeners counted too, those without artists not."""
        ids, places = np.unique(
            np.concatenate([self.artist_ids, listening.artist_ids]), return_inverse=True
        )
        ones = np.ones(len(listening.artist_ids), np.int32)
        counts = np.bincount(places, weights=np.concatenate([self.listeners, ones]))
        with_artists = int(np.count_nonzero(listening.artists_per_listener()))
        return type(self)(ids, counts.astype(np.int32), self.listener_count + with_artists)

    def idf(self, artist_ids: Int32Array) -> Float64Array:
        """Return ln((N + 100 + 1) / (df + 1)) of each artist, greater than 0."""
        places, is_listed = find_places(self.artist_ids, artist_ids)
        frequencies = np.zeros(len(artist_ids))
        frequencies[is_listed] = self.listeners[places[is_listed]]
        listeners = self.listener_count + IDF_PRIOR_LISTENERS
        idf: Float64Array = np.log((listeners + 1.0) / (frequencies + 1.0))
        return idf


def artist_strengths(listening: Listening) -> Float64Array:
    """Return what each artist entry weighs before IDF, greater than 0, known up to a factor.

    With play counts: plays^0.6; an artist without a count then has the smallest strength that is
    known of the listener, since a source that counts would have counted a favourite. Without any:
    1 / log2(1 + rank). A count of 0 says nothing of a favourite and is taken as unknown.
    """
    rows, plays = listening.artist_rows, listening.play_counts
    is_known = np.isfinite(plays) & (plays > 0.0)
    most, fewest = np.zeros(len(listening)), np.full(len(listening), np.inf)
    np.maximum.at(most, rows[is_known], plays[is_known])
    np.minimum.at(fewest, rows[is_known], plays[is_known])
    has_plays = most[rows] > 0.0
    strengths: Float64Array = 1.0 / np.log2(1.0 + listening.artist_ranks)
    counted = np.where(is_known, plays, fewest[rows])[has_plays]
    # Over the listener's largest count, so that no count is too large to be squared.
    strengths[has_plays] = (counted / most[rows[has_plays]]) ** PLAYS_POWER
    return strengths


def build_artist_weights(
    listening: Listening, frequencies: ArtistFrequencies
) -> tuple[Int64Array, Int32Array, Float32Array]:
    """Return offsets (n + 1,), artist ids and weights as ``Profiles`` has them."""
    weights = frequencies.idf(listening.artist_ids) ** IDF_POWER * artist_strengths(listening)
    norms = np.sqrt(sum_by_row(listening.artist_rows, weights**2, len(listening)))
    order = _by_row_and_artist(listening)
    unit = (weights / norms[listening.artist_rows])[order].astype(np.float32)
    offsets = np.concatenate([[0], np.cumsum(listening.artists_per_listener())])
    positive = np.maximum(unit, np.finfo(np.float32).tiny)  # a weight of 0 would be no artist
    return offsets, listening.artist_ids[order], positive


def _by_row_and_artist(listening: Listening) -> npt.NDArray[np.int64]:
    # One key sorts several times faster than two.
    key = (listening.artist_rows.astype(np.int64) << 32) + listening.artist_ids
    return np.argsort(key)
