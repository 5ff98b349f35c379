"""Lays profiles out as shards, and keeps the shards few as listeners come, change and go."""

import mmap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from recommendations.index.segments import Float64Array, RowArray, Segment, Shard
from recommendations.taste.profiles import Float32Array, Int32Array, Int64Array, Profiles

# Chosen by us: whom this share of a segment has is kept as a full row, which costs 4 bytes a
# listener instead of 6 a holder, and is added several times faster than a posting of that length.
POPULAR_SHARE = 1 / 6
# Chosen by us: a shard is rewritten when this share of its rows no longer counts, so that memory
# and time grow by at most a third before it happens.
MAX_DEAD_SHARE = 0.25
# Chosen by us: smaller arrays do not matter, and a mapping costs a page.
MIN_OWN_MEMORY = 100_000

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, eq=False, slots=True)
class _Pile:
    """Profiles on their way into a segment: dense columns, and artist entries in any order."""

    user_ids: Int64Array
    taste_vectors: Float32Array
    meta_vectors: Float32Array
    rows: Int32Array
    artist_ids: Int32Array
    weights: Float32Array


def build_shards(blocks: Iterable[Profiles], segment_size: int) -> Iterator[Shard]:
    """Yield shards of ``segment_size`` and a last one that may be smaller.

    At most one segment's profiles wait at a time.
    """
    waiting: list[_Pile] = []
    room = segment_size
    for block in blocks:
        start = 0
        while start < len(block):
            stop = min(start + room, len(block))
            waiting.append(_cut(block, start, stop))
            room -= stop - start
            start = stop
            if room == 0:
                yield _build_shard(waiting)
                room = segment_size
    if waiting:
        yield _build_shard(waiting)


def tidy(shards: Sequence[Shard], segment_size: int) -> tuple[Shard, ...]:
    """Return the same listeners without empty, sparse or needlessly many shards.

    Neighbouring shards are joined where the earlier is less than twice the later, so both their
    number and how often a listener is moved grow with the logarithm of the number of changes.
    """
    tidied: list[Shard] = []
    for shard in shards:
        if len(shard) == 0:
            continue
        is_sparse = len(shard.dead) > MAX_DEAD_SHARE * len(shard.segment)
        tidied.append(_build_shard([_pile_up(shard)]) if is_sparse else shard)
        while (
            len(tidied) > 1
            and len(tidied[-2]) < 2 * len(tidied[-1])
            and len(tidied[-2]) + len(tidied[-1]) <= segment_size
        ):
            tidied[-2:] = [_build_shard([_pile_up(part) for part in tidied[-2:]])]
    return tuple(tidied)


def _cut(block: Profiles, start: int, stop: int) -> _Pile:
    offsets = block.artist_offsets[start : stop + 1]
    return _Pile(
        user_ids=block.user_ids[start:stop],
        taste_vectors=block.taste_vectors[start:stop],
        meta_vectors=block.meta_vectors[start:stop],
        rows=np.repeat(np.arange(stop - start, dtype=np.int32), np.diff(offsets)),
        artist_ids=block.artist_ids[offsets[0] : offsets[-1]],
        weights=block.artist_weights[offsets[0] : offsets[-1]],
    )


def _pile_up(shard: Shard) -> _Pile:
    """Return the profiles that count, taken apart again."""
    segment = shard.segment
    alive = np.ones(len(segment), bool)
    alive[shard.dead] = False
    artists, popular_rows = np.nonzero(segment.popular_weights)
    rows = np.concatenate([popular_rows, segment.rows])
    artist_ids = np.concatenate(
        [segment.popular_ids[artists], np.repeat(segment.artist_ids, np.diff(segment.offsets))]
    )
    weights = np.concatenate([segment.popular_weights[artists, popular_rows], segment.weights])
    kept = alive[rows]
    return _Pile(
        user_ids=segment.user_ids[alive],
        taste_vectors=segment.taste_vectors[alive],
        meta_vectors=segment.meta_vectors[alive],
        rows=(np.cumsum(alive, dtype=np.int32) - 1)[rows[kept]],
        artist_ids=artist_ids[kept],
        weights=weights[kept],
    )


