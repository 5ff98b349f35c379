"""The map in a real browser, drawn by WebGL without a graphics card, and where there is none."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from recommendations.services.mapping import compute_map
from tests.recommendations.camps import Camps, make_camps


@pytest.fixture
def camps(live_server: LiveServer) -> Camps:  # noqa: ARG001 - has the database
    """Make the camps, one with a name that would be markup, and draw their map."""
    made = make_camps()
    made.loud[0].username = "<b>loud</b>"
    made.loud[0].save()
    compute_map()
    return made


def open_windows(browser: Browser, site: str) -> BrowserContext:
    context = browser.new_context(base_url=site, viewport={"width": 360, "height": 740})
    context.set_default_timeout(30_000)
    return context


@pytest.fixture
def context(drawing_browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """Open windows of a browser that draws by WebGL."""
    context = open_windows(drawing_browser, live_server.url)
    yield context
    context.close()


def test_the_map_is_drawn_searched_and_leads_to_a_profile(
    context: BrowserContext, camps: Camps
) -> None:
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))

    page.goto("/map/")
    expect(page.locator("#sound-map[data-state=drawn]")).to_be_visible()
    assert page.locator(".gl-canvas").count() > 0

    page.get_by_label("Find a track, an artist or a listener").fill("loud</b>")
    page.get_by_role("button", name="<b>loud</b>").click()
    expect(page.locator("[data-label]")).to_have_text("<b>loud</b>")
    page.get_by_role("button", name="Whole map").click()

    drawing = page.locator("[data-drawing]")
    # What plotly itself sends when a dot is clicked: here the first of the tracks.
    drawing.evaluate("it => it.emit('plotly_click', {points: [{curveNumber: 0, pointNumber: 0}]})")
    panel = page.locator("[data-panel]")
    expect(panel.get_by_role("link", name="Artist")).to_be_visible()
    expect(panel.get_by_role("link", name="Open it on Spotify")).to_be_visible()

    # By the artist, who begins like some listeners.
    page.get_by_label("Find a track, an artist or a listener").fill("calm")
    expect(page.locator("[data-found]")).to_contain_text("calm-0")
    expect(page.locator("[data-found]")).to_contain_text("calm 1 · Calm Artist")
    page.get_by_label("Find a track, an artist or a listener").fill("calm-0")
    page.locator("[data-found]").get_by_role("link").click()
    expect(page).to_have_url(f"{page.url.split('/listeners')[0]}/listeners/{camps.calm[0].pk}/")
    assert problems == []


def test_without_webgl_the_table_is_there(
    browser: Browser, live_server: LiveServer, camps: Camps
) -> None:
    context = open_windows(browser, live_server.url)
    page = context.new_page()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")

    page.goto("/map/")

    expect(page.get_by_text("The drawing needs WebGL")).to_be_visible()
    expect(page.get_by_role("link", name=camps.calm[0].username)).to_be_visible()
    context.close()
