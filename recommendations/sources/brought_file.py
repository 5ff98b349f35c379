"""Recognises what a listener brings by what is in it, and finds the members that hold listening.

Part of step 2 of the data's way. Files come from strangers: nothing is unpacked to disk, a name
within a zip is only looked at, never used as a path, and sizes are bounded before they are read.
"""

import contextlib
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from recommendations.sources.csv_file import (
    MAX_RATIO,
    RATIO_FREE_BYTES,
    UnreadableFile,
    find_tables,
)
from recommendations.sources.exportify import is_playlist
from recommendations.sources.faults import Fault, FaultyFile, name_some, printable

# Chosen by us: an extended history has a dozen members of 12 MB for each decade, all of which,
# unpacked, come to some hundred MB.
MAX_MEMBERS = 1000
MAX_UNPACKED_BYTES = 4 * 1024**3
# Chosen by us: some 100 bytes for each member, and the rest of an account data zip has hundreds.
_MAX_DIRECTORY_BYTES = 4 * 1024**2
_HEAD_BYTES = 4096

OWN_EXPORT_MEMBER = "metarec-listening.json"
EXCLUSIONS_MEMBER = "metarec-left-out.json"
UNSEEN_MEMBER = "metarec-unseen-listeners.json"
_OWN_MEMBERS = (OWN_EXPORT_MEMBER, EXCLUSIONS_MEMBER, UNSEEN_MEMBER)
_OWN_COLUMNS = {"list", "source", "time_range", "rank", "name", "artists", "spotify_id"}
# Old and new names of both packages; podcasts, audiobooks and videos are read to be counted.
_SPOTIFY_MEMBER = re.compile(
    r"(streaming_history_(audio|video)_.*|endsong_\d+"
    r"|streaminghistory(_(music|podcast|audiobook|video)_)?\d*)\.json",
    re.IGNORECASE,
)
_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP_SIGNATURE = b"\x1f\x8b"
_UTF16_SIGNATURES = (b"\xff\xfe", b"\xfe\xff")
_UTF8_SIGNATURE = b"\xef\xbb\xbf"
_IS_ENCRYPTED = 0x1  # general purpose bit 0, PKWARE's APPNOTE.TXT 4.4.4


class FileKind(StrEnum):
    """What a file is, as far as can be told without reading it; the values are sources."""

    SPOTIFY = "spotify_export"
    EXPORTIFY = "exportify"
    OWN_EXPORT = "own_export"


@dataclass(frozen=True, slots=True)
class BroughtFile:
    """A file and what the listener called it."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """A file of listening: what was brought, or one entry of a zip.

    ``size_bytes`` is what it unpacks to at most; ``is_table`` says that it is CSV, not JSON.
    """

    file: BroughtFile
    entry: str | None
    size_bytes: int
    is_table: bool = False

    @property
    def name(self) -> str:
        """Return what to call it towards people."""
        base = self.file.name if self.entry is None else self.entry.rsplit("/", 1)[-1]
        return printable(base)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is, and its members of listening; those of tables their reader finds."""

    kind: FileKind
    file: BroughtFile
    members: tuple[Member, ...] = ()


def recognise(file: BroughtFile) -> Recognised:
    """Tell what a file is. Raises ``FaultyFile``."""
    try:
        with file.path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError as error:
        detail = f"{file.name} cannot be read: {error.strerror or error}."
        raise FaultyFile(Fault.TABLE, file.name, detail) from error
    if not head:
        raise FaultyFile(Fault.EMPTY, file.name)
    if head.startswith(_ZIP_SIGNATURES):
        return _recognise_zip(file)
    if head.startswith(_GZIP_SIGNATURE):
        return _recognise_table(file)
    first = head.replace(b"\0", b"").removeprefix(_UTF8_SIGNATURE).lstrip()[:1]
    if head.startswith(_UTF16_SIGNATURES) or (b"\0" in head and first in (b"[", b"{")):
        raise FaultyFile(Fault.ENCODING, file.name)
    if b"\0" in head:
        raise FaultyFile(Fault.NO_HISTORY, file.name)
    if first not in (b"[", b"{"):
        return _recognise_table(file)
    member = Member(file, None, file.path.stat().st_size)
    return Recognised(FileKind.SPOTIFY if first == b"[" else FileKind.OWN_EXPORT, file, (member,))