def _build_shard(piles: list[_Pile]) -> Shard:
    """Return a shard of all piles, emptying the list: they are not needed beside their copy."""
    starts = np.cumsum([0, *(len(pile.user_ids) for pile in piles[:-1])], dtype=np.int32)
    joined = _Pile(
        user_ids=np.concatenate([pile.user_ids for pile in piles]),
        taste_vectors=np.concatenate([pile.taste_vectors for pile in piles]),
        meta_vectors=np.concatenate([pile.meta_vectors for pile in piles]),
        rows=np.concatenate([pile.rows + start for pile, start in zip(piles, starts, strict=True)]),
        artist_ids=np.concatenate([pile.artist_ids for pile in piles]),
        weights=np.concatenate([pile.weights for pile in piles]),
    )
    piles.clear()
    return Shard(_build_segment(joined), np.zeros(0, np.int64))


def _build_segment(pile: _Pile) -> Segment:
    count = len(pile.user_ids)
    by_user = np.argsort(pile.user_ids, kind="stable")
    new_rows = np.empty(count, np.uint16)
    new_rows[by_user] = np.arange(count)
    rows = new_rows[pile.rows]
    artist_norms = np.sqrt(np.bincount(rows, pile.weights.astype(np.float64) ** 2, minlength=count))
    order = _sort_entries(pile.artist_ids, rows)
    rows, entry_ids, weights = rows[order], pile.artist_ids[order], pile.weights[order]
    del order
    starts = np.flatnonzero(np.diff(entry_ids, prepend=-1))
    holders = np.diff(starts, append=len(rows))
    is_popular = holders >= POPULAR_SHARE * count
    entry_is_popular = np.repeat(is_popular, holders)
    popular_weights = np.zeros((np.count_nonzero(is_popular), count), np.float32)
    popular_weights[
        np.repeat(np.arange(len(popular_weights)), holders[is_popular]), rows[entry_is_popular]
    ] = weights[entry_is_popular]
    return Segment(
        user_ids=_settle(pile.user_ids[by_user]),
        taste_vectors=_settle(pile.taste_vectors[by_user]),
        meta_vectors=_settle(pile.meta_vectors[by_user]),
        inverse_meta_norms=_settle(_invert(_norms(pile.meta_vectors))[by_user]),
        popular_ids=entry_ids[starts[is_popular]],
        popular_weights=_settle(popular_weights),
        artist_ids=_settle(entry_ids[starts[~is_popular]]),
        offsets=_settle(np.cumsum([0, *holders[~is_popular]])),
        rows=_settle(rows[~entry_is_popular]),
        weights=_settle(weights[~entry_is_popular]),
        max_taste_norm=float(_norms(pile.taste_vectors).max()),
        max_artist_norm=float(artist_norms.max()),
    )


def _sort_entries(artist_ids: Int32Array, rows: RowArray) -> Int64Array:
    """Return the order by artist, then row; numpy sorts 16 bits by radix, far faster than 48."""
    low = (artist_ids & 0xFFFF).astype(np.uint16)
    if (rows[1:] >= rows[:-1]).all():  # as they come from a database that is read by user id
        order = np.argsort(low, kind="stable")
    else:
        order = np.argsort(rows, kind="stable")
        order = order[np.argsort(low[order], kind="stable")]
    high = (artist_ids >> 16).astype(np.uint16)
    return order[np.argsort(high[order], kind="stable")]


def _settle(array: npt.NDArray[T]) -> npt.NDArray[T]:
    """Return a copy in memory of its own.

    Between short-lived arrays of the same heap, those that stay would leave a third of it unused.
    """
    if array.nbytes < MIN_OWN_MEMORY:
        return array
    memory = mmap.mmap(-1, array.nbytes)
    settled = np.frombuffer(memory, array.dtype).reshape(array.shape)
    settled[...] = array
    return settled


def _norms(vectors: Float32Array) -> Float64Array:
    norms: Float64Array = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    return norms


def _invert(norms: Float64Array) -> npt.NDArray[np.float32]:
    inverse = np.zeros(len(norms))
    np.divide(1, norms, out=inverse, where=norms > 0)
    return inverse.astype(np.float32)
