"""Counts plays into top tracks and top artists of three spans of time.

Part of step 2 of the data's way. A play is four numbers in columns, so that a million take 13 MB;
a track's names are held once.
"""

from array import array
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from recommendations.names import clean_name
from recommendations.sources.base import ListenedArtist, ListenedTrack, PlayedArtist, TopLists
from recommendations.sources.history import Span

# Chosen by us: 150 plays a day for 90 years, and as many different tracks as nobody plays.
MAX_PLAYS = 5_000_000
MAX_TRACKS = 500_000
MAX_LETTERS = 40_000_000
# Spotify's terms for its own lists are "approximately last 4 weeks" and "last 6 months"; its third
# is a year, ours is all that is there. https://developer.spotify.com/documentation/web-api
SPAN_DAYS: dict[Span, int | None] = {"short_term": 28, "medium_term": 182, "long_term": None}
# Chosen by us: five times what is stored, because not every name finds its track.
TRACKS_LISTED = 1000
ARTISTS_LISTED = 200
# What the artist of a compilation is called; it is nobody whom two listeners could share.
_NOBODY = frozenset({"various artists", ""})
_DAY_S = 86_400

Numbers = npt.NDArray[np.integer]


class Play(NamedTuple):
    """One play of a track, which ended at ``ended_s`` (seconds since 1970, UTC).

    Both numbers are at least 0; ``ended_s`` is below 2**32, ``played_ms`` below 2**31.
    """

    ended_s: int
    artist: str
    title: str
    spotify_id: str | None
    played_ms: int


class TooManyPlays(Exception):  # noqa: N818 - the name says what it is
    """More plays or tracks than any listener has."""


class Plays:
    """The plays of one listener, added in any order.

    Those of the account data are told apart: they have no ids, and repeat what an extended
    history has.
    """

    def __init__(self) -> None:
        self._numbers: dict[str | tuple[str, str], int] = {}
        self._artists: dict[str, str] = {}
        self._tracks: list[tuple[str, str, str | None]] = []
        self._letters = 0
        self._track = array("i")
        self._ended_s = array("I")
        self._played_ms = array("i")
        self._is_account_data = array("b")

    def __len__(self) -> int:
        return len(self._track)

    def add(self, play: Play, *, is_account_data: bool) -> None:
        """Add one play. Raises ``TooManyPlays``."""
        key = play.spotify_id or (play.artist, play.title)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._tracks)
            artist = self._artists.setdefault(play.artist, play.artist)
            self._tracks.append((artist, play.title, play.spotify_id))
            self._letters += len(play.title) + len(artist)
            if number >= MAX_TRACKS or self._letters > MAX_LETTERS:
                raise TooManyPlays
        if len(self._track) >= MAX_PLAYS:
            raise TooManyPlays
        self._track.append(number)
        self._ended_s.append(play.ended_s)
        self._played_ms.append(play.played_ms)
        self._is_account_data.append(is_account_data)

    def close(self) -> "PlayCounts":
        """Return what is counted: each play once, account data only after the extended history."""
        # Views of the columns, not copies; an empty array has no memory to look at.
        columns = (self._ended_s, self._track, self._played_ms)
        ended_s, track, played_ms = (
            np.frombuffer(column, np.dtype(column.typecode)) if column else np.empty(0, np.int32)
            for column in columns
        )
        counted = self._find_uncovered(ended_s)
        order = np.lexsort((played_ms[counted], track[counted], ended_s[counted]))
        ended_s, track, played_ms = (
            column[counted][order] for column in (ended_s, track, played_ms)
        )
        is_first = np.ones(len(order), bool)
        is_first[1:] = False
        for column in (ended_s, track, played_ms):
            is_first[1:] |= column[1:] != column[:-1]
        return PlayCounts(
            self._tracks,
            self._join_names()[track[is_first]],
            ended_s[is_first],
            played_ms[is_first],
            covered=len(self) - len(order),
            repeated=len(order) - int(is_first.sum()),
        )

    def _find_uncovered(self, ended_s: Numbers) -> slice | npt.NDArray[np.bool_]:
        """Return where the plays stand that no extended history has already."""
        is_account_data = np.array(self._is_account_data, bool)
        if is_account_data.all() or not is_account_data.any():
            return slice(None)
        newest_s = ended_s[~is_account_data].max()
        uncovered: npt.NDArray[np.bool_] = (ended_s > newest_s) | ~is_account_data
        return uncovered

    def _join_names(self) -> Numbers:
        """Return each track's number, for one without an id that of the same names with one."""
        numbers = np.arange(len(self._tracks), dtype=np.int32)
        without_id = [key for key in self._numbers if isinstance(key, tuple)]
        if 0 < len(without_id) < len(self._tracks):
            by_names = {
                (artist, title): number
                for number, (artist, title, spotify_id) in enumerate(self._tracks)
                if spotify_id is not None
            }
            for key in without_id:
                number = self._numbers[key]
                numbers[number] = by_names.get(key, number)
        return numbers


