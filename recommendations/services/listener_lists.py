"""Gathers the rows of a listeners' file into whole lists, whatever order they come in.

Five million rows take 160 MB: a row is five numbers in columns, not an object.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class ListEntry(NamedTuple):
    """One place in a list; ``item_id`` is the key of a track or an artist."""

    rank: int
    item_id: int
    play_count: int | None
    line: int


@dataclass(frozen=True, slots=True)
class ListenerList:
    """A listener's whole list of one file, by rank, each rank and each item once."""

    listener: str
    entries: list[ListEntry]
    rejected: list[tuple[int, str]]


class ListenerRows:
    """The rows of one table, added in the file's order."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._listeners = array("q")
        self._ranks = array("q")
        self._items = array("q")
        self._play_counts = array("q")
        self._lines = array("q")

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, listener: str, entry: ListEntry) -> None:
        """Add one row."""
        self._listeners.append(self._numbers.setdefault(listener, len(self._numbers)))
        self._ranks.append(entry.rank)
        self._items.append(entry.item_id)
        self._play_counts.append(0 if entry.play_count is None else entry.play_count)
        self._lines.append(entry.line)

    def build_lists(self) -> Iterator[ListenerList]:
        """Yield each listener's list, in the order of their first rows.

        Of rows with one rank the first in the file counts, of rows with one item the best rank;
        the others are rejected.
        """
        listeners = np.asarray(self._listeners)
        order = np.lexsort((np.asarray(self._lines), np.asarray(self._ranks), listeners))
        ends = np.cumsum(np.bincount(listeners, minlength=len(self._numbers)))
        start = 0
        for listener, end in zip(self._numbers, ends.tolist(), strict=True):
            rows = order[start:end].tolist()
            yield _build_list(listener, [self._entry(row) for row in rows])
            start = end

    def _entry(self, row: int) -> ListEntry:
        return ListEntry(
            self._ranks[row],
            self._items[row],
            self._play_counts[row] or None,
            self._lines[row],
        )


def _build_list(listener: str, entries: list[ListEntry]) -> ListenerList:
    kept: list[ListEntry] = []
    rejected: list[tuple[int, str]] = []
    rank_of: dict[int, int] = {}
    for entry in entries:
        if kept and kept[-1].rank == entry.rank:
            rejected.append((entry.line, f"the listener has another row of rank {entry.rank}"))
        elif entry.item_id in rank_of:
            better = rank_of[entry.item_id]
            rejected.append((entry.line, f"the listener has the same one at rank {better} already"))
        else:
            kept.append(entry)
            rank_of[entry.item_id] = entry.rank
    return ListenerList(listener, kept, rejected)
