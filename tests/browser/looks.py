"""Looks at a page that a browser shows in all ways at once; what is wrong comes as sentences."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

SCRIPT = Path(__file__).with_name("looks.js")
WINDOW: ViewportSize = {"width": 1280, "height": 800}
# The narrowest that has to do, and what is left of the window at 200 % zoom, in CSS pixels:
# https://www.w3.org/WAI/WCAG22/Understanding/reflow.html
_WIDTHS = {"at 320 px": 320, "at 200 % zoom": 640}
# WCAG 2.2 at level AA has all of these:
# https://www.deque.com/axe/core-documentation/api-documentation/#axecore-tags
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# All that the colour scheme can change, and all that other words can.
_COLOUR_RULES = ["color-contrast", "link-in-text-block"]
_LANGUAGE_RULES = [
    "aria-command-name", "aria-input-field-name", "button-name", "document-title", "html-has-lang",
    "html-lang-valid", "image-alt", "input-button-name", "label", "link-name", "select-name",
    "summary-name", "svg-img-alt", "target-size", "valid-lang",
]  # fmt: skip

# Half of what counts as good, see https://web.dev/articles/cls. A page that is drawn before all of
# it has come moves its navigation a little.
_MOST_SHIFT = 0.05

SaveScreenshot = Callable[[Page, str], object]


def find_faults(page: Page, save: SaveScreenshot, *, is_first_language: bool) -> list[str]:
    """Look at a page that was just loaded in ``WINDOW``, in the light.

    In another language than the first, only what the words can change is looked at. Screenshots
    of both colour schemes are saved.
    """
    if not page.evaluate("looks.isReady()"):
        page.wait_for_function("looks.isReady()")
    faults = _run_axe(page, _TAGS if is_first_language else _LANGUAGE_RULES, "in the light")
    faults += find_shifts(page)
    save(page, "light")
    page.emulate_media(color_scheme="dark")
    save(page, "dark")
    if is_first_language:
        faults += _run_axe(page, _COLOUR_RULES, "in the dark")
        faults += _tell(
            "moves although less motion is asked for", page.evaluate("looks.findMotion()")
        )
        faults += _use_keyboard(page)
    page.emulate_media(color_scheme="light")
    return faults + _find_lost_content(page)


def find_shifts(page: Page) -> list[str]:
    """Return what has moved by itself so far, if that was enough to be noticed."""
    shifts: list[dict[str, Any]] = page.evaluate("looks.takeShifts()")
    is_noticed = sum(shift["value"] for shift in shifts) > _MOST_SHIFT
    return _tell("moved by itself", shifts) if is_noticed else []


def _run_axe(page: Page, rules: list[str], where: str) -> list[str]:
    """Return which rules are broken, and by what; axe is put into the page once."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(Axe().axe_script)
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    violations: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(options).then((results) => results.violations)", options
    )
    return [
        f"{fault['id']} {where}: {node['html']}" for fault in violations for node in fault["nodes"]
    ]


def _use_keyboard(page: Page) -> list[str]:
    """Press Tab through the page: everything is reached, and is seen to be."""
    expected = page.evaluate("looks.expectKeyboard()")
    unreached: list[str] = []
    # Where a field had the focus from the beginning, a second round reaches what is before it.
    for _round in range(2):
        for _press in range(expected + 1):
            page.keyboard.press("Tab")
        unreached = page.evaluate("looks.findUnreached()")
        if not unreached:
            break
    return [
        *_tell("not reached by the keyboard", unreached),
        *_tell("looks the same with the focus", page.evaluate("looks.findUnmarked()")),
    ]


def _find_lost_content(page: Page) -> list[str]:
    """Return what does not fit into a narrow window, or into a wide one with letters grown."""
    faults = []
    for where, width in _WIDTHS.items():
        page.set_viewport_size({"width": width, "height": WINDOW["height"]})
        faults += _find_what_does_not_fit(page, where)
    page.set_viewport_size(WINDOW)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    return faults + _find_what_does_not_fit(page, "with letters twice as large")


def _find_what_does_not_fit(page: Page, where: str) -> list[str]:
    wide, cut = page.evaluate("[looks.findWide(), looks.findCut()]")
    return _tell(f"wider than the window {where}", wide) + _tell(f"cut {where}", cut)


def _tell(what: str, elements: Iterable[object]) -> list[str]:
    return [f"{what}: {element}" for element in elements]
