"""Bringing a history in a real browser, with JavaScript and without."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from recommendations.models import Upload
from recommendations.services.import_history import import_upload
from tests.browser.steps import sign_in, width_of_content
from tests.factories import make_user
from tests.recommendations.uploads.histories import (
    ACCOUNT_DATA,
    EXTENDED,
    account_row,
    extended_row,
    plays,
    write_zip,
)

LONG = "And You Will Know Us by the Trail of Dead" * 3


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    """Let uploads wait in a folder of the test's own."""
    settings.UPLOADS_DIR = settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.UPLOADS_DIR.mkdir()


@pytest.fixture(params=[True, False], ids=["javascript", "no javascript"])
def context(
    browser: Browser, live_server: LiveServer, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """Open narrow windows on the site."""
    context = browser.new_context(
        base_url=live_server.url,
        java_script_enabled=request.param,
        viewport={"width": 360, "height": 740},
        locale="en",
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer) -> Page:  # noqa: ARG001 - has the database
    """Sign a listener in."""
    make_user(username="ana")
    page = context.new_page()
    sign_in(page, "ana")
    return page


def bring(page: Page, file: Path) -> Upload:
    """Upload a file by the form."""
    page.goto("/uploads/")
    page.get_by_label("Files", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(file.name)
    return Upload.objects.get()


def import_now(upload: Upload) -> None:
    """Do what the worker does."""
    import_upload(upload.pk, timezone.now())


def test_page_goes_on_from_waiting_to_the_report(
    page: Page, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    rows = [*plays(extended_row(1), 3), extended_row(2, incognito_mode=True)]
    upload = bring(page, write_zip(tmp_path / "my_spotify_data.zip", {EXTENDED: rows}))
    expect(page.get_by_text("Waits for its turn")).to_be_visible()

    import_now(upload)
    if "no javascript" in request.node.name:
        page.get_by_role("link", name="Look again").click()

    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    expect(page.get_by_text("played in a private session")).to_be_visible()
    assert [problem for problem in problems if "404" not in problem] == []


def test_damaged_file_is_decided_on(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "endsong_0.json"
    text = json.dumps(plays(extended_row(1), 2))
    path.write_text(text[: text.rindex("{") + 9])
    upload = bring(page, path)
    import_now(upload)
    page.goto(f"/uploads/{upload.pk}/")
    assert width_of_content(page) <= 360

    page.get_by_role("button", name="Keep what could be read").click()
    expect(page.get_by_text("Waits for its turn")).to_be_visible()
    import_now(upload)
    page.goto(f"/uploads/{upload.pk}/")

    page.get_by_role("button", name="Remove what it brought").click()
    expect(page.get_by_text("is removed, and the lists that came with it")).to_be_visible()


def test_no_page_of_uploads_is_wider_than_a_small_window(page: Page, tmp_path: Path) -> None:
    rows = [
        account_row(1, trackName=LONG, artistName="x" * 120),
        *plays(account_row(2), 3),
        account_row(3, msPlayed=0),
    ]
    upload = bring(page, write_zip(tmp_path / f"{'long_name_' * 9}.zip", {ACCOUNT_DATA: rows}))
    wide = [page.url] if width_of_content(page) > 360 else []
    import_now(upload)
    for address in ("/uploads/", f"/uploads/{upload.pk}/"):
        page.goto(address)
        for summary in page.locator("summary").all():
            summary.click()
        wide += [address] if width_of_content(page) > 360 else []

    assert wide == []
