"""A newcomer's whole way, on a real server with a real worker, among listeners who are there.

Once with JavaScript, once without, once in a window as narrow as a phone.
"""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.browser.population import WITNESS
from tests.browser.steps import go_to, sign_in, sign_up, width_of_content, write_history
from tests.doubles.catalogue import TRACKS
from tests.factories import PASSWORD
from tests.site_processes import Site, serve

# Long enough for a loaded machine; only a failing test waits so long.
PATIENCE_MS = 120_000
# Nobody else's services are asked.
ALONE = {
    f"METAREC_{service}": "no" for service in ("SPOTIFY", "LISTENBRAINZ", "LASTFM", "RECCOBEATS")
}
# The worker finds both tasks waiting when it begins; beat would ask for them after a minute.
FILL = """
from recommendations.tasks import compute_clusters_if_changed, compute_map_if_changed
from tests.browser.population import make_population

make_population()
compute_map_if_changed.delay()
compute_clusters_if_changed.delay()
"""


@dataclass(frozen=True)
class Way:
    """How the newcomer sees the site."""

    has_scripts: bool
    width: int


WAYS = {
    "scripts": Way(has_scripts=True, width=1280),
    "no-scripts": Way(has_scripts=False, width=1280),
    "narrow": Way(has_scripts=True, width=360),
}


