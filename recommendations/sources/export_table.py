"""Reads the lists of the site's own export from its CSV, as people edit it in spreadsheets.

Part of step 2 of the data's way. Artists of a track come by their names: their ids are in the JSON.
"""

from collections.abc import Iterator
from typing import Any

from recommendations.csv_cells import read_text
from recommendations.sources.brought_file import Member, as_fault
from recommendations.sources.csv_file import OnBytes, UnreadableFile, find_tables, read_rows

_NUMBERS = ("rank", "duration_ms", "play_count")
_BOOLEANS = {"true": True, "false": False}
# Of a number that a database holds, and more than that is none.
_MAX_DIGITS = 10


def read_table(member: Member, on_bytes: OnBytes) -> Iterator[dict[str, Any]]:
    """Yield the rows as the JSON has them. Raises ``FaultyFile`` where the damage is."""
    try:
        [table] = find_tables(member.file.path)
        for row in read_rows(table, on_bytes):
            yield _read_row(dict(zip(table.header, row.values, strict=False)))
    except UnreadableFile as error:
        raise as_fault(error, member.file) from error


def _read_row(cells: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {name: read_text(cell) for name, cell in cells.items()}
    row |= {name: _read_number(cells.get(name, "")) for name in _NUMBERS}
    row["artists"] = [{"name": name} for name in row.get("artists", "").split("; ")]
    row["explicit"] = _BOOLEANS.get(cells.get("explicit", "").strip().lower())
    return row


def _read_number(cell: str) -> int | None:
    text = cell.strip()
    is_whole = text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS
    return int(text) if is_whole else None
