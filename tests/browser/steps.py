"""What one does in a browser, the same with JavaScript and without."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

from playwright.sync_api import Page

from tests.doubles.catalogue import Track
from tests.factories import PASSWORD


def sign_up(page: Page, name: str) -> None:
    """Become a listener."""
    page.goto("/accounts/signup/")
    page.locator("input[name=username]").fill(name)
    for field in ("password1", "password2"):
        page.locator(f"input[name={field}]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign up").click()


def sign_in(page: Page, username: str) -> None:
    """Come in as a listener who was made with ``PASSWORD``."""
    page.goto("/accounts/login/")
    page.get_by_label("User name or e-mail address").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def go_to(page: Page, name: str) -> None:
    """Follow the navigation, out of its menu where the window is narrow."""
    menu = page.get_by_role("button", name="Menu")
    if menu.is_visible():
        menu.click()
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()


def width_of_content(page: Page) -> float:
    """Ask the browser itself how wide the content is, since scripts may be off."""
    session = page.context.new_cdp_session(page)
    metrics = session.send("Page.getLayoutMetrics")
    session.detach()
    return float(metrics["cssContentSize"]["width"])


def write_history(file: Path, tracks: tuple[Track, ...]) -> Path:
    """Write an extended streaming history in which each track was played a little less often."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    rows = [
        {
            "ts": f"{yesterday - timedelta(minutes=5 * play + position):%Y-%m-%dT%H:%M:%SZ}",
            "ms_played": track.duration_ms,
            "master_metadata_track_name": track.name,
            "master_metadata_album_artist_name": track.artists[0].name,
            "master_metadata_album_album_name": track.album_name,
            "spotify_track_uri": f"spotify:track:{track.spotify_id}",
            "reason_start": "trackdone",
            "reason_end": "trackdone",
            "skipped": False,
            "incognito_mode": False,
            "platform": "a platform",
            "ip_addr": "203.0.113.7",
        }
        for position, track in enumerate(tracks)
        for play in range(len(tracks) - position)
    ]
    with ZipFile(file, "w") as archive:
        folder = "Spotify Extended Streaming History"
        archive.writestr(f"{folder}/Streaming_History_Audio_2026.json", json.dumps(rows))
    return file
