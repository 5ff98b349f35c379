"""Reads rows of listeners' top tracks and top artists: step 2 of the data's way."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from recommendations.rejected_row import RejectedRow
from recommendations.spotify_id import read_track_id

TRACK_COLUMNS = ("listener", "rank", "track_id")
ARTIST_COLUMNS = ("listener", "rank", "artist", "play_count")

# Chosen by us: the longest lists in use have some hundred entries, and one listener's list is
# held in memory and written in one transaction.
MAX_RANK = 10_000
MAX_LISTENER_LENGTH = 150  # of Django's user names
MAX_ARTIST_LENGTH = 500
MAX_PLAY_COUNT = 2**31 - 1  # of a database's integer

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,10}")


class ListenedEntry(NamedTuple):
    """One place in one listener's list; ``item`` is a track's Spotify id or an artist's name."""

    listener: str
    rank: int
    item: str
    play_count: int | None


@dataclass(frozen=True, slots=True)
class ListenerLayout:
    """How to read the rows of one table; ``lists_tracks`` is False where it lists artists."""

    lists_tracks: bool
    columns: int
    read: Callable[[list[str]], ListenedEntry]

    def read_entry(self, values: list[str]) -> ListenedEntry:
        """Read one row. Raises ``RejectedRow``."""
        if len(values) != self.columns:
            raise RejectedRow(f"{len(values)} columns instead of {self.columns}")
        return self.read(values)


def recognise_listener_layout(header: tuple[str, ...]) -> ListenerLayout | None:
    """Return the layout whose columns the header has, in any order, or None."""
    if set(TRACK_COLUMNS) <= set(header):
        listener, rank, track = (header.index(name) for name in TRACK_COLUMNS)
        return ListenerLayout(
            lists_tracks=True,
            columns=len(header),
            read=lambda row: ListenedEntry(
                _read_listener(row[listener]),
                _read_rank(row[rank]),
                read_track_id(row[track]),
                None,
            ),
        )
    if set(ARTIST_COLUMNS) <= set(header):
        listener, rank, artist, plays = (header.index(name) for name in ARTIST_COLUMNS)
        return ListenerLayout(
            lists_tracks=False,
            columns=len(header),
            read=lambda row: ListenedEntry(
                _read_listener(row[listener]),
                _read_rank(row[rank]),
                _read_artist(row[artist]),
                _read_play_count(row[plays]),
            ),
        )
    return None


def _read_listener(text: str) -> str:
    name = text.strip()
    if not name:
        raise RejectedRow("the listener is empty")
    if len(name) > MAX_LISTENER_LENGTH:
        raise RejectedRow(f"the listener's name is longer than {MAX_LISTENER_LENGTH} characters")
    if _CONTROL_CHARACTERS.search(name):
        raise RejectedRow("the listener's name has control characters")
    return name


def _read_rank(text: str) -> int:
    rank = _read_whole_number(text)
    if rank is None or not 1 <= rank <= MAX_RANK:
        raise RejectedRow(f"the rank is not a whole number from 1 to {MAX_RANK}")
    return rank


def _read_play_count(text: str) -> int | None:
    if not text.strip():
        return None
    play_count = _read_whole_number(text)
    if play_count is None or not 1 <= play_count <= MAX_PLAY_COUNT:
        raise RejectedRow(f"the play count is not a whole number from 1 to {MAX_PLAY_COUNT}")
    return play_count


def _read_whole_number(text: str) -> int | None:
    stripped = text.strip()
    return int(stripped) if _WHOLE_NUMBER.fullmatch(stripped) else None


def _read_artist(text: str) -> str:
    name = _CONTROL_CHARACTERS.sub(" ", text).strip()
    if not name:
        raise RejectedRow("the artist is empty")
    if len(name) > MAX_ARTIST_LENGTH:
        raise RejectedRow(f"the artist's name is longer than {MAX_ARTIST_LENGTH} characters")
    return name
