"""Writes tables into a zip, each as JSON and as CSV: row by row, whatever their size."""

import csv
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from django.utils import timezone

from recommendations.csv_cells import as_text

READ_ME = "read-me.txt"
VERSION = 1
# Chosen by us: a thousand places are some 100 kB; what is larger is written to disk.
IN_MEMORY_BYTES = 1024 * 1024

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; a row may be without some of the columns."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Row]


def json_member(name: str) -> str:
    """Return what a table's JSON is called in the zip."""
    return f"json/metarec-{name}.json"


def csv_member(name: str) -> str:
    """Return what a table's CSV is called in the zip."""
    return f"csv/metarec-{name}.csv"


def write_tables(stream: IO[bytes], tables: Iterable[Table], read_me: str) -> None:
    """Write the zip; each table is gone through once."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_member(READ_ME), read_me)
        for table in tables:
            with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as cells:
                _write_json(archive, table, cells)
                cells.seek(0)
                with archive.open(_member(csv_member(table.name)), "w") as member:
                    shutil.copyfileobj(cells, member)


def _member(name: str) -> zipfile.ZipInfo:
    """Return a member that was made now; without a time, it would be of 1980."""
    member = zipfile.ZipInfo(name, timezone.now().timetuple()[:6])
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _write_json(
    archive: zipfile.ZipFile, table: Table, cells: "tempfile.SpooledTemporaryFile[bytes]"
) -> None:
    """Write a table as JSON, and its CSV to where it waits for its turn."""
    text = io.TextIOWrapper(cells, encoding="utf-8", newline="", write_through=True)
    written = csv.writer(text)
    written.writerow(table.columns)
    with archive.open(_member(json_member(table.name)), "w") as member:
        form = json.dumps(f"metarec {table.name.replace('-', ' ')}")
        member.write(f'{{"format": {form}, "version": {VERSION}, "rows": ['.encode())
        for number, row in enumerate(table.rows):
            member.write(b",\n" if number else b"\n")
            member.write(json.dumps(row, ensure_ascii=False, default=_as_json).encode())
            written.writerow([_as_cell(row.get(column)) for column in table.columns])
        member.write(b"\n]}\n")
    text.detach()


def _as_json(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value))


def _as_cell(value: Any) -> str | float | None:  # noqa: ANN401 - whatever a row holds
    """Return what a spreadsheet shows; of artists and the like, the names."""
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, list | dict):
        is_named = isinstance(value, list) and all("name" in one for one in value)
        joined = "; ".join(str(one["name"]) for one in value) if is_named else json.dumps(value)
        return as_text(joined)
    return as_text(value if isinstance(value, str) else _as_json(value))
