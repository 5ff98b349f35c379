"""What many listeners listen to, in columns: what profiles are built from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from recommendations.taste.profiles import Int32Array, Int64Array
from recommendations.taste.schema import SOUND_FEATURES, TRACK_FEATURES
from recommendations.taste.vectors import find_places

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
        return np.bincount(self.track_rows, minlength=len(self))

    def described_tracks_per_listener(self, features: Sequence[str] = SOUND_FEATURES) -> Int64Array:
        """Return how many of each listener's tracks have all the named features, (n,)."""
        columns = [TRACK_FEATURES.index(name) for name in features]
        is_described = np.isfinite(self.track_features[:, columns]).all(axis=1)
        return np.bincount(self.track_rows[is_described], minlength=len(self))

    def artists_per_listener(self) -> Int64Array:
        """Return how many artists each listener has, (n,)."""
        return np.bincount(self.artist_rows, minlength=len(self))

    def artists_only(self) -> Self:
        """Return the same listeners and artist entries without the track entries."""
        return replace(
            self,
            track_rows=self.track_rows[:0],
            track_ranks=self.track_ranks[:0],
            track_features=np.empty((0, len(TRACK_FEATURES))),
        )

    def without_artists(self, excluded: "ExcludedArtists") -> Self:
        """Return the same without the artist entries of these pairs of row and artist."""
        keys = _pair_keys(self.artist_rows, self.artist_ids)
        is_kept = ~np.isin(keys, _pair_keys(excluded.rows, excluded.artist_ids))
        return replace(
            self,
            artist_rows=self.artist_rows[is_kept],
            artist_ids=self.artist_ids[is_kept],
            artist_ranks=self.artist_ranks[is_kept],
            play_counts=self.play_counts[is_kept],
            track_counts=self.track_counts[is_kept],
        )

    @classmethod
    def concatenate(cls, blocks: Sequence[Self]) -> Self:
        """Return the listeners of all blocks, which must not share any, in their order."""
        first_rows = np.cumsum([0, *(len(block) for block in blocks)])
        blocks = [
            replace(
                block,
                track_rows=block.track_rows + np.int32(first),
                artist_rows=block.artist_rows + np.int32(first),
            )
            for block, first in zip(blocks, first_rows[:-1], strict=True)
        ]
        blocks = [cls.empty(), *blocks]
        return cls(
            user_ids=np.concatenate([block.user_ids for block in blocks]),
            track_rows=np.concatenate([block.track_rows for block in blocks]),
            track_ranks=np.concatenate([block.track_ranks for block in blocks]),
            track_features=np.concatenate([block.track_features for block in blocks]),
            artist_rows=np.concatenate([block.artist_rows for block in blocks]),
            artist_ids=np.concatenate([block.artist_ids for block in blocks]),
            artist_ranks=np.concatenate([block.artist_ranks for block in blocks]),
            play_counts=np.concatenate([block.play_counts for block in blocks]),
            track_counts=np.concatenate([block.track_counts for block in blocks]),
        )

    @classmethod
    def empty(cls) -> Self:
        """Return the listening of nobody."""
        return cls(
            user_ids=np.empty(0, np.int64),
            track_rows=np.empty(0, np.int32),
            track_ranks=np.empty(0, np.int32),
            track_features=np.empty((0, len(TRACK_FEATURES))),
            artist_rows=np.empty(0, np.int32),
            artist_ids=np.empty(0, np.int32),
            artist_ranks=np.empty(0, np.int32),
            play_counts=np.empty(0, np.float64),
            track_counts=np.empty(0, np.int32),
        )


@dataclass(frozen=True, eq=False, slots=True)
class TopTracks:
    """Entries of top-track lists; a listener's track may stand in several lists."""

    rows: Int32Array
    track_ids: Int64Array
    ranks: Int32Array

    def pick(self, is_kept: npt.NDArray[np.bool_]) -> Self:
        """Return those of the entries that are marked."""
        return type(self)(self.rows[is_kept], self.track_ids[is_kept], self.ranks[is_kept])


