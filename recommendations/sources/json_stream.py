"""Reads the elements of a JSON array as a stream, within limits of size and depth.

Part of step 2 of the data's way. Whatever is wrong is a ``FaultyFile``, which comes after every
element that is whole.
"""

import codecs
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any

import ijson

from recommendations.sources.brought_file import Member, open_member
from recommendations.sources.faults import Fault, FaultyFile

OnBytes = Callable[[int], object]

_CHUNK_BYTES = 16 * 1024
# Chosen by us: a row of the known files has some hundred bytes.
_MAX_ROW_BYTES = 1024 * 1024
# Chosen by us: more brackets than two chunks of real rows have. What is nested takes ijson memory
# that grows with the square of the depth.
_MAX_BRACKETS = 2000
_DAMAGE = (EOFError, OSError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)


def read_elements(member: Member, prefix: str, on_bytes: OnBytes) -> Iterator[Any]:
    """Yield what stands at the prefix, in ijson's terms; ``on_bytes`` hears of progress.

    Raises ``FaultyFile`` where the damage is.
    """
    found = ijson.sendable_list()
    parser = ijson.items_coro(found, prefix, use_float=True)
    limits = _Limits(member)
    with open_member(member) as stream:
        chunks = _read_text(stream, member)
        while True:
            fault: FaultyFile | None = None
            try:
                chunk = next(chunks)
                limits.check(chunk)
                parser.send(chunk)
            except StopIteration:
                break
            except FaultyFile as error:
                fault = error
            except (ijson.JSONError, ValueError, ArithmeticError, RecursionError):
                fault = FaultyFile(Fault.BROKEN_JSON, member.name)
            yield from found
            if fault is not None:
                raise fault
            limits.note(len(found))
            found.clear()
            on_bytes(len(chunk))
        try:
            parser.close()
        except ijson.JSONError as error:
            raise FaultyFile(Fault.BROKEN_JSON, member.name) from error


class _Limits:
    """Watches what the parser has to hold while no element is whole."""

    def __init__(self, member: Member) -> None:
        self._member = member
        self._total = 0
        self._bytes = self._brackets = 0  # since the chunk before the last whole element
        self._last = (0, 0)

    def check(self, chunk: bytes) -> None:
        self._total += len(chunk)
        self._last = (len(chunk), chunk.count(b"[") + chunk.count(b"{"))
        self._bytes += self._last[0]
        self._brackets += self._last[1]
        if self._total > self._member.size_bytes or self._bytes > _MAX_ROW_BYTES:
            raise FaultyFile(Fault.TOO_LARGE, self._member.name)
        if self._brackets > _MAX_BRACKETS:
            raise FaultyFile(Fault.BROKEN_JSON, self._member.name)

    def note(self, elements: int) -> None:
        if elements:
            self._bytes, self._brackets = self._last


def _read_text(stream: IO[bytes], member: Member) -> Iterator[bytes]:
    """Yield chunks that are UTF-8, without the mark that some programs put before it."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_first = True
    while True:
        try:
            chunk = stream.read(_CHUNK_BYTES)
        except _DAMAGE as error:
            raise FaultyFile(Fault.DAMAGED_ZIP, member.name) from error
        if not chunk:
            return
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            good_bytes = len(chunk) - (len(error.object) - error.start)
            if good_bytes > 0:
                yield chunk[:good_bytes]
            raise FaultyFile(Fault.ENCODING, member.name) from error
        text = chunk.removeprefix(codecs.BOM_UTF8) if is_first else chunk
        is_first = False
        if text:  # nothing at all would be the end to the parser
            yield text