class PlayCounts:
    """Plays in their order of time; ``covered`` and ``repeated`` were left out."""

    def __init__(  # noqa: PLR0913 - columns of one table
        self,
        tracks: list[tuple[str, str, str | None]],
        track: Numbers,
        ended_s: Numbers,
        played_ms: Numbers,
        *,
        covered: int,
        repeated: int,
    ) -> None:
        self.covered = covered
        self.repeated = repeated
        self._tracks = tracks
        self._track = track
        self._ended_s = ended_s
        self._played_ms = played_ms

    def newest(self) -> datetime | None:
        """Return the time of the last play."""
        return datetime.fromtimestamp(int(self._ended_s[-1]), UTC) if len(self._ended_s) else None

    def build_lists(self) -> dict[Span, TopLists]:
        """Return the top lists, a span without plays left out; spans end with the last play.

        The most plays come first, of as many the longer played, and then what was met first.
        """
        artist_numbers: dict[str, int] = {}
        artist_of = np.fromiter(
            (
                artist_numbers.setdefault(artist, len(artist_numbers))
                for artist, _, _ in self._tracks
            ),
            np.int32,
            len(self._tracks),
        )
        artists = list(artist_numbers)
        lists: dict[Span, TopLists] = {}
        for span, days in SPAN_DAYS.items():
            begin = 0
            if days is not None and len(self._ended_s):
                first_s = int(self._ended_s[-1]) - days * _DAY_S
                begin = int(np.searchsorted(self._ended_s, first_s, "right"))
            track, played_ms = self._track[begin:], self._played_ms[begin:]
            if len(track):
                lists[span] = TopLists(
                    self._build_tracks(_rank(track, played_ms, TRACKS_LISTED)),
                    _build_artists(artists, _rank(artist_of[track], played_ms, None)),
                )
        return lists

    def _build_tracks(self, ranked: Iterable[tuple[int, int]]) -> list[ListenedTrack]:
        return [
            ListenedTrack(
                name=clean_name(title),
                artists=() if _is_nobody(artist) else (ListenedArtist(clean_name(artist)),),
                spotify_id=spotify_id,
                play_count=plays,
            )
            for number, plays in ranked
            for artist, title, spotify_id in (self._tracks[number],)
        ]


def _build_artists(names: list[str], ranked: Iterable[tuple[int, int]]) -> list[PlayedArtist]:
    found = (
        PlayedArtist(ListenedArtist(clean_name(names[number])), plays)
        for number, plays in ranked
        if not _is_nobody(names[number])
    )
    return [artist for artist, _ in zip(found, range(ARTISTS_LISTED), strict=False)]


def _is_nobody(artist: str) -> bool:
    return clean_name(artist).casefold() in _NOBODY


def _rank(numbers: Numbers, played_ms: Numbers, limit: int | None) -> list[tuple[int, int]]:
    """Return each number that occurs with its plays, best first."""
    plays = np.bincount(numbers)
    time_ms = np.bincount(numbers, weights=played_ms)
    order = np.lexsort((-time_ms, -plays))
    order = order[: np.count_nonzero(plays)][:limit]
    return [(int(number), int(plays[number])) for number in order]
