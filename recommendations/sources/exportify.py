"""Reads playlists that Exportify wrote: the tracks in their order are a top list.

Part of step 2 of the data's way. Both layouts, in English: https://github.com/pavelkomarov/exportify
and https://github.com/watsonbox/exportify. The columns of audio features are not read: a
listener's file must not say how a track sounds to everybody.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from recommendations.names import clean_name, split_bare_commas, split_escaped_commas
from recommendations.sources.base import ListenedArtist, ListenedTrack, TopLists
from recommendations.sources.csv_file import (
    CsvTable,
    OnBytes,
    UnreadableFile,
    find_tables,
    read_rows,
)
from recommendations.sources.faults import FaultNote
from recommendations.sources.history import (
    MAX_LETTERS,
    Dropped,
    History,
    HistoryKind,
    count_letters,
)
from recommendations.spotify_id import is_spotify_id

# Chosen by us: a playlist holds at most 10,000 tracks.
MAX_ROWS = 200_000
_NEEDED = {"Track URI", "Track Name", "Artist Name(s)"}
_DURATIONS = ("Track Duration (ms)", "Duration (ms)")
_MAX_DURATION_MS = 2**31 - 1  # of a database's integer
_MAX_ARTISTS = 50
_MAX_ISRC_LENGTH = 15
_BOOLEANS = {"true": True, "false": False}


class TooManyRows(Exception):  # noqa: N818 - the name says what it is
    """More rows than any listener's playlists have."""


@dataclass(slots=True)
class _Listed:
    track: ListenedTrack
    playlists: int
    best_place: int
    first_row: int


def is_playlist(header: tuple[str, ...]) -> bool:
    """Tell whether a table of this header is one of Exportify's."""
    return set(header) >= _NEEDED and any(name in header for name in _DURATIONS)


class Playlists:
    """The playlists of one listener; a track in more of them comes first, then its best place."""

    def __init__(self) -> None:
        self._listed: dict[object, _Listed] = {}
        self._rows = self._letters = 0
        self._dropped: Counter[Dropped] = Counter()

    def read(self, path: Path, on_bytes: OnBytes) -> None:
        """Add the tables of a file. Raises ``UnreadableFile`` after the rows before the damage."""
        damage: UnreadableFile | None = None
        for table in find_tables(path):
            if is_playlist(table.header):
                try:
                    self._read_table(table, on_bytes)
                except UnreadableFile as error:
                    damage = damage or error
        if damage is not None:
            raise damage

    def _read_table(self, table: CsvTable, on_bytes: OnBytes) -> None:
        seen: set[object] = set()
        reader = _RowReader(table.header)
        for place, row in enumerate(read_rows(table, on_bytes), start=1):
            self._rows += 1
            if self._rows > MAX_ROWS:
                raise TooManyRows
            track = reader.read(row.values)
            if isinstance(track, Dropped):
                self._dropped[track] += 1
                continue
            self._letters += count_letters(track)
            if self._letters > MAX_LETTERS:
                raise TooManyRows
            key = track.spotify_id or (track.name, track.artists)
            if key in seen:
                self._dropped[Dropped.REPEATED] += 1
                continue
            seen.add(key)
            listed = self._listed.setdefault(key, _Listed(track, 0, place, self._rows))
            listed.playlists += 1
            listed.best_place = min(listed.best_place, place)

    def close(self, faults: Sequence[FaultNote]) -> History:
        """Return the one list that all the playlists make."""
        ranked = sorted(
            self._listed.values(), key=lambda one: (-one.playlists, one.best_place, one.first_row)
        )
        tracks = [one.track for one in ranked]
        return History(
            kind=HistoryKind.PLAYLISTS,
            lists={"long_term": TopLists(tracks)} if tracks else {},
            rows=self._rows,
            dropped=self._dropped,
            faults=tuple(faults),
        )


class _RowReader:
    """Reads the rows below one header."""

    def __init__(self, header: tuple[str, ...]) -> None:
        self._width = len(header)
        self._at = {name: at for at, name in enumerate(header)}
        self._duration = next(name for name in _DURATIONS if name in header)

    def read(self, values: list[str]) -> ListenedTrack | Dropped:
        if len(values) != self._width:
            return Dropped.MALFORMED
        row = {name: values[at].strip() for name, at in self._at.items()}
        uri, name = row["Track URI"], clean_name(row["Track Name"])
        if uri.startswith("spotify:episode:"):
            return Dropped.PODCAST
        spotify_id = uri.removeprefix("spotify:track:")
        if not is_spotify_id(spotify_id) and not uri.startswith("spotify:local:"):
            return Dropped.MALFORMED
        if not name:
            return Dropped.NO_TRACK
        duration = row[self._duration]
        is_whole = duration.isascii() and duration.isdecimal() and len(duration) <= 10  # noqa: PLR2004
        duration_ms = int(duration) if is_whole else 0
        return ListenedTrack(
            name=name,
            artists=tuple(_read_artists(row)),
            spotify_id=spotify_id if is_spotify_id(spotify_id) else None,
            album_name=clean_name(row.get("Album Name", "")),
            isrc=clean_name(row.get("ISRC", ""))[:_MAX_ISRC_LENGTH],
            duration_ms=duration_ms if 0 < duration_ms <= _MAX_DURATION_MS else None,
            explicit=_BOOLEANS.get(row.get("Explicit", "").lower()),
        )


def _read_artists(row: dict[str, str]) -> Iterator[ListenedArtist]:
    """Yield the artists; with URIs beside them only where each name has one."""
    text, uris = row["Artist Name(s)"], row.get("Artist URI(s)")
    if uris is None:
        names = split_bare_commas(text)
        ids: list[str] = [""] * len(names)
    else:
        ids = [uri.strip().removeprefix("spotify:artist:") for uri in uris.split(",")]
        names = split_escaped_commas(text, len(ids))
    if not names:
        return
    cleaned = ((clean_name(name), spotify_id) for name, spotify_id in zip(names, ids, strict=True))
    for name, spotify_id in [one for one in cleaned if one[0]][:_MAX_ARTISTS]:
        yield ListenedArtist(name, spotify_id if is_spotify_id(spotify_id) else None)
