"""Reads the site's own export: the lists, what is left out of the taste, and who is not seen.

Part of step 2 of the data's way. Each is a JSON file with ``format``, ``version``, and ``rows``, so
that it can be read as a stream; the lists may be the CSV as well. What else the export holds is for
people, and nothing reads it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from recommendations.sources.base import ListenedArtist, ListenedTrack, PlayedArtist, TopLists
from recommendations.sources.brought_file import (
    EXCLUSIONS_MEMBER,
    UNSEEN_MEMBER,
    Member,
)
from recommendations.sources.export_rows import (
    ExportedPlace,
    Item,
    read_exclusion,
    read_place,
    read_unseen,
)
from recommendations.sources.export_table import read_table
from recommendations.sources.faults import Fault, FaultNote, FaultyFile
from recommendations.sources.history import (
    MAX_LETTERS,
    SPANS,
    Dropped,
    ExportedUnseen,
    History,
    HistoryKind,
    Span,
    count_letters,
)
from recommendations.sources.json_stream import OnBytes, read_elements

# Chosen by us: beyond all lists that a listener can have, and sources that a site can read.
MAX_ROWS = 100_000
_MAX_SOURCES = 20
# Chosen by us: twice what a listener can leave out, and more than they can hide.
MAX_SETTINGS = 2_000

_Found = TypeVar("_Found")
# Where a list comes from, its time range, and whether it has tracks or artists.
_List = tuple[str, str, bool]


def read_own_export(members: Sequence[Member], on_bytes: OnBytes) -> History:
    """Read exports; lists that several of them have become one, where the best rank counts.

    Raises ``FaultyFile`` where nothing is to be kept.
    """
    run = _Run(on_bytes)
    faults: list[FaultNote] = []
    for member in members:
        try:
            run.read_member(member)
        except FaultyFile as error:
            if error.note.fault in {Fault.TOO_LARGE, Fault.TOO_MUCH}:
                raise
            faults.append(error.note)
    return run.close(faults)


class _Run:
    """One reading."""

    def __init__(self, on_bytes: OnBytes) -> None:
        self._on_bytes = on_bytes
        self._rows = self._letters = self._settings = 0
        self._dropped: Counter[Dropped] = Counter()
        self._sources: set[str] = set()
        self._lists: dict[_List, dict[object, tuple[int, Item]]] = {}
        self._exclusions: dict[ListenedTrack | ListenedArtist, None] = {}
        self._unseen: dict[ExportedUnseen, None] = {}

    def read_member(self, member: Member) -> None:
        if member.name == EXCLUSIONS_MEMBER:
            self._exclusions |= dict.fromkeys(self._read_settings(member, read_exclusion))
        elif member.name == UNSEEN_MEMBER:
            self._unseen |= dict.fromkeys(self._read_settings(member, read_unseen))
        else:
            self._read_listening(member)

    def _read_settings(
        self, member: Member, read: Callable[[object], _Found | None]
    ) -> Iterator[_Found]:
        for row in read_elements(member, "rows.item", self._on_bytes):
            self._settings += 1
            found = read(row)
            if isinstance(found, ListenedTrack):
                self._letters += count_letters(found)
            if self._settings > MAX_SETTINGS or self._letters > MAX_LETTERS:
                raise FaultyFile(Fault.TOO_MUCH, member.name)
            if found is not None:
                yield found

    def _read_listening(self, member: Member) -> None:
        before = self._rows
        rows: Iterator[object] = (
            read_table(member, self._on_bytes)
            if member.is_table
            else read_elements(member, "rows.item", self._on_bytes)
        )
        for row in rows:
            self._rows += 1
            place = read_place(row)
            if place is None or not self._add(place):
                self._dropped[Dropped.MALFORMED] += 1
            if self._rows > MAX_ROWS or self._letters > MAX_LETTERS:
                raise FaultyFile(Fault.TOO_MUCH, member.name)
        # Whoever has left out something without any listening has an export with no rows.
        if self._rows == before and member.entry is None:
            raise FaultyFile(Fault.NO_EXPORT, member.name)

    def _add(self, place: ExportedPlace) -> bool:
        """Add a place to its list; tell whether there is room for its source."""
        self._sources.add(place.source)
        if len(self._sources) > _MAX_SOURCES:
            return False
        item = place.item
        if isinstance(item, ListenedTrack):
            self._letters += count_letters(item)
        is_track = isinstance(item, ListenedTrack)
        items = self._lists.setdefault((place.source, place.span, is_track), {})
        key = _key(item)
        known = items.get(key)
        if known is None:
            items[key] = (place.rank, item)
        else:
            self._dropped[Dropped.REPEATED] += 1
            items[key] = (min(known[0], place.rank), _with_most_plays(known[1], item))
        return True

    def close(self, faults: list[FaultNote]) -> History:
        sources = sorted({source for source, _span, _is_track in self._lists})
        return History(
            HistoryKind.OWN_EXPORT,
            {},
            self._rows,
            self._dropped,
            faults=tuple(faults),
            exported={source: self._build_lists(source) for source in sources},
            exclusions=tuple(self._exclusions),
            unseen=tuple(self._unseen),
        )

    def _build_lists(self, source: str) -> dict[Span, TopLists]:
        lists: dict[Span, TopLists] = {}
        for span in SPANS:
            tracks = self._in_order((source, span, True))
            artists = self._in_order((source, span, False))
            if tracks or artists:
                lists[span] = TopLists(
                    [item for item in tracks if isinstance(item, ListenedTrack)],
                    [item for item in artists if isinstance(item, PlayedArtist)],
                )
        return lists

    def _in_order(self, listed: _List) -> list[Item]:
        items = self._lists.get(listed, {}).values()
        return [item for _, item in sorted(items, key=lambda one: one[0])]


def _key(item: Item) -> object:
    if isinstance(item, PlayedArtist):
        return item.artist.spotify_id or item.artist.name
    return item.spotify_id or (item.name, item.artists)


def _with_most_plays(item: Item, other: Item) -> Item:
    if not isinstance(item, PlayedArtist) or not isinstance(other, PlayedArtist):
        return item
    plays = [one.play_count for one in (item, other) if one.play_count is not None]
    return PlayedArtist(item.artist, max(plays, default=None))
