"""Reads answers as a browser and a spreadsheet would, to find what got out of its place."""

import csv
import io
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from recommendations.csv_cells import as_text

# Ends an attribute by either quote, begins an element and a formula.
PAYLOAD = "=\"'><xss42 onload=xss42()>"
MARK = "xss42"
_ADDRESSES = {"action", "formaction", "href", "hx-get", "hx-post", "src"}
_SCHEMES = ("data:", "javascript:", "vbscript:")
# What is none of these a browser might take for a page.
_TYPES = {
    "application/json",
    "application/vnd.oai.openapi+json",
    "application/xspf+xml",
    "application/zip",
    "image/png",
    "text/csv",
    "text/html",
}


class _Page(HTMLParser):
    """Collects the faults of a page, and whether the mark is part of its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self._script: list[tuple[str, str | None]] | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if MARK in tag or tag == "style":
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name == "style" or MARK in name:
                self.faults.append(f"<{tag} {name}>")
            if name in _ADDRESSES and (value or "").strip().lower().startswith(_SCHEMES):
                self.faults.append(f"<{tag} {name}={value}>")
        self._script = attrs if tag == "script" else None

    def handle_data(self, data: str) -> None:
        if self._script is not None and data.strip():
            self.faults.append(f"<script>{data[:40]}")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - whatever ends
        self._script = None


def find_faults(response: Any) -> list[str]:
    """Return what of an answer a browser would run, or a spreadsheet compute."""
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    content = b"".join(response) if response.streaming else response.content
    if not content:
        return []
    faults = [] if response.headers["X-Content-Type-Options"] == "nosniff" else ["sniffed"]
    if kind not in _TYPES:
        faults.append(kind)
    if kind == "text/html":
        faults += _Page(content.decode()).faults
    for table in _find_tables(kind, content):
        cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
        faults += [cell for cell in cells if as_text(cell) != cell]
    return faults


def _find_tables(kind: str, content: bytes) -> Iterator[str]:
    if kind == "text/csv":
        yield content.decode()
    if kind == "application/zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                if name.endswith(".csv"):
                    yield archive.read(name).decode()
