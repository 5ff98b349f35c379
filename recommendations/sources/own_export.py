"""The site's own export of a listener's lists: written and read here, with nothing lost between.

Part of step 2 of the data's way. A zip with one JSON file: ``format``, ``version``, and ``rows`` of
one place each, so that it can be read as a stream. Beside it stands one of what the listener leaves
out of their taste, which is written only.
"""

import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Literal, cast

from recommendations.names import clean_name
from recommendations.sources.base import ListenedArtist, ListenedTrack, PlayedArtist, TopLists
from recommendations.sources.brought_file import OWN_EXPORT_MEMBER, Member
from recommendations.sources.faults import Fault, FaultNote, FaultyFile
from recommendations.sources.history import (
    MAX_LETTERS,
    SPANS,
    Dropped,
    History,
    HistoryKind,
    Span,
    count_letters,
)
from recommendations.sources.json_stream import OnBytes, read_elements
from recommendations.spotify_id import is_spotify_id

FORMAT = "metarec listening"
EXCLUSIONS_MEMBER = "metarec-left-out.json"
EXCLUSIONS_FORMAT = "metarec left out"
VERSION = 1
# Chosen by us: beyond all lists that a listener can have.
MAX_ROWS = 100_000
_MAX_NUMBER = 2**31 - 1  # of a database's integer
_MAX_ISRC_LENGTH = 15
_MAX_SOURCE_LENGTH = 20
_MAX_ARTISTS = 200

Row = Mapping[str, Any]
Item = ListenedTrack | PlayedArtist
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ExportedPlace:
    """One place in one list of one source."""

    source: str
    span: str
    rank: int
    item: Item


