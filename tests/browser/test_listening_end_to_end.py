"""From an empty database to similar users: real processes, a real browser, doubles of services."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.doubles.reccobeats import ReccoBeatsDouble
from tests.doubles.settings import list_settings
from tests.doubles.spotify import SpotifyDouble
from tests.servers import find_free_port
from tests.site_processes import Site, kill_group, wait_until

ROOT = Path(__file__).resolve().parents[2]
# Long enough for a loaded machine; only a failing test waits so long.
PATIENCE_MS = 120_000


@pytest.fixture
def address(
    sqlite_site: Site, spotify: SpotifyDouble, reccobeats: ReccoBeatsDouble
) -> Iterator[str]:
    """Run a site of its own with nobody in it, as its Procfile has it; return its address."""
    port = find_free_port()
    sqlite_site.environment |= {
        **list_settings(spotify),
        **list_settings(reccobeats),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PORT": str(port),
    }
    environment = sqlite_site.environment
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "honcho", "start"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: _answers(url))
        yield url
    finally:
        kill_group(process)


def _answers(url: str) -> bool:
    try:
        urlopen(url, timeout=10).close()  # noqa: S310 - our own address
    except URLError:
        return False
    return True


@pytest.fixture
def windows(browser: Browser, address: str) -> Iterator[list[BrowserContext]]:
    """Windows of two people, with scripts."""
    contexts = [browser.new_context(base_url=address, locale="en") for _ in range(2)]
    for context in contexts:
        context.set_default_timeout(PATIENCE_MS)
    yield contexts
    for context in contexts:
        context.close()


def _sign_in_with_spotify(page: Page, listener: str) -> None:
    """Press the buttons of the site and of Spotify's page of consent."""
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Continue with Spotify").click()
    page.get_by_role("button", name="Continue to Spotify").click()
    page.get_by_label(listener).check()
    page.get_by_role("button", name="Agree").click()
    page.wait_for_url("**/similar-users/")


def test_listener_signs_in_with_spotify_and_sees_similar_users(
    windows: list[BrowserContext],
) -> None:
    bruno, ada = (context.new_page() for context in windows)
    _sign_in_with_spotify(bruno, "Bruno of the folk scene")
    bruno.goto("/my-data/")
    bruno.get_by_role("button", name="Make me discoverable").click()

    _sign_in_with_spotify(ada, "Ada of the folk scene")
    ada.goto("/connections/")

    expect(ada.get_by_text("Connected.", exact=True)).to_be_visible()
