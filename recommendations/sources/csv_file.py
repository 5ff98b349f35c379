"""Reads CSV files, plain or compressed, as a stream of rows with their line numbers.

Part of step 2 of the data's way. Files come from strangers: a row is never longer in memory than
``MAX_RECORD_BYTES``, an archive never unpacks to disk, and whatever is wrong with a file is one
sentence in an ``UnreadableFile``.
"""

import contextlib
import csv
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import IO, NamedTuple, cast

# Chosen by us: the longest row of the known files is some kilobytes.
MAX_RECORD_BYTES = 1024 * 1024
# Chosen by us: the largest known file is 350 MB, and real CSV shrinks to a third or a tenth.
MAX_UNPACKED_BYTES = 8 * 1024**3
MAX_RATIO = 200
RATIO_FREE_BYTES = 16 * 1024**2
MAX_MEMBERS = 1000

_GZIP_SIGNATURE = b"\x1f\x8b"
_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_IS_ENCRYPTED = 0x1  # general purpose bit 0, PKWARE's APPNOTE.TXT 4.4.4
_PROGRESS_STEP = 64 * 1024
_DAMAGE = (EOFError, OSError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)

OnBytes = Callable[[int], object]


class UnreadableFile(Exception):  # noqa: N818 - the name says what it is
    """A file cannot be read; the text is one sentence for the person who gave it."""


class CsvRow(NamedTuple):
    """A row and the line of the file it begins in; line 1 is the first."""

    line: int
    values: list[str]