def write_export(
    stream: IO[bytes],
    places: Iterable[ExportedPlace],
    exclusions: Iterable[ListenedTrack | ListenedArtist] = (),
) -> None:
    """Write the zip."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        _write_member(archive, OWN_EXPORT_MEMBER, FORMAT, map(_write_row, places))
        rows = map(_write_exclusion, exclusions)
        _write_member(archive, EXCLUSIONS_MEMBER, EXCLUSIONS_FORMAT, rows)


def _write_member(archive: zipfile.ZipFile, name: str, form: str, rows: Iterable[Row]) -> None:
    with archive.open(name, "w") as member:
        head = f'{{"format": {json.dumps(form)}, "version": {VERSION}, "rows": ['
        member.write(head.encode())
        for number, row in enumerate(rows):
            member.write(b",\n" if number else b"\n")
            member.write(json.dumps(row, ensure_ascii=False).encode())
        member.write(b"\n]}\n")


def read_own_export(members: Sequence[Member], on_bytes: OnBytes) -> History:
    """Read exports; the lists of several sources become one, in which every place keeps its order.

    Raises ``FaultyFile`` where nothing is to be kept.
    """
    run = _Run()
    faults: list[FaultNote] = []
    for member in members:
        try:
            run.read_member(member, on_bytes)
        except FaultyFile as error:
            if error.note.fault in {Fault.TOO_LARGE, Fault.TOO_MUCH}:
                raise
            faults.append(error.note)
    return run.close(faults)


def _write_row(place: ExportedPlace) -> Row:
    head = {"source": place.source, "time_range": place.span, "rank": place.rank}
    item = place.item
    if isinstance(item, PlayedArtist):
        artist = _write_artist(item.artist)
        return {"list": "top_artists", **head, **artist, "play_count": item.play_count}
    return {"list": "top_tracks", **head, **_write_track(item)}


def _write_exclusion(item: ListenedTrack | ListenedArtist) -> Row:
    if isinstance(item, ListenedArtist):
        return {"kind": "artist", **_write_artist(item)}
    return {"kind": "track", **_write_track(item)}


def _write_artist(artist: ListenedArtist) -> Row:
    return {"name": artist.name, "spotify_id": artist.spotify_id}


def _write_track(item: ListenedTrack) -> Row:
    return {
        "name": item.name,
        "artists": [_write_artist(one) for one in item.artists],
        "spotify_id": item.spotify_id,
        "album_name": item.album_name,
        "isrc": item.isrc,
        "duration_ms": item.duration_ms,
        "explicit": item.explicit,
    }


class _Run:
    """One reading; of an item that several sources list the best rank counts."""

    def __init__(self) -> None:
        self._rows = self._letters = 0
        self._dropped: Counter[Dropped] = Counter()
        self._sources: dict[str, int] = {}
        self._lists: dict[tuple[Span, str], dict[object, tuple[Place, Item]]] = {}

    def read_member(self, member: Member, on_bytes: OnBytes) -> None:
        before = self._rows
        for row in read_elements(member, "rows.item", on_bytes):
            self._rows += 1
            if not isinstance(row, dict) or not self._add(row):
                self._dropped[Dropped.MALFORMED] += 1
            if self._rows > MAX_ROWS or self._letters > MAX_LETTERS:
                raise FaultyFile(Fault.TOO_MUCH, member.name)
        if self._rows == before:
            raise FaultyFile(Fault.NO_EXPORT, member.name)

    def _add(self, row: Row) -> bool:
        span, source, rank = row.get("time_range"), row.get("source"), _number(row.get("rank"), 1)
        if span not in SPANS or not isinstance(source, str) or rank is None:
            return False
        item, key = _read_item(row)
        if item is None:
            return False
        if isinstance(item, ListenedTrack):
            self._letters += count_letters(item)
        source_number = self._sources.setdefault(source[:_MAX_SOURCE_LENGTH], len(self._sources))
        place = (rank, source_number)
        items = self._lists.setdefault((span, str(row["list"])), {})
        known = items.get(key)
        if known is None:
            items[key] = (place, item)
        else:
            self._dropped[Dropped.REPEATED] += 1
            items[key] = (min(known[0], place), _with_most_plays(known[1], item))
        return True

    def close(self, faults: list[FaultNote]) -> History:
        lists: dict[Span, TopLists] = {}
        for span in SPANS:
            tracks = cast("list[ListenedTrack]", self._in_order(span, "top_tracks"))
            artists = cast("list[PlayedArtist]", self._in_order(span, "top_artists"))
            if tracks or artists:
                lists[span] = TopLists(tracks, artists)
        kind = HistoryKind.OWN_EXPORT
        return History(kind, lists, self._rows, self._dropped, faults=tuple(faults))

    def _in_order(self, span: Span, listed: str) -> list[Item]:
        items = self._lists.get((span, listed), {}).values()
        return [item for _, item in sorted(items, key=lambda one: one[0])]


def _with_most_plays(item: Item, other: Item) -> Item:
    if not isinstance(item, PlayedArtist) or not isinstance(other, PlayedArtist):
        return item
    plays = [one.play_count for one in (item, other) if one.play_count is not None]
    return PlayedArtist(item.artist, max(plays, default=None))


def _read_item(row: Row) -> tuple[Item | None, object]:
    listed: Literal["top_tracks", "top_artists"] | None = row.get("list")
    artist = _read_artist(row)
    if artist is None:
        return None, None
    key: object = artist.spotify_id or artist.name
    if listed == "top_artists":
        return PlayedArtist(artist, _number(row.get("play_count"), 0)), key
    artists = row.get("artists")
    if listed != "top_tracks" or not isinstance(artists, list):
        return None, None
    credited = [_read_artist(one) for one in artists[:_MAX_ARTISTS] if isinstance(one, dict)]
    known = tuple(one for one in credited if one is not None)
    explicit = row.get("explicit")
    track = ListenedTrack(
        name=artist.name,
        artists=known,
        spotify_id=artist.spotify_id,
        album_name=_text(row.get("album_name")),
        isrc=_text(row.get("isrc"))[:_MAX_ISRC_LENGTH],
        duration_ms=_number(row.get("duration_ms"), 1),
        explicit=explicit if isinstance(explicit, bool) else None,
    )
    return track, key if artist.spotify_id else (key, known)


def _read_artist(row: Row) -> ListenedArtist | None:
    """Read a name and an id, which a track has in the same places."""
    name, spotify_id = _text(row.get("name")), _text(row.get("spotify_id"))
    if not name:
        return None
    return ListenedArtist(name, spotify_id if is_spotify_id(spotify_id) else None)


def _text(value: object) -> str:
    return clean_name(value) if isinstance(value, str) else ""


def _number(value: object, low: int) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return cast("int", value) if is_number and low <= cast("int", value) <= _MAX_NUMBER else None
