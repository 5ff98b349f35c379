"""From an empty database to similar users: real processes, a real browser, doubles of services."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.steps import sign_up, write_history
from tests.doubles.catalogue import TRACKS
from tests.doubles.reccobeats import ReccoBeatsDouble
from tests.doubles.settings import list_settings
from tests.doubles.spotify import SpotifyDouble
from tests.site_processes import Site, serve

# Long enough for a loaded machine; only a failing test waits so long.
PATIENCE_MS = 120_000
# All of what the double's listeners of the folk scene listen to.
READ = "Read: 64 top tracks, 8 top artists."


@pytest.fixture
def address(
    sqlite_site: Site, spotify: SpotifyDouble, reccobeats: ReccoBeatsDouble
) -> Iterator[str]:
    """Run a site of its own with nobody in it, as its Procfile has it; return its address."""
    sqlite_site.environment |= {**list_settings(spotify), **list_settings(reccobeats)}
    with serve(sqlite_site) as url:
        yield url


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


def _make_discoverable(page: Page) -> None:
    page.goto("/my-data/")
    page.get_by_role("button", name="Make me discoverable").click()


def _upload(page: Page, file: Path) -> None:
    """Upload a file and wait until the page, without being asked again, says that it is in."""
    page.goto("/uploads/")
    page.get_by_label("Files", exact=True).set_input_files(file)
    page.get_by_role("main").get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Imported")).to_be_visible(timeout=PATIENCE_MS)


def _see_similar_user(page: Page, name: str) -> None:
    """Look at the page again and again until this listener is on it, with both kinds of reasons."""
    sound = page.get_by_role("heading", name="Sound", exact=True)
    article = page.get_by_role("article").filter(has_text=name).filter(has=sound)
    end = time.monotonic() + PATIENCE_MS / 1000
    while not article.is_visible():
        assert time.monotonic() < end, page.get_by_role("main").inner_text()
        page.wait_for_timeout(500)
        page.goto("/similar-users/")
    expect(article).to_contain_text("Amber Ferry")


def test_listener_signs_in_with_spotify_and_sees_the_sync_and_similar_users(
    windows: list[BrowserContext], spotify: SpotifyDouble
) -> None:
    bruno, ada = (context.new_page() for context in windows)
    _sign_in_with_spotify(bruno, "Bruno of the folk scene")
    _make_discoverable(bruno)
    bruno.goto("/connections/")
    expect(bruno.get_by_text(READ)).to_be_visible(timeout=PATIENCE_MS)

    # Long enough to be looked at.
    spotify.play("rate_limited", path="/v1/me/top", retry_after_s=15)
    _sign_in_with_spotify(ada, "Ada of the folk scene")
    expect(ada.get_by_role("progressbar")).to_be_visible()
    # The page goes on by itself.
    similar_user = ada.get_by_role("article").filter(has_text="Bruno_of_the_folk_scene")
    expect(similar_user).to_be_visible(timeout=PATIENCE_MS)

    _see_similar_user(ada, "Bruno_of_the_folk_scene")


def test_listener_brings_a_history_and_sees_similar_users_without_spotify(
    windows: list[BrowserContext], tmp_path: Path
) -> None:
    lena, mateo = (context.new_page() for context in windows)
    sign_up(lena, "lena")
    _make_discoverable(lena)
    _upload(lena, write_history(tmp_path / "lena.zip", TRACKS["folk"][:30]))

    sign_up(mateo, "mateo")
    _upload(mateo, write_history(tmp_path / "mateo.zip", TRACKS["folk"][10:40]))

    _see_similar_user(mateo, "lena")
