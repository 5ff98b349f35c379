"""The table of the tracks of an upload that were not found."""

import csv
from typing import Protocol

from recommendations.csv_cells import as_text
from recommendations.models import Upload


class _Writable(Protocol):
    def write(self, text: str, /) -> object:
        """Take a part of the table."""


def write_unmatched(stream: _Writable, upload: Upload) -> None:
    """Write the tracks as CSV, most played first; the names are those of the listener's files."""
    rows = csv.writer(stream)
    rows.writerow(["artist", "title", "plays", "reason"])
    for artist, title, plays, reason in upload.unmatched:
        rows.writerow([as_text(artist), as_text(title), plays, reason])