@dataclass(frozen=True, slots=True)
class CsvTable:
    """One table of a file: the file itself, or one member of a zip.

    ``byte_limit`` is how much it may unpack to.
    """

    path: Path
    member: str | None
    byte_limit: int
    header: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return what to call the table towards people."""
        name = self.path.name if self.member is None else f"{self.path.name}/{self.member}"
        # A name within a zip can hold what a terminal takes for a command.
        return "".join(letter if letter.isprintable() else "?" for letter in name)


def find_tables(path: Path) -> list[CsvTable]:
    """Return the tables of a CSV file, a gzipped one, or a zip of them, with their headers.

    What the file is, its first bytes say, not its name. Raises ``UnreadableFile``.
    """
    tables = [_with_header(table) for table in _find_members(path)]
    if not tables:
        raise UnreadableFile(f"{path.name} is a zip without any .csv file in it.")
    return tables


def read_rows(table: CsvTable, on_bytes: OnBytes) -> Iterator[CsvRow]:
    """Yield the rows below the header, blank lines left out; ``on_bytes`` hears of progress.

    The bytes counted are the unpacked ones. Raises ``UnreadableFile`` where the damage is.
    """
    records = _read_records(table, on_bytes)
    next(records)
    yield from records


def _with_header(table: CsvTable) -> CsvTable:
    with contextlib.closing(_read_records(table, lambda _: None)) as records:
        first = next(records, None)
    if first is None:
        raise UnreadableFile(f"{table.name} is empty.")
    header = tuple(value.strip() for value in first.values)
    named = [name for name in header if name]
    if len(set(named)) < len(named):
        raise UnreadableFile(f"{table.name} has two columns of the same name in its header.")
    return CsvTable(table.path, table.member, table.byte_limit, header)


def _find_members(path: Path) -> list[CsvTable]:
    try:
        mode = path.stat().st_mode
        if S_ISDIR(mode):
            raise UnreadableFile(f"{path} is a folder; name the files in it.")
        if not S_ISREG(mode):
            raise UnreadableFile(f"{path} is not a regular file; it has to be read twice.")
        with path.open("rb") as file:
            signature = file.read(4)
        if signature in _ZIP_SIGNATURES:
            return _find_zip_members(path)
    except FileNotFoundError as error:
        raise UnreadableFile(f"{path} does not exist.") from error
    except OSError as error:
        raise UnreadableFile(f"{path.name} cannot be read: {error.strerror or error}.") from error
    if signature.startswith(_GZIP_SIGNATURE):
        packed_bytes = path.stat().st_size
        limit = min(MAX_UNPACKED_BYTES, max(RATIO_FREE_BYTES, MAX_RATIO * packed_bytes))
        return [CsvTable(path, None, limit)]
    return [CsvTable(path, None, path.stat().st_size)]


def _find_zip_members(path: Path) -> list[CsvTable]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if _is_csv_member(info)]
    except NotImplementedError as error:
        raise UnreadableFile(f"{path.name} is packed in a way that cannot be read here.") from error
    except (zipfile.BadZipFile, UnicodeDecodeError) as error:  # of a name that is not UTF-8
        raise UnreadableFile(f"{path.name} is a damaged zip or was cut short.") from error
    if len(members) > MAX_MEMBERS:
        raise UnreadableFile(f"{path.name} holds more than {MAX_MEMBERS} .csv files.")
    return [_check_member(path, info) for info in members]


def _is_csv_member(info: zipfile.ZipInfo) -> bool:
    parts = info.filename.split("/")
    is_system_file = parts[0] == "__MACOSX" or parts[-1].startswith(".")
    return not is_system_file and parts[-1].lower().endswith(".csv")


def _check_member(path: Path, info: zipfile.ZipInfo) -> CsvTable:
    table = CsvTable(path, info.filename, info.file_size)
    if info.flag_bits & _IS_ENCRYPTED:
        raise UnreadableFile(f"{table.name} is encrypted; unpack it first.")
    limit = min(MAX_UNPACKED_BYTES, max(RATIO_FREE_BYTES, MAX_RATIO * info.compress_size))
    if info.file_size > limit:
        raise _too_large(table.name)
    return table


def _too_large(name: str) -> UnreadableFile:
    return UnreadableFile(f"{name} would unpack to far more than a real file of its size.")


def _read_records(table: CsvTable, on_bytes: OnBytes) -> Generator[CsvRow]:
    with _open_stream(table) as stream:
        lines = _Lines(stream, table, on_bytes)
        reader = csv.reader(lines)
        while True:
            lines.begin_record()
            try:
                values = next(reader)
            except StopIteration:
                lines.report_progress()
                return
            except csv.Error as error:
                raise lines.unreadable(f"cannot be read as CSV ({error})") from error
            if lines.is_at_end:  # the reader asked for more in the middle of a row
                raise lines.unreadable("opens a quote that is never closed")
            if values:
                yield CsvRow(lines.record_line, values)


class _Lines:
    """The lines of a stream as text, within the limits of size."""

    def __init__(self, stream: IO[bytes], table: CsvTable, on_bytes: OnBytes) -> None:
        self.is_at_end = False
        self.record_line = 1
        self._stream = stream
        self._table = table
        self._on_bytes = on_bytes
        self._line = 0
        self._record_bytes = 0
        self._total_bytes = 0
        self._reported_bytes = 0

    def begin_record(self) -> None:
        self.record_line = self._line + 1
        self._record_bytes = 0

    def report_progress(self) -> None:
        self._on_bytes(self._total_bytes - self._reported_bytes)
        self._reported_bytes = self._total_bytes

    def unreadable(self, what: str) -> UnreadableFile:
        return UnreadableFile(f"{self._table.name} {what}; see line {self.record_line}.")

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._read_line()
        if not line:
            self.is_at_end = True
            raise StopIteration
        self._line += 1
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self.unreadable("is not UTF-8 text; save it as UTF-8 first") from error
        if "\0" in text:
            raise self.unreadable("holds a NUL byte, so it is no CSV text or it is damaged")
        return text.removeprefix("\ufeff") if self._line == 1 else text

    def _read_line(self) -> bytes:
        try:
            line = self._stream.readline(MAX_RECORD_BYTES + 1 - self._record_bytes)
        except _DAMAGE as error:
            message = f"{self._table.name} is damaged or was cut short."
            raise UnreadableFile(message) from error
        self._record_bytes += len(line)
        self._total_bytes += len(line)
        if self._record_bytes > MAX_RECORD_BYTES:
            limit = f"{MAX_RECORD_BYTES // 1024**2} MiB"
            raise self.unreadable(f"has a row of more than {limit}, or a quote is not closed")
        if self._total_bytes > self._table.byte_limit:
            raise _too_large(self._table.name)
        if self._total_bytes - self._reported_bytes >= _PROGRESS_STEP:
            self.report_progress()
        return line


@contextlib.contextmanager
def _open_stream(table: CsvTable) -> Iterator[IO[bytes]]:
    """Open the unpacked bytes; whatever fails here is damage too."""
    with contextlib.ExitStack() as stack:
        try:
            if table.member is not None:
                archive = stack.enter_context(zipfile.ZipFile(table.path))
                member = stack.enter_context(archive.open(table.member))
                stream: IO[bytes] = io.BufferedReader(cast("io.RawIOBase", member))
            else:
                stream = stack.enter_context(table.path.open("rb"))
                if stream.read(2) == _GZIP_SIGNATURE:
                    stream.seek(0)
                    stream = cast("IO[bytes]", stack.enter_context(gzip.GzipFile(fileobj=stream)))
                else:
                    stream.seek(0)
        except NotImplementedError as error:
            message = f"{table.name} is packed in a way that cannot be read here."
            raise UnreadableFile(message) from error
        except (KeyError, UnicodeDecodeError, *_DAMAGE) as error:
            raise UnreadableFile(f"{table.name} is damaged or was cut short.") from error
        yield stream
