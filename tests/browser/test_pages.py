import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from recommendations.services.profiles import recompute_profiles
from tests.factories import (
    PASSWORD,
    make_artist,
    make_top_artists,
    make_top_tracks,
    make_track,
    make_user,
)

LONG = "And You Will Know Us by the Trail of Dead" * 2
SIGNED_IN_PAGES = ["/similar-users/", "/top-tracks/", "/my-data/", "/my-data/delete/"]
OPEN_PAGES = ["/", "/search/?q=y", "/accounts/login/", "/accounts/signup/", "/nowhere/"]


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


@pytest.fixture
def ana(live_server: LiveServer) -> User:  # noqa: ARG001 - asks for the database
    """Make ana and a sibling who shares her artists; names are as long as they get."""
    artists = [make_artist(), make_artist(LONG), make_artist("x" * 120)]
    users = [make_user(username="ana"), make_user(username="sibling" + "-" * 60)]
    for user in users:
        make_top_artists(user, artists)
        make_top_tracks(user, [make_track(name="y" * 120, artists=artists), make_track()])
    recompute_profiles([user.pk for user in users])
    return users[0]


def sign_in(page: Page, username: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("User name or e-mail address").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def width_of_content(page: Page) -> float:
    """Ask the browser itself how wide the content is, since scripts are off."""
    metrics = page.context.new_cdp_session(page).send("Page.getLayoutMetrics")
    return float(metrics["cssContentSize"]["width"])


def test_a_newcomer_signs_up_and_learns_what_is_missing(page: Page) -> None:
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Sign up").click()
    page.get_by_label("User name").fill("newcomer")
    page.get_by_label("Password:").fill(PASSWORD)
    page.get_by_label("Password (again):").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign up").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Now bring your listening")


def test_a_listener_goes_from_similar_users_to_deletion(page: Page, ana: User) -> None:
    sign_in(page, "ana")
    expect(page.get_by_role("heading", level=1)).to_have_text("My similar users")

    page.get_by_role("main").get_by_role("link", name="sibling").click()
    expect(page.get_by_text("You and sibling")).to_be_visible()

    page.get_by_role("link", name="My data", exact=True).click()
    page.get_by_role("button", name="Hide me").click()
    expect(page.get_by_text("You are hidden now.")).to_be_visible()

    page.get_by_role("link", name="Delete my account").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_text("Your account and all that belonged to it")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("link", name="Sign in")).to_be_visible()
    assert not User.objects.filter(pk=ana.pk).exists()


def test_a_visitor_goes_from_a_track_to_its_artist(page: Page) -> None:
    artist = make_artist("Sade")
    for name in ("Jezebel", "Paradise"):
        make_track(name=name, artists=[artist])
    page.goto("/")

    page.get_by_role("navigation").get_by_role("link", name="Search").click()
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


def test_the_keyboard_skips_to_the_content(page: Page) -> None:
    page.goto("/")

    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()


@pytest.mark.parametrize("width", [360, 320])
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_page_is_wider_than_a_small_window(
    page: Page, ana: User, width: int, language: str
) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.context.set_extra_http_headers({"Accept-Language": language})
    wide = []
    for address in OPEN_PAGES:
        page.goto(address)
        wide += [address] if width_of_content(page) > width else []
    page.context.set_extra_http_headers({"Accept-Language": "en"})
    sign_in(page, "ana")
    page.context.set_extra_http_headers({"Accept-Language": language})
    sibling = page.locator(".similar-user .listener-link").get_attribute("href")
    for address in [*SIGNED_IN_PAGES, str(sibling), f"/listeners/{ana.pk}/"]:
        page.goto(address)
        wide += [address] if width_of_content(page) > width else []

    assert wide == []
