"""What both imports share: checking every file first, the report, the file of rejected rows."""

import csv
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self, TypeVar

from django.db import IntegrityError, OperationalError

from recommendations.sources.csv_file import CsvTable, UnreadableFile, find_tables, read_rows

Reader = TypeVar("Reader")


class Progress(Protocol):
    """Hears how far an import is."""

    def begin(self, step: str, total: int | None, unit: str) -> None:
        """Begin a step of so many bytes or rows, None if nobody knows."""

    def advance(self, amount: int) -> None:
        """Go on by so many of the step's units."""


@dataclass(slots=True)
class ImportReport:
    """What an import did; every number is of what is committed.

    For a catalogue, ``added``, ``updated`` and ``unchanged`` count tracks and ``repeated`` the
    rows of tracks that came before in the same file: together they are ``rows_used``. For
    listeners they count listeners, and ``rows_used`` counts places in their lists.
    ``discarded`` counts, per field, the values that cannot be right.
    """

    rows_used: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0
    rejected: int = 0
    discarded: Counter[str] = field(default_factory=Counter)
    stale_listeners: set[int] = field(default_factory=set)
    profiles_recomputed: int = 0
    seconds: float = 0.0
    rejects_path: Path | None = None

    @property
    def rows_read(self) -> int:
        """Return the number of rows that were dealt with."""
        return self.rows_used + self.rejected


class ImportStopped(Exception):  # noqa: N818 - the name says what it is
    """An import ended before its end; ``report`` says what was kept."""

    def __init__(self, reason: str, report: ImportReport) -> None:
        super().__init__(reason)
        self.reason = reason
        self.report = report


class ImportInterrupted(ImportStopped):
    """The person who started the import stopped it."""


@contextmanager
def keep_report(report: ImportReport) -> Iterator[None]:
    """Time an import, and raise ``ImportStopped`` if it ends before its end."""
    started = time.monotonic()
    try:
        yield
    except KeyboardInterrupt as error:
        raise ImportInterrupted("Stopped.", report) from error
    except (OperationalError, IntegrityError) as error:  # locked for long; changed by another
        raise ImportStopped(f"The database did not take the rows: {error}.", report) from error
    except UnreadableFile as error:
        raise ImportStopped(str(error), report) from error
    finally:
        report.seconds = time.monotonic() - started


def check_tables(
    paths: Sequence[Path],
    recognise: Callable[[CsvTable], Reader],
    progress: Progress,
) -> tuple[list[tuple[CsvTable, Reader]], int]:
    """Read all files to their end before anything is written, and return their tables.

    ``recognise`` returns how to read a table or raises ``UnreadableFile``. The second value is
    the number of unpacked bytes in all. Raises ``UnreadableFile``.
    """
    tables = [(table, recognise(table)) for path in paths for table in find_tables(path)]
    total = 0

    def count(amount: int) -> None:
        nonlocal total
        total += amount
        progress.advance(amount)

    progress.begin("Checking", None, "B")
    for table, _ in tables:
        for _row in read_rows(table, count):
            pass
    return tables, total


def require_rows(report: ImportReport) -> None:
    """Raise ``UnreadableFile`` when not one row could be used."""
    if report.rows_used:
        return
    if not report.rejected:
        raise UnreadableFile("There is no row below the header.")
    rejected = f"Not one of {report.rejected:,} rows can be used"
    raise UnreadableFile(f"{rejected}; {report.rejects_path} has the reasons.")


class RejectsFile:
    """A CSV file of the rejected rows: file, line, reason. There is none if nothing is rejected."""

    def __init__(self, folder: Path, first_source: Path, report: ImportReport) -> None:
        self._path = folder / f"{first_source.name}.rejected.csv"
        self._report = report
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, table_name: str, line: int, reason: str) -> None:
        """Write down one row. Raises ``UnreadableFile`` where the folder takes no file."""
        if self._file is None:
            self._file = self._open()
        csv.writer(self._file).writerow([table_name, line, reason])
        self._report.rejected += 1

    def _open(self) -> IO[str]:
        try:
            file = self._path.open("w", encoding="utf-8", newline="")
        except OSError as error:
            message = f"The rejected rows cannot be written to {self._path}: {error.strerror}."
            raise UnreadableFile(message) from error
        csv.writer(file).writerow(["file", "line", "reason"])
        self._report.rejects_path = self._path
        return file
