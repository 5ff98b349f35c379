"""Imports listeners' files: from a file's rows to listeners, top tracks and top artists."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from accounts.models import User
from recommendations.features.artist_lists import CreditedArtist
from recommendations.models import StaleProfile, Track
from recommendations.rejected_row import RejectedRow
from recommendations.services.artists import resolve_artists
from recommendations.services.import_files import (
    ImportReport,
    Progress,
    RejectsFile,
    check_tables,
    keep_report,
    require_rows,
)
from recommendations.services.listener_lists import ListenerList, ListenerRows, ListEntry
from recommendations.services.profiles import recompute_stale_profiles
from recommendations.services.store_listening import StoredLists, store_lists
from recommendations.services.transactions import retried_transaction
from recommendations.sources.csv_file import CsvTable, UnreadableFile, read_rows
from recommendations.sources.listener_file import (
    ARTIST_COLUMNS,
    TRACK_COLUMNS,
    ListenedEntry,
    ListenerLayout,
    recognise_listener_layout,
)

# Chosen by us: rows looked up at a time, and about as many written in one transaction.
BATCH_ROWS = 5000

_FOREIGN_ACCOUNT = "the name belongs to an account that no import made"
_UNKNOWN_TRACK = "the track is not in the catalogue; import the catalogue first"


def import_listeners(
    paths: Sequence[Path], *, discoverable: bool, rejects_folder: Path, progress: Progress
) -> ImportReport:
    """Import files one after the other, then recompute the profiles of everybody who changed.

    All files are checked before the first write, and a listener's list is always the old one or
    the new one. Accounts that no import made are left alone. Raises ``ImportStopped`` with what
    was kept; importing again goes on from there.
    """
    report = ImportReport()
    with keep_report(report):
        tables, _ = check_tables(paths, _recognise, progress)
        with RejectsFile(rejects_folder, paths[0], report) as rejects:
            run = _Run(report, rejects, progress, discoverable=discoverable)
            for table, layout in tables:
                run.import_table(table, layout)
        require_rows(report)
        progress.begin("Computing profiles", StaleProfile.objects.count(), " listeners")
        report.profiles_recomputed = recompute_stale_profiles(_Steps(progress))
    return report


def _recognise(table: CsvTable) -> ListenerLayout:
    layout = recognise_listener_layout(table.header)
    if layout is None:
        raise UnreadableFile(
            f"{table.name} has neither the columns {','.join(TRACK_COLUMNS)} nor "
            f"{','.join(ARTIST_COLUMNS)} in its header."
        )
    return layout


class _Steps:
    """Tells a progress that counts up what one that says how far it is hears."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._done = 0

    def __call__(self, done: int, _to_do: int) -> None:
        self._progress.advance(done - self._done)
        self._done = done


class _Run:
    """One import of several tables."""

    def __init__(
        self, report: ImportReport, rejects: RejectsFile, progress: Progress, *, discoverable: bool
    ) -> None:
        self._report = report
        self._rejects = rejects
        self._progress = progress
        self._discoverable = discoverable
        self._foreign_names = _load_foreign_names()
        self._track_ids: dict[str, int] = {}
        self._artist_ids: dict[str, int] = {}
        self._added: set[int] = set()
        self._updated: set[int] = set()
        self._all: set[int] = set()

    def import_table(self, table: CsvTable, layout: ListenerLayout) -> None:
        rows = self._read(table, layout)
        self._progress.begin(f"Storing {table.name}", len(rows), " rows")
        for lists in _cut_by_rows(rows.build_lists()):
            stored = store_lists(
                lists, of_tracks=layout.lists_tracks, discoverable=self._discoverable
            )
            self._count(table, lists, stored)

    def _read(self, table: CsvTable, layout: ListenerLayout) -> ListenerRows:
        """Read the rows and look up their tracks, or make their artists."""
        rows = ListenerRows()
        self._progress.begin(f"Reading {table.name}", None, "B")
        entries = self._read_entries(table, layout)
        find = self._find_tracks if layout.lists_tracks else self._find_artists
        while chunk := list(islice(entries, BATCH_ROWS)):
            item_ids = find(dict.fromkeys(entry.item for _, entry in chunk))
            for line, entry in chunk:
                item_id = item_ids.get(entry.item)
                if item_id is None:
                    self._rejects.add(table.name, line, _UNKNOWN_TRACK)
                else:
                    place = ListEntry(entry.rank, item_id, entry.play_count, line)
                    rows.add(entry.listener, place)
        return rows

    def _read_entries(
        self, table: CsvTable, layout: ListenerLayout
    ) -> Iterator[tuple[int, ListenedEntry]]:
        for line, values in read_rows(table, self._progress.advance):
            try:
                entry = layout.read_entry(values)
            except RejectedRow as error:
                self._rejects.add(table.name, line, str(error))
                continue
            if entry.listener.casefold() in self._foreign_names:
                self._rejects.add(table.name, line, _FOREIGN_ACCOUNT)
            else:
                yield line, entry

    def _find_tracks(self, spotify_ids: Iterable[str]) -> dict[str, int]:
        new = [spotify_id for spotify_id in spotify_ids if spotify_id not in self._track_ids]
        for spotify_id, pk in Track.objects.filter(spotify_id__in=new).values_list(
            "spotify_id", "pk"
        ):
            self._track_ids[str(spotify_id)] = pk
        return self._track_ids

    def _find_artists(self, names: Iterable[str]) -> dict[str, int]:
        new = [CreditedArtist(name, None) for name in names if name not in self._artist_ids]
        found = retried_transaction(resolve_artists)(new)
        self._artist_ids |= {artist.name: pk for artist, pk in found.items()}
        return self._artist_ids

    def _count(self, table: CsvTable, lists: Iterable[ListenerList], stored: StoredLists) -> None:
        """Take over what one committed batch did."""
        for one in lists:
            self._progress.advance(len(one.entries) + len(one.rejected))
            if one.listener in stored.refused:
                for entry in one.entries:
                    self._rejects.add(table.name, entry.line, _FOREIGN_ACCOUNT)
            else:
                self._report.rows_used += len(one.entries)
            for line, reason in one.rejected:
                self._rejects.add(table.name, line, reason)
        self._added |= stored.added
        self._updated |= stored.updated
        self._all |= stored.added | stored.updated | stored.unchanged
        self._updated -= self._added
        self._report.added = len(self._added)
        self._report.updated = len(self._updated)
        self._report.unchanged = len(self._all) - len(self._added) - len(self._updated)


def _load_foreign_names() -> set[str]:
    """Return the names that imports must leave alone, in any case: sign-in ignores it too."""
    accounts = User.objects.exclude(origin=User.Origin.IMPORT)
    names = accounts.values_list("username", flat=True)
    return {name.casefold() for name in names.iterator()}


def _cut_by_rows(lists: Iterable[ListenerList]) -> Iterator[list[ListenerList]]:
    """Cut into batches of about ``BATCH_ROWS`` rows, never within a list."""
    batch: list[ListenerList] = []
    rows = 0
    for one in lists:
        batch.append(one)
        rows += len(one.entries)
        if rows >= BATCH_ROWS:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch
