"""The front page's trial in a real browser: typed, chosen and shown without a page's change."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.recommendations.trial_groups import make_groups


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Open a window in which scripts run."""
    context = browser.new_context(base_url=live_server.url, locale="en")
    context.set_default_timeout(15_000)
    make_groups()
    yield context.new_page()
    context.close()


def test_a_visitor_chooses_artists_by_the_keyboard_and_sees_siblings(page: Page) -> None:
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto("/")
    field = page.get_by_label("An artist whom you like")
    field.focus()

    for number in range(3):
        # It has the focus again each time.
        expect(field).to_be_focused()
        page.keyboard.type(f"slow {number}")
        page.locator("#suggestions").get_by_role("link", name=f"Slow {number}").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name=f"Remove Slow {number}")).to_be_visible()

    expect(page.get_by_role("heading", name="Nearest to your choice")).to_be_focused()
    expect(page.locator(".similar-user h2").first).to_have_text("1 slow-0")
    page.get_by_role("link", name="Remove Slow 2").click()
    expect(page.get_by_text("One more artist")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Nearest to your choice")).to_be_visible()
    assert problems == []
