import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.steps import go_to
from tests.factories import make_artist, make_track


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Open a narrow window without JavaScript on the site."""
    context = browser.new_context(
        base_url=live_server.url,
        java_script_enabled=False,
        viewport={"width": 360, "height": 740},
        locale="en",
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_a_visitor_goes_from_a_track_to_its_artist(page: Page) -> None:
    artist = make_artist("Sade")
    for name in ("Jezebel", "Paradise"):
        make_track(name=name, artists=[artist])
    page.goto("/")

    go_to(page, "Search")
    page.get_by_label("Words of a track, an artist, or both").fill("SADE jez")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("cell", name="Jezebel")).to_be_visible()

    page.get_by_label("Words of a track, an artist, or both").fill("sad")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    page.get_by_role("main").get_by_role("link", name="Sade").click()
    expect(page.get_by_role("cell", name="Paradise")).to_be_visible()


def test_the_language_is_switched_without_javascript(page: Page) -> None:
    page.goto("/accounts/login/")

    page.get_by_role("button", name="Español").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Iniciar sesión")
    expect(page).to_have_url(re.compile("/accounts/login/$"))
