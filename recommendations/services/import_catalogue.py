"""Imports catalogue files: from a file's rows to tracks, credits and audio features."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from recommendations.features.catalogue_file import (
    LAYOUTS,
    CatalogueReader,
    CatalogueTrack,
    describe_nearest_layout,
    recognise_catalogue,
)
from recommendations.rejected_row import RejectedRow
from recommendations.services.import_files import (
    ImportReport,
    Progress,
    RejectsFile,
    check_tables,
    keep_report,
    require_rows,
)
from recommendations.services.store_tracks import SeenTracks, store_tracks
from recommendations.sources.csv_file import CsvTable, UnreadableFile, read_rows

# Chosen by us: long enough that a batch costs little beside its rows, short enough that the site
# can write in between (a fraction of a second).
BATCH_ROWS = 2000


def import_catalogue(
    paths: Sequence[Path], *, rejects_folder: Path, progress: Progress
) -> ImportReport:
    """Import files one after the other, a batch of rows a transaction.

    All files are checked before the first write. Listeners who have a changed track are marked
    stale. Raises ``ImportStopped`` with what was kept; importing again goes on from there.
    """
    report = ImportReport()
    with keep_report(report):
        tables, total = check_tables(paths, _recognise, progress)
        progress.begin("Importing", total, "B")
        with RejectsFile(rejects_folder, paths[0], report) as rejects:
            for table, reader in tables:
                tracks = _read_tracks(table, reader, rejects, progress)
                _store_all(tracks, report)
        require_rows(report)
    return report


def _recognise(table: CsvTable) -> CatalogueReader:
    reader = recognise_catalogue(table.header)
    if reader is None:
        known = ", ".join(layout.name for layout in LAYOUTS)
        raise UnreadableFile(
            f"{table.name} has not the columns of a known catalogue ({known}): "
            f"{describe_nearest_layout(table.header)}."
        )
    return reader


def _read_tracks(
    table: CsvTable, reader: CatalogueReader, rejects: RejectsFile, progress: Progress
) -> Iterator[CatalogueTrack]:
    for line, values in read_rows(table, progress.advance):
        try:
            track = reader.read_track(values)
        except RejectedRow as error:
            rejects.add(table.name, line, str(error))
        else:
            yield track


def _store_all(tracks: Iterator[CatalogueTrack], report: ImportReport) -> None:
    seen = SeenTracks()
    while batch := list(islice(tracks, BATCH_ROWS)):
        stored = store_tracks(batch, seen)
        report.rows_used += len(batch)
        report.added += stored.added
        report.updated += stored.updated
        report.unchanged += stored.unchanged
        report.repeated += stored.repeated
        report.stale_listeners |= stored.stale_listeners
        for track in batch:
            report.discarded.update(track.discarded)
