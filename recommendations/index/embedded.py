"""The embedded index: every profile in this process's memory, and the exact top k by scanning.

Readers take the current content as one immutable snapshot and never wait; writers make the next
one under a lock. How it is laid out and what it costs: docs/index.md.
"""

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from recommendations.index.base import Neighbour, Ranking
from recommendations.index.building import build_shards, tidy
from recommendations.index.estimates import find_hybrid, find_seed
from recommendations.index.scoring import best_of, score_rows
from recommendations.index.segments import MAX_SEGMENT_SIZE, Shard
from recommendations.taste.profiles import Profile, Profiles


@dataclass(frozen=True, eq=False, slots=True)
class _Snapshot:
    shards: tuple[Shard, ...]
    space_id: int | None
    revision: int


class EmbeddedIndex:
    """A ``ProfileIndex`` held in memory, of some 700 bytes a listener with 50 artists.

    Artist weights must be positive, and a listener may come once in all blocks of
    ``replace_all``.
    """

    def __init__(self, *, segment_size: int = MAX_SEGMENT_SIZE) -> None:
        if not 0 < segment_size <= MAX_SEGMENT_SIZE:
            raise ValueError(f"segment_size must be in 1..{MAX_SEGMENT_SIZE}, not {segment_size}.")
        self._segment_size = segment_size
        self._snapshot = _Snapshot(shards=(), space_id=None, revision=-1)
        self._writing = threading.Lock()

    def nearest(
        self, profile: Profile, k: int, *, exclude: Collection[int] = (), ranking: Ranking
    ) -> list[Neighbour]:
        """Return the exact top k of one snapshot, best first, ties by user id."""
        excluded = np.fromiter(exclude, np.int64)
        shards = [shard.without(excluded) for shard in self._snapshot.shards]
        shards = [shard for shard in shards if len(shard)]
        if k <= 0 or not shards:
            return []
        find = find_hybrid if ranking == "hybrid" else find_seed
        return best_of(
            [
                score_rows(segment, rows, profile, ranking=ranking)
                for segment, rows in find(shards, profile, k)
            ],
            k,
        )

    def apply(self, *, upserts: Profiles, removals: Collection[int], revision: int) -> None:
        """Take over changes up to ``revision``; those that are not newer change nothing.

        Who is in both is removed. Raises ``RuntimeError`` before the first ``replace_all``.
        """
        with self._writing:
            old = self._snapshot
            if old.space_id is None:
                raise RuntimeError("The index is empty: fill it with replace_all first.")
            if revision <= old.revision:
                return
            removed = np.fromiter(removals, np.int64)
            changed = np.concatenate([upserts.user_ids, removed])
            kept = [shard.without(changed) for shard in old.shards]
            added = [
                shard.without(removed) for shard in build_shards([upserts], self._segment_size)
            ]
            shards = tidy([*kept, *added], self._segment_size)
            self._snapshot = _Snapshot(shards, old.space_id, revision)

    def replace_all(self, blocks: Iterable[Profiles], *, space_id: int, revision: int) -> None:
        """Replace the whole content; the old one answers until the new one is complete."""
        with self._writing:
            shards = tuple(build_shards(blocks, self._segment_size))
            self._snapshot = _Snapshot(shards, space_id, revision)

    def count(self) -> int:
        """Return the number of listeners held."""
        return sum(len(shard) for shard in self._snapshot.shards)

    def revision(self) -> int:
        """Return the last revision taken over, -1 before the first ``replace_all``."""
        return self._snapshot.revision

    def space_id(self) -> int | None:
        """Return the space whose profiles are held, None before the first ``replace_all``."""
        return self._snapshot.space_id
