"""What every file of listening is read into, and why rows of it are left out.

Part of step 2 of the data's way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from recommendations.sources.base import ListenedTrack, TopLists
from recommendations.sources.faults import FaultNote

Span = Literal["short_term", "medium_term", "long_term"]
SPANS: tuple[Span, ...] = ("short_term", "medium_term", "long_term")


# Chosen by us: a hundred for each of 200,000 rows. It bounds the memory that lists take, which a
# number of rows does not: one row may credit two hundred artists.
MAX_LETTERS = 20_000_000
_ID_LETTERS = 22


class HistoryKind(StrEnum):
    """What a history is; the values are what is stored."""

    ACCOUNT_DATA = "account_data"
    EXTENDED_HISTORY = "extended_history"
    PLAYLISTS = "playlists"
    OWN_EXPORT = "own_export"


class Dropped(StrEnum):
    """Why a row says nothing of taste; the values are what is stored."""

    PRIVATE = "private"
    SKIPPED = "skipped"
    NOT_PLAYED = "not_played"
    PODCAST = "podcast"
    AUDIOBOOK = "audiobook"
    VIDEO = "video"
    NO_TRACK = "no_track"
    REPEATED = "repeated"
    COVERED = "covered"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class History:
    """The top lists of what was brought, longer than they are stored, best first.

    ``rows`` counts all rows that were read, ``dropped`` those left out by reason, ``faults`` what
    could not be read to its end. ``newest`` is the time of the last play, None where times are not
    known. Times are UTC.
    """

    kind: HistoryKind
    lists: Mapping[Span, TopLists]
    rows: int
    dropped: Mapping[Dropped, int]
    newest: datetime | None = None
    faults: tuple[FaultNote, ...] = ()

    @property
    def kept(self) -> int:
        """Return how many rows count."""
        return self.rows - sum(self.dropped.values())


def count_letters(track: ListenedTrack) -> int:
    """Return how many letters a track's names and ids have."""
    names = [track.name, track.album_name, *(artist.name for artist in track.artists)]
    return sum(len(name) + _ID_LETTERS for name in names)
