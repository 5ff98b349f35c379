"""Every page of the site as eyes, fingers and screen readers meet it.

In English and Spanish, light and dark, wide and narrow; see ``looks`` for what is looked at. Each
is saved as a screenshot in ``SCREENSHOTS_DIR``, ``var/screenshots`` unless it is set.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.urls import resolve
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from recommendations.index import use_shared
from recommendations.index.elasticsearch import ElasticsearchIndex, connect
from recommendations.services.profiles import recompute_profiles
from tests.addresses import PAGES
from tests.asking import fill
from tests.browser import error_urls
from tests.browser.looks import find_faults, find_shifts
from tests.browser.population import make_lists
from tests.browser.states import make_site_in_use
from tests.browser.windows import Sight, Windows
from tests.factories import make_artist, make_track, make_user

FOLDER = Path(os.environ.get("SCREENSHOTS_DIR", site_settings.BASE_DIR / "var" / "screenshots"))
LANGUAGES = ("en", "es")
# Files, pictures, and a part that htmx asks for.
NO_PAGES = (".zip", ".csv", ".png", "<slug:extension>", "/progress/")


@pytest.fixture(scope="module", autouse=True)
def _empty_folder() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)


@pytest.fixture(autouse=True)
def _services(settings: Settings) -> None:
    """Let every service be connected; none is asked."""
    settings.METAREC_SPOTIFY = settings.METAREC_LASTFM = True
    settings.SPOTIFY_CLIENT_ID = settings.SPOTIFY_CLIENT_SECRET = "anything"
    settings.LASTFM_API_KEY = "anything"


@pytest.fixture
def windows(
    browser: Browser, drawing_browser: Browser, live_server: LiveServer
) -> Iterator[Windows]:
    windows = Windows(browser, drawing_browser, live_server.url)
    yield windows
    windows.close()


def save(name: str, language: str, page: Page, scheme: str) -> None:
    page.screenshot(path=FOLDER / f"{name}-{language}-{scheme}.png", full_page=True)


def _fill_in(page: Page, fields: Mapping[str, str]) -> None:
    form = page.locator("main form", has=page.locator(f"[name={next(iter(fields))}]"))
    for name, value in fields.items():
        form.locator(f"[name={name}]").fill(value)
    with page.expect_navigation():
        form.locator("button[type=submit]").first.click()


def see(windows: Windows, sights: Iterable[Sight]) -> list[str]:
    """Return what is wrong with each page in each language."""
    faults = []
    for sight in sights:
        for language in LANGUAGES:
            draws = sight.address.startswith("/map/")
            page = windows.open(sight.asker, language, draws=draws)
            response = page.goto(sight.address)
            assert response is not None
            assert response.status == sight.status, sight
            if sight.fields:
                _fill_in(page, sight.fields)
            found = find_faults(
                page,
                partial(save, sight.name, language),
                is_first_language=language == LANGUAGES[0],
            )
            faults += [f"{sight.name} ({language}) {fault}" for fault in found]
    return faults


def list_routes(asker: str) -> list[str]:
    """Return every address at which the asker gets a page, as the url configuration writes it."""
    return [
        route
        for route, methods in PAGES.items()
        if "GET" in methods
        and getattr(methods["GET"], asker) == 200
        and not route.endswith(NO_PAGES)
    ]


def name_of(address: str) -> str:
    """Return the name of the page at this address."""
    found = resolve(address.partition("?")[0]).url_name
    assert found is not None
    return found.replace("_", "-")


def test_pages_of_a_site_in_use(windows: Windows) -> None:
    owner, values = make_site_in_use()
    friend = User.objects.get(username="bruno")
    open_routes = list_routes("anonymous")
    own_routes = [route for route in list_routes("owner") if route not in open_routes]
    differing = [route for route in open_routes if not route.startswith(("accounts/", "privacy/"))]

    def sights(prefix: str, routes: Iterable[str], asker: User | None) -> Iterator[Sight]:
        for route in routes:
            address = fill(route, values)
            query = PAGES[route]["GET"].query.format_map(values)
            yield Sight(prefix + name_of(address), address + query, asker)

    states = {
        "comparison": "/compare/?with=bruno",
        "comparison-long-names": f"/compare/?with=sibling{'-' * 60}",
        "similar-users-empty-span": "/similar-users/?time_range=short_term",
        "search-found": "/search/?q=amber",
        "search-nothing": "/search/?q=zzzz",
        "try-it-found": "/try/?{artists}",
        "map-of-tracks": "/map/?show=tracks",
        "cluster-of-tracks": "/clusters/tracks/1/",
        "connect-lastfm": "/connections/lastfm/connect/",
        "own-profile": "/listeners/{owner}/",
        "listener-long-names": "/listeners/{namesake}/",
        "upload-done": "/uploads/{upload_done}/",
        "upload-asking": "/uploads/{upload_asking}/",
        "upload-failed": "/uploads/{upload_failed}/",
        "upload-running": "/uploads/{upload_running}/",
    }
    faults = see(
        windows,
        [
            *sights("visitor-", open_routes, None),
            *sights("", [*differing, *own_routes], owner),
            *(Sight(name, address.format_map(values), owner) for name, address in states.items()),
            Sight("comparison-by-link", fill("compare/with/<str:token>/", values), friend),
            Sight("playlist-by-link", fill("compare/with/<str:token>/playlist/", values), friend),
            Sight("similar-users-wrong-facet", "/similar-users/?facet=9", owner, 400),
        ],
    )

    assert not faults, "\n".join(faults)


def test_pages_of_an_empty_site(windows: Windows, settings: Settings) -> None:
    settings.ROOT_URLCONF = error_urls.__name__
    newcomer, alone = make_user(username="newcomer", is_discoverable=False), make_user()
    make_lists(alone, [make_track(artists=[make_artist()])])
    recompute_profiles([alone.pk])
    personal = [
        "similar-users/", "hear-next/", "facets/", "top-tracks/", "uploads/", "connections/",
        "cards/", "compare/links/", "my-data/", "my-data/tokens/", "my-data/webhooks/",
        "my-data/exclusions/", "map/", "clusters/", f"compare/?with={alone.username}",
    ]  # fmt: skip

    faults = see(
        windows,
        [
            Sight("empty-home", "/"),
            Sight("not-found", "/nowhere/", status=404),
            *(
                Sight(f"failing-{name}", f"/failing/{name}/", newcomer, status)
                for name, status in error_urls.FAILURES.items()
            ),
            *(Sight(f"empty-{name_of(f'/{one}')}", f"/{one}", newcomer) for one in personal),
            Sight("refused-login", "/accounts/login/", fields={"login": "a", "password": "b"}),
            Sight(
                "refused-signup",
                "/accounts/signup/",
                fields={"username": newcomer.username, "password1": "1", "password2": "2"},
            ),
            Sight("refused-deletion", "/my-data/delete/", newcomer, fields={"password": "b"}),
            Sight("refused-webhook", "/my-data/webhooks/", newcomer, fields={"url": "http://a.b/"}),
            Sight("alone-similar-users", "/similar-users/", alone),
            Sight("alone-hear-next", "/hear-next/", alone),
        ],
    )
    with connect("http://127.0.0.1:1", "") as client:
        use_shared(ElasticsearchIndex(client))
        faults += see(windows, [Sight("index-away", "/similar-users/", alone, 503)])
        use_shared(None)

    assert not faults, "\n".join(faults)


def test_more_similar_users_come_without_moving_what_is_there(windows: Windows) -> None:
    owner, _values = make_site_in_use()
    page = windows.open(owner, "en")
    page.goto("/similar-users/")
    articles = page.get_by_role("article")
    expect(articles).to_have_count(10)

    page.get_by_role("link", name="Show more").scroll_into_view_if_needed()

    expect(articles).to_have_count(14)
    assert find_shifts(page) == []


def test_menu_of_a_narrow_window_is_used_by_the_keyboard(windows: Windows) -> None:
    page = windows.open(make_user(), "es")
    page.set_viewport_size({"width": 320, "height": 740})
    page.goto("/my-data/")
    menu = page.get_by_role("button", name="Menú")

    menu.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Usuarios similares")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(page.get_by_role("navigation")).to_be_hidden()