@pytest.fixture(scope="module")
def address(migrated_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run one site for all ways, as its Procfile has it; return its address."""
    folder = tmp_path_factory.mktemp("walk") / "site"
    shutil.copytree(migrated_folder, folder)
    with Site(folder) as site:
        site.environment |= ALONE
        site.run(FILL)
        with serve(site) as url:
            yield url


def open_window(browser: Browser, address: str, way: Way) -> BrowserContext:
    context = browser.new_context(
        base_url=address,
        java_script_enabled=way.has_scripts,
        viewport={"width": way.width, "height": 800},
        locale="en",
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


@pytest.fixture(scope="module")
def witness(drawing_browser: Browser, address: str) -> Iterator[Page]:
    """Sign in one of the listeners who were there before."""
    context = open_window(drawing_browser, address, WAYS["no-scripts"])
    page = context.new_page()
    sign_in(page, WITNESS)
    yield page
    context.close()


@dataclass(frozen=True)
class Newcomer:
    """Somebody new with an own window; ``problems`` is what the browser complains of."""

    name: str
    page: Page
    has_scripts: bool
    problems: list[str]


@pytest.fixture(params=WAYS)
def newcomer(
    drawing_browser: Browser, address: str, request: pytest.FixtureRequest
) -> Iterator[Newcomer]:
    """Open a window for one of the ways."""
    way = WAYS[request.param]
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            problems.append(message.text)

    context = open_window(drawing_browser, address, way)
    page = context.new_page()
    page.on("console", note)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield Newcomer(f"newcomer-{request.param}", page, way.has_scripts, problems)
    context.close()


def find_similar_user(page: Page, name: str) -> Locator:
    return page.get_by_role("article").filter(has=page.get_by_role("link", name=name, exact=True))


def look(page: Page) -> None:
    """Look whether all of the page lies inside the window."""
    assert page.viewport_size is not None
    assert width_of_content(page) <= page.viewport_size["width"], page.url


def load_until(page: Page, wanted: Locator) -> None:
    """Load the page again and again until this is on it, as whoever waits for the worker does."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while not wanted.is_visible():
        assert time.monotonic() < end, page.get_by_role("main").inner_text()
        page.wait_for_timeout(250)
        page.reload()


def sees(witness: Page, name: str) -> bool:
    """Tell whether somebody else finds this listener among their similar users."""
    witness.goto("/similar-users/")
    return find_similar_user(witness, name).count() == 1


def bring_listening(page: Page, file: Path, *, has_scripts: bool) -> None:
    page.get_by_role("main").get_by_role("link", name="Upload your listening").click()
    look(page)
    page.get_by_label("Files", exact=True).set_input_files(file)
    page.get_by_role("main").get_by_role("button", name="Upload").click()
    imported = page.get_by_role("heading", name="Imported")
    if has_scripts:  # The page goes on by itself.
        expect(imported).to_be_visible()
    load_until(page, imported)
    look(page)


def see_similar_users(page: Page, *, has_scripts: bool) -> None:
    page.get_by_role("link", name="See your similar users").click()
    load_until(page, find_similar_user(page, "ada"))
    look(page)
    articles = page.get_by_role("article")
    expect(articles).to_have_count(10)
    page.get_by_role("link", name="Show more").scroll_into_view_if_needed()
    if has_scripts:
        expect(articles).to_have_count(15)
        look(page)
        return
    page.get_by_role("link", name="Show more").click()
    expect(articles).to_have_count(5)
    page.get_by_role("link", name="Back to the nearest").click()


def compare(page: Page) -> None:
    ada = find_similar_user(page, "ada")
    expect(ada).to_contain_text("Amber Ferry")
    ada.get_by_role("link", name="Compare in full").click()
    expect(page.get_by_role("heading", name="Why not closer")).to_be_visible()
    look(page)


def find_oneself_on_the_map(page: Page, *, has_scripts: bool) -> None:
    go_to(page, "Map")
    load_until(page, page.get_by_role("heading", name="Nearest to you"))
    expect(page.get_by_role("row").filter(has_text="ada")).to_be_visible()
    if has_scripts:
        expect(page.locator("#sound-map[data-state=drawn]")).to_be_visible()
        expect(page.locator(".legend-you")).to_be_visible()
    look(page)


def find_oneself_in_a_cluster(page: Page) -> None:
    go_to(page, "Clusters")
    load_until(page, page.get_by_text("You are here").first)
    look(page)
    page.locator(".cluster-own h3").first.get_by_role("link").click()
    expect(page.get_by_text("You are in this cluster.")).to_be_visible()
    expect(page.get_by_role("link", name="ada", exact=True)).to_be_visible()
    look(page)


def hide_somebody(page: Page, name: str) -> None:
    go_to(page, "Similar users")
    find_similar_user(page, name).get_by_role("link", name="Hide or block").click()
    look(page)
    page.get_by_role("button", name="Hide", exact=True).click()
    page.goto("/similar-users/")
    expect(find_similar_user(page, "bruno")).to_be_visible()
    expect(find_similar_user(page, name)).to_have_count(0)


def export(page: Page) -> str:
    """Return the text of all that is in the file."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download my data").click()
    with ZipFile(download.value.path()) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def delete_account(page: Page) -> None:
    page.get_by_role("link", name="Delete my account").click()
    look(page)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_text("Your account and all that belonged to it")).to_be_visible()
    look(page)


def test_a_newcomer_walks_from_signing_up_to_deletion(
    newcomer: Newcomer, witness: Page, tmp_path: Path
) -> None:
    page, has_scripts = newcomer.page, newcomer.has_scripts
    sign_up(page, newcomer.name)
    expect(page.get_by_role("heading", level=1)).to_have_text("Now bring your listening")
    look(page)
    history = write_history(tmp_path / "history.zip", TRACKS["folk"][:30])
    bring_listening(page, history, has_scripts=has_scripts)
    see_similar_users(page, has_scripts=has_scripts)
    compare(page)
    find_oneself_on_the_map(page, has_scripts=has_scripts)
    find_oneself_in_a_cluster(page)
    hide_somebody(page, "ada")

    go_to(page, "My data")
    look(page)
    page.get_by_role("button", name="Make me discoverable").click()
    assert sees(witness, newcomer.name)
    page.get_by_role("button", name="Hide me").click()
    assert not sees(witness, newcomer.name)
    page.get_by_role("button", name="Make me discoverable").click()
    assert sees(witness, newcomer.name)
    profile = str(page.get_by_role("link", name="My profile").get_attribute("href"))

    assert TRACKS["folk"][0].name in export(page)
    delete_account(page)

    assert not sees(witness, newcomer.name)
    answer = witness.goto(profile)
    assert answer is not None
    assert answer.status == 404
    assert newcomer.problems == []
