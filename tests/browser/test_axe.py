"""What axe-core finds on every page, in both colour schemes."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.sharing import UnseenListener
from tests.addresses import PAGES
from tests.asking import fill
from tests.belongings import make_belongings, make_listeners
from tests.browser.steps import sign_in
from tests.recommendations.sync.accounts import start

# WCAG 2.2 at level AA has all of these:
# https://www.deque.com/axe/core-documentation/api-documentation/#axecore-tags
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# All that the colour scheme can change.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
# Files, pictures, and a part that htmx asks for.
NO_PAGES = (".zip", ".csv", ".png", "<slug:extension>", "/progress/")
NOWHERE = "/nowhere/"
# What the addresses alone do not show.
MORE_PAGES = [
    "/compare/?with=sibling",
    "/similar-users/?shared=1",
    "/connections/lastfm/connect/",
    NOWHERE,
]


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Open a window into which a script may be put, which the site's policy forbids."""
    # Without motion, so that no colour is on its way when it is measured.
    context = browser.new_context(
        base_url=live_server.url, bypass_csp=True, reduced_motion="reduce", locale="en"
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def list_pages(asker: str) -> list[str]:
    """Return every address at which the asker gets a page."""
    return [
        route
        for route, methods in PAGES.items()
        if "GET" in methods
        and getattr(methods["GET"], asker) == 200
        and not route.endswith(NO_PAGES)
    ]


def find_faults(page: Page, address: str) -> list[str]:
    """Return what axe-core finds in the light, and of the colours in the dark."""
    page.emulate_media(color_scheme="light")
    response = page.goto(address)
    assert response is not None
    assert response.ok or address == NOWHERE, address
    found = [("light", fault) for fault in run_axe(page, TAGS)]
    page.emulate_media(color_scheme="dark")
    found += [("dark", fault) for fault in run_axe(page, COLOUR_RULES)]
    return [
        f"{address} {scheme}: {fault['id']} {node['html']}"
        for scheme, fault in found
        for node in fault["nodes"]
    ]


def run_axe(page: Page, rules: list[str]) -> list[dict[str, Any]]:
    """Return the rules that are broken."""
    results = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    violations: list[dict[str, Any]] = results.response["violations"]
    return violations


def test_axe_finds_nothing(page: Page, settings: Settings) -> None:
    settings.METAREC_SPOTIFY = settings.METAREC_LASTFM = True
    settings.SPOTIFY_CLIENT_ID = settings.SPOTIFY_CLIENT_SECRET = "anything"
    settings.LASTFM_API_KEY = "anything"
    listeners = make_listeners()
    values = make_belongings(listeners["owner"], listeners["sibling"])
    UnseenListener.objects.create(user=listeners["owner"], unseen=listeners["other"])
    start(listeners["owner"].music_accounts.get())

    faults = []
    for route in list_pages("anonymous"):
        faults += find_faults(page, fill(route, values))
    sign_in(page, "owner")
    for address in [*(fill(route, values) for route in list_pages("owner")), *MORE_PAGES]:
        faults += find_faults(page, address)

    assert faults == []