@contextlib.contextmanager
def open_member(member: Member) -> Iterator[IO[bytes]]:
    """Open the unpacked bytes. Raises ``FaultyFile``; reading may raise what ``zipfile`` raises."""
    with contextlib.ExitStack() as stack:
        try:
            if member.entry is None:
                stream: IO[bytes] = stack.enter_context(member.file.path.open("rb"))
            else:
                archive = stack.enter_context(zipfile.ZipFile(member.file.path))
                stream = stack.enter_context(archive.open(member.entry))
        except NotImplementedError as error:
            raise FaultyFile(Fault.UNKNOWN_PACKING, member.name) from error
        except (KeyError, UnicodeDecodeError, OSError, RuntimeError, zipfile.BadZipFile) as error:
            raise FaultyFile(Fault.DAMAGED_ZIP, member.name) from error
        yield stream


def _recognise_table(file: BroughtFile) -> Recognised:
    try:
        tables = find_tables(file.path)
    except UnreadableFile as error:
        raise as_fault(error, file) from error
    if tables[0].member is None and set(tables[0].header) >= _OWN_COLUMNS:
        member = Member(file, None, file.path.stat().st_size, is_table=True)
        return Recognised(FileKind.OWN_EXPORT, file, (member,))
    if not any(is_playlist(table.header) for table in tables):
        headers = [table.header for table in tables if len(table.header) > 1]
        if not headers:  # of one column is every text
            raise FaultyFile(Fault.NO_HISTORY, file.name)
        raise FaultyFile(Fault.NO_PLAYLIST, file.name, name_some(headers[0]))
    return Recognised(FileKind.EXPORTIFY, file)


def as_fault(error: UnreadableFile, file: BroughtFile) -> FaultyFile:
    """Return what is wrong with a table, under the name that the listener gave the file."""
    if isinstance(error, FaultyFile):
        return error
    return FaultyFile(Fault.TABLE, file.name, str(error).replace(file.path.name, file.name, 1))


def _recognise_zip(file: BroughtFile) -> Recognised:
    entries = _read_directory(file)
    names = {entry.filename: entry for entry in entries if not entry.is_dir()}
    for kind, pattern in (
        (FileKind.SPOTIFY, _SPOTIFY_MEMBER),
        (FileKind.OWN_EXPORT, re.compile("|".join(map(re.escape, _OWN_MEMBERS)))),
    ):
        wanted = [one for name, one in names.items() if pattern.fullmatch(name.rsplit("/", 1)[-1])]
        if wanted:
            return Recognised(kind, file, _check_entries(file, wanted))
    if any(name.lower().endswith(".csv") for name in names):
        return _recognise_table(file)
    if any(name.lower().endswith(".zip") for name in names):
        raise FaultyFile(Fault.NESTED_ZIP, file.name)
    bases = (name.rsplit("/", 1)[-1] for name in names)
    raise FaultyFile(Fault.NO_HISTORY_IN_ZIP, file.name, name_some(bases))


def _read_directory(file: BroughtFile) -> list[zipfile.ZipInfo]:
    """Return the entries of a zip, whose directory is measured before it is read into memory."""
    try:
        with file.path.open("rb") as stream:
            # What ``ZipFile`` itself goes by: another look at the end could see another directory.
            end = zipfile._EndRecData(stream)  # type: ignore[attr-defined] # noqa: SLF001
        if end is not None and end[zipfile._ECD_SIZE] > _MAX_DIRECTORY_BYTES:  # type: ignore[attr-defined] # noqa: SLF001
            raise FaultyFile(Fault.TOO_LARGE, file.name)
        with zipfile.ZipFile(file.path) as archive:
            return archive.infolist()
    except NotImplementedError as error:
        raise FaultyFile(Fault.UNKNOWN_PACKING, file.name) from error
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise FaultyFile(Fault.DAMAGED_ZIP, file.name) from error


def _check_entries(file: BroughtFile, entries: list[zipfile.ZipInfo]) -> tuple[Member, ...]:
    if len(entries) > MAX_MEMBERS:
        raise FaultyFile(Fault.TOO_LARGE, file.name)
    members = []
    for entry in sorted(entries, key=lambda entry: entry.filename):
        member = Member(file, entry.filename, entry.file_size)
        if entry.flag_bits & _IS_ENCRYPTED:
            raise FaultyFile(Fault.ENCRYPTED, file.name)
        if entry.file_size > max(RATIO_FREE_BYTES, MAX_RATIO * entry.compress_size):
            raise FaultyFile(Fault.TOO_LARGE, member.name)
        members.append(member)
    if sum(member.size_bytes for member in members) > MAX_UNPACKED_BYTES:
        raise FaultyFile(Fault.TOO_LARGE, file.name)
    return tuple(members)
