"""Takes the pictures of the README, of made-up listeners: `make screenshots`."""

import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

from django.conf import settings
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from recommendations.sources.demo_listeners import DEMO_USERNAME
from tests.browser.conftest import WEBGL, launch
from tests.browser.steps import sign_in
from tests.factories import PASSWORD
from tests.site_processes import Site, migrate, serve

_FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
# Enough for a page's few colours, of which some fill little of it, and the edges of its letters.
_COLOURS = 256
_FILL = f"""
from recommendations.services.clustering import compute_clusters
from recommendations.services.demo import load_demo
from recommendations.services.mapping import compute_map

load_demo()
compute_map()
compute_clusters()
demo = User.objects.get(username={DEMO_USERNAME!r})
demo.set_password({PASSWORD!r})
demo.save()
"""


@dataclass(frozen=True)
class Picture:
    """What is taken: the top of a page in a window of this size; the page may be behind a link."""

    name: str
    address: str
    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"
    language: str = "en"
    link: str | None = None


PICTURES = [
    Picture("similar-users", "/similar-users/", 1120, 1180),
    Picture("comparison", "/similar-users/", 1120, 860, scheme="dark", link="Compare in full"),
    Picture("map", "/map/", 1120, 1030),
    Picture("hear-next", "/hear-next/", 1120, 860, language="es"),
    Picture("similar-users-narrow", "/similar-users/", 360, 740),
]


def take_pictures() -> None:
    """Start a site with the demo's listeners, and take all pictures anew."""
    with tempfile.TemporaryDirectory() as folder, Site(Path(folder)) as site:
        migrate(site)
        site.run(_FILL)
        with serve(site) as url, sync_playwright() as playwright:
            browser = launch(playwright, *WEBGL)
            for picture in PICTURES:
                _take(browser, url, picture)
            browser.close()


def _take(browser: Browser, site: str, picture: Picture) -> None:
    context = browser.new_context(
        base_url=site,
        color_scheme=picture.scheme,
        locale="en",
        viewport={"width": picture.width, "height": picture.height},
        reduced_motion="reduce",
    )
    page = context.new_page()
    sign_in(page, DEMO_USERNAME)
    context.add_cookies(
        [{"name": settings.LANGUAGE_COOKIE_NAME, "value": picture.language, "url": site}]
    )
    page.goto(picture.address)
    if picture.link:
        page.get_by_role("link", name=picture.link).first.click()
    if page.locator("#sound-map").count():
        page.locator("#sound-map[data-state=drawn]").wait_for()
    _save_small(page, _FOLDER / f"{picture.name}.png")
    context.close()


def _save_small(page: Page, file: Path) -> None:
    with Image.open(BytesIO(page.screenshot())) as taken:
        few = taken.convert("RGB").quantize(
            _COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        )
        few.save(file, optimize=True)