@dataclass(frozen=True, eq=False, slots=True)
class TopArtists:
    """Entries of top-artist lists, ``play_counts`` NaN where unknown; repeats are welcome."""

    rows: Int32Array
    artist_ids: Int32Array
    ranks: Int32Array
    play_counts: Float64Array

    def pick(self, is_kept: npt.NDArray[np.bool_]) -> Self:
        """Return those of the entries that are marked."""
        return type(self)(
            self.rows[is_kept],
            self.artist_ids[is_kept],
            self.ranks[is_kept],
            self.play_counts[is_kept],
        )


@dataclass(frozen=True, eq=False, slots=True)
class ExcludedArtists:
    """Whom listeners leave out of their taste: pairs of row and artist, wherever credited."""

    rows: Int32Array
    artist_ids: Int32Array


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
    rows, track_ids, ranks = _best_ranks(top_tracks.rows, top_tracks.track_ids, top_tracks.ranks)
    places = _places(catalogue.track_ids, track_ids)
    credit_rows, credit_artists, credit_ranks = expand_credits(rows, track_ids, ranks, catalogue)
    artists = _merge_artists(
        np.concatenate([credit_rows, top_artists.rows]),
        np.concatenate([credit_artists, top_artists.artist_ids]),
        np.concatenate([credit_ranks, top_artists.ranks]),
        np.concatenate([np.full(len(credit_rows), np.nan), top_artists.play_counts]),
        np.repeat([1, 0], [len(credit_rows), len(top_artists.rows)]),
    )
    return Listening(user_ids, rows, ranks, catalogue.features[places], *artists)


def _pair_keys(rows: Int32Array, artist_ids: Int32Array) -> Int64Array:
    keys: Int64Array = (rows.astype(np.int64) << 32) + artist_ids
    return keys


def _best_ranks(
    rows: Int32Array, ids: Int64Array, ranks: Int32Array
) -> tuple[Int32Array, Int64Array, Int32Array]:
    order = np.lexsort((ranks, ids, rows))
    rows, ids, ranks = rows[order], ids[order], ranks[order]
    is_first = _starts_pair(rows, ids)
    return rows[is_first], ids[is_first], ranks[is_first]


def _starts_pair(rows: Int32Array, ids: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """Tell of sorted pairs which differ from the one before."""
    is_first = np.ones(len(rows), bool)
    is_first[1:] = (rows[1:] != rows[:-1]) | (ids[1:] != ids[:-1])
    return is_first


def _places(known_ids: Int64Array, ids: Int64Array) -> Int64Array:
    places, is_known = find_places(known_ids, ids)
    if not is_known.all():
        raise ValueError(f"Track {ids[~is_known][0]} is in a list but not in the catalogue.")
    return places


def expand_credits(
    rows: Int32Array, track_ids: Int64Array, ranks: Int32Array, catalogue: Catalogue
) -> tuple[Int32Array, Int32Array, Int32Array]:
    """Return row, artist and rank for every artist credited on every listed track."""
    order = np.argsort(catalogue.credit_track_ids, kind="stable")
    credit_track_ids = catalogue.credit_track_ids[order]
    starts = np.searchsorted(credit_track_ids, track_ids, "left")
    lengths = np.searchsorted(credit_track_ids, track_ids, "right") - starts
    steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    credits_ = order[np.repeat(starts, lengths) + steps]
    return (
        np.repeat(rows, lengths),
        catalogue.credit_artist_ids[credits_],
        np.repeat(ranks, lengths),
    )


def _merge_artists(
    rows: Int32Array,
    artist_ids: Int32Array,
    ranks: Int32Array,
    play_counts: Float64Array,
    track_counts: Int64Array,
) -> tuple[Int32Array, Int32Array, Int32Array, Float64Array, Int32Array]:
    """Merge entries of one listener and artist: best rank, highest plays, sum of tracks."""
    order = np.lexsort((ranks, artist_ids, rows))
    rows, artist_ids = rows[order], artist_ids[order]
    starts = np.flatnonzero(_starts_pair(rows, artist_ids))
    if not len(starts):
        return rows, artist_ids, ranks, play_counts, track_counts.astype(np.int32)
    return (
        rows[starts],
        artist_ids[starts],
        ranks[order][starts],
        np.fmax.reduceat(play_counts[order], starts),  # fmax: a known count beats NaN
        np.add.reduceat(track_counts[order], starts).astype(np.int32),
    )
