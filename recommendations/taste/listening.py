"""What many listeners listen to, in columns: what profiles are built from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommendations.taste.profiles import Int32Array, Int64Array
from recommendations.taste.schema import SOUND_FEATURES

Float64Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Listening:
    """The tracks and artists of n listeners, as columns.

    ``user_ids`` is (n,) int64 and distinct. There is one entry per listener and track:
    ``track_rows`` (the listener's row), ``track_ranks`` (1 is best) and ``track_features``
    (T, 14) float64, raw, in the order of ``TRACK_FEATURES``, NaN where unknown. There is one entry
    per listener and artist: ``artist_rows``, ``artist_ids``, ``artist_ranks`` (of the best track
    or top-artist entry), ``play_counts`` (float64, NaN where unknown) and ``track_counts`` (the
    listener's tracks by the artist, 0 for a top artist without tracks). Rows, ranks, ids and
    counts are int32; entries stand in any order.
    """

    user_ids: Int64Array
    track_rows: Int32Array
    track_ranks: Int32Array
    track_features: Float64Array
    artist_rows: Int32Array
    artist_ids: Int32Array
    artist_ranks: Int32Array
    play_counts: Float64Array
    track_counts: Int32Array

    def __len__(self) -> int:
        return len(self.user_ids)

    def tracks_per_listener(self) -> Int64Array:
        """Return how many tracks each listener has, (n,)."""
        raise NotImplementedError

    def described_tracks_per_listener(self, features: Sequence[str] = SOUND_FEATURES) -> Int64Array:
        """Return how many of each listener's tracks have all the named features, (n,)."""
        raise NotImplementedError

    def artists_per_listener(self) -> Int64Array:
        """Return how many artists each listener has, (n,)."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False, slots=True)
class TopTracks:
    """Entries of top-track lists; a listener's track may stand in several lists."""

    rows: Int32Array
    track_ids: Int64Array
    ranks: Int32Array


@dataclass(frozen=True, eq=False, slots=True)
class TopArtists:
    """Entries of top-artist lists, ``play_counts`` NaN where unknown; repeats are welcome."""

    rows: Int32Array
    artist_ids: Int32Array
    ranks: Int32Array
    play_counts: Float64Array


@dataclass(frozen=True, eq=False, slots=True)
class Catalogue:
    """What is known of the m tracks that the lists name.

    ``track_ids`` is (m,) ascending and distinct, ``features`` (m, 14) as in ``Listening``. Each
    credit is a pair of ``credit_track_ids`` and ``credit_artist_ids``, in any order.
    """

    track_ids: Int64Array
    features: Float64Array
    credit_track_ids: Int64Array
    credit_artist_ids: Int32Array


def gather_listening(
    user_ids: Int64Array, top_tracks: TopTracks, top_artists: TopArtists, catalogue: Catalogue
) -> Listening:
    """Merge lists into one entry per listener and track, and per listener and artist.

    The best rank counts, the highest play count, and every artist credited on a track. Raises
    ``ValueError`` when a list names a track that is not in the catalogue.
    """
    raise NotImplementedError
