"""What every file of listening is read into, and why rows of it are left out.

Part of step 2 of the data's way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from recommendations.sources.base import ListenedArtist, ListenedTrack, TopLists
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
class ExportedUnseen:
    """Whom an export of this site says that its listener hides or blocks.

    ``listener`` is what that site wrote for them, which it alone can read.
    """

    listener: str
    is_blocked: bool


@dataclass(frozen=True, slots=True)
class History:
    """The top lists of what was brought, longer than they are stored, best first.

    ``rows`` counts all rows that were read, ``dropped`` those left out by reason, ``faults`` what
    could not be read to its end. ``newest`` is the time of the last play, None where times are not
    known. Times are UTC. An export of this site has no ``lists`` but those of each source that it
    names, in ``exported``, and what its listener leaves out and whom they do not see.
    """

    kind: HistoryKind
    lists: Mapping[Span, TopLists]
    rows: int
    dropped: Mapping[Dropped, int]
    newest: datetime | None = None
    faults: tuple[FaultNote, ...] = ()
    exported: Mapping[str, Mapping[Span, TopLists]] = field(default_factory=dict)
    exclusions: tuple[ListenedTrack | ListenedArtist, ...] = ()
    unseen: tuple[ExportedUnseen, ...] = ()

    @property
    def kept(self) -> int:
        """Return how many rows count."""
        return self.rows - sum(self.dropped.values())

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to store."""
        return not (self.kept or self.exclusions or self.unseen)

    def all_lists(self) -> Iterator[tuple[str, Span, TopLists]]:
        """Yield every list with the source that an export names, empty for all others."""
        for source, lists in ({"": self.lists} | dict(self.exported)).items():
            for span, top in lists.items():
                yield source, span, top


def count_letters(track: ListenedTrack) -> int:
    """Return how many letters a track's names and ids have."""
    names = [track.name, track.album_name, *(artist.name for artist in track.artists)]
    return sum(len(name) + _ID_LETTERS for name in names)
