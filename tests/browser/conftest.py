"""Real browsers: one that draws no faster than pages need, one that draws by WebGL."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

# Playwright's synchronous interface runs an event loop in the test's thread, which Django takes
# for asynchronous code; the database is used between the browser's steps only.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# Long enough for a loaded machine; only a failing test waits so long.
expect.set_options(timeout=60_000)

NAMES = ["chromium", "chromium-browser", "google-chrome"]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WEBGL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


def launch(playwright: Playwright, *arguments: str) -> Browser:
    """Start the machine's Chromium, or the one that Playwright has installed."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return playwright.chromium.launch(executable_path=found, args=[*ARGUMENTS, *arguments])


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What starts browsers."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Start a browser, once."""
    started = launch(playwright, "--disable-gpu")
    yield started
    started.close()


@pytest.fixture(scope="session")
def drawing_browser(playwright: Playwright) -> Iterator[Browser]:
    """Start a browser that draws by WebGL without a graphics card, once."""
    started = launch(playwright, *WEBGL)
    yield started
    started.close()
