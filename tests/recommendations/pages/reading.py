"""Reads a page as people do."""

import html
import re
from typing import Protocol


class Page(Protocol):
    """What was answered, by the test client or by a view itself."""

    @property
    def content(self) -> bytes:
        """The page's bytes."""


def read_text(response: Page) -> str:
    """Return the words of the page's main part on one line, without tags."""
    main = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL)
    assert main is not None
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0])).split())
