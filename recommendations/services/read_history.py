"""Reads what a listener brought into top lists: recognises the files and calls their reader."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from recommendations.sources.brought_file import (
    BroughtFile,
    FileKind,
    Recognised,
    as_fault,
    recognise,
)
from recommendations.sources.csv_file import UnreadableFile
from recommendations.sources.exportify import Playlists, TooManyRows
from recommendations.sources.faults import Fault, FaultNote, FaultyFile
from recommendations.sources.history import History
from recommendations.sources.own_export import read_own_export
from recommendations.sources.spotify_export import read_spotify_export

# Chosen by us: clocks differ, and beyond that a time in the future would shift all time ranges.
_CLOCK_TOLERANCE = timedelta(days=1)

OnBytes = Callable[[int], object]


def group_by_kind(files: Iterable[BroughtFile]) -> dict[FileKind, list[Recognised]]:
    """Return the files of each kind, in their order. Raises ``FaultyFile``."""
    groups: dict[FileKind, list[Recognised]] = {}
    for file in files:
        recognised = recognise(file)
        groups.setdefault(recognised.kind, []).append(recognised)
    return groups


def count_bytes(group: Sequence[Recognised]) -> int:
    """Return how many bytes there are to read; of tables in a zip, fewer than there are."""
    return sum(
        sum(member.size_bytes for member in one.members) or one.file.path.stat().st_size
        for one in group
    )


def read_history(group: Sequence[Recognised], *, now: datetime, on_bytes: OnBytes) -> History:
    """Read files of one kind as one history.

    What could be read of a damaged file is in it, with the damage in ``faults``. Raises
    ``FaultyFile`` where nothing is to be kept.
    """
    kind = group[0].kind
    members = [member for one in group for member in one.members]
    if kind is FileKind.SPOTIFY:
        return read_spotify_export(members, now + _CLOCK_TOLERANCE, on_bytes)
    if kind is FileKind.OWN_EXPORT:
        return read_own_export(members, on_bytes)
    return _read_playlists(group, on_bytes)


def _read_playlists(group: Sequence[Recognised], on_bytes: OnBytes) -> History:
    playlists = Playlists()
    faults: list[FaultNote] = []
    for one in group:
        try:
            playlists.read(one.file.path, on_bytes)
        except TooManyRows as error:
            raise FaultyFile(Fault.TOO_MUCH, one.file.name) from error
        except UnreadableFile as error:
            faults.append(as_fault(error, one.file).note)
    return playlists.close(faults)
