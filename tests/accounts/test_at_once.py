"""What several processes do to one account at the same time."""

import json
import subprocess
from datetime import UTC, datetime

import pytest

from tests.doubles.settings import list_settings
from tests.doubles.spotify import SpotifyDouble
from tests.doubles.spotify.app import Consent
from tests.site_processes import Site, wait_until

_LINK = """
import json
from django.utils import timezone
from accounts.models import MusicAccount
from accounts.tokens import encrypt_token
token = {"access_token": "an old one", "refresh_token": %r, "expires_at": 0}
MusicAccount.objects.create(
    user=make_user(), service="spotify", account_id="ada", scopes="user-top-read",
    is_verified=True, authorized_at=timezone.now(), encrypted_token=encrypt_token(token),
)
"""
_BUILD = """
from accounts.models import MusicAccount
from accounts.spotify import build_client
from accounts.spotify_errors import SpotifyError
account = MusicAccount.objects.get()
print("ready", flush=True)
input()
try:
    build_client(account).current_user()
    print("read")
except SpotifyError as error:
    print(type(error).__name__)
"""
_ROTATE = """
from accounts.tokens import rotate_tokens
print("ready", flush=True)
input()
print(rotate_tokens())
"""
_DELETE = """
from accounts.models import MusicAccount
print("ready", flush=True)
input()
MusicAccount.objects.all().delete()
"""
_READ = """
import json
from accounts.models import MusicAccount
from accounts.tokens import decrypt_token
print(json.dumps([decrypt_token(row.encrypted_token) for row in MusicAccount.objects.all()]))
"""
_SIGN_IN = """
from urllib.parse import urlsplit
from django.test import Client
client = Client(SERVER_NAME="127.0.0.1")
print(client.post("/accounts/spotify/login/")["Location"], flush=True)
parts = urlsplit(input())
print(client.get(f"{parts.path}?{parts.query}").status_code)
"""


@pytest.fixture
def spotify_site(site: Site, spotify: SpotifyDouble) -> Site:
    """A site that asks Spotify's double, which gives new refresh tokens."""
    site.environment |= list_settings(spotify)
    spotify.configure({"gives_new_refresh_tokens": True})
    return site


@pytest.fixture
def refresh_token(spotify_site: Site, spotify: SpotifyDouble) -> str:
    """The refresh token of an account that is linked; its access token is expired."""
    token = spotify.issue("refresh")
    consent = Consent("ada", frozenset({"user-top-read"}), datetime.now(UTC))
    spotify.app.refresh_tokens[token] = consent
    spotify_site.run(_LINK % token)
    return token


def start(site: Site, script: str) -> "subprocess.Popen[str]":
    """Start a script and wait for its first line."""
    process = site.start(script)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def tell(process: "subprocess.Popen[str]", line: str = "") -> None:
    """Let a script that waits go on."""
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def finish(process: "subprocess.Popen[str]") -> str:
    """Return what a script printed in the end."""
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return output.strip()


def is_claimed(site: Site) -> bool:
    claimed = "SELECT id FROM accounts_musicaccount WHERE token_claimed_until IS NOT NULL"
    return bool(site.query(claimed))


def read_refresh_tokens(site: Site) -> list[str]:
    return [token["refresh_token"] for token in json.loads(site.run(_READ))]


def test_two_processes_do_not_both_refresh(
    spotify_site: Site, spotify: SpotifyDouble, refresh_token: str
) -> None:
    spotify.play("delayed", path="/api/token", seconds=2)
    processes = [start(spotify_site, _BUILD) for _ in range(2)]

    for process in processes:
        tell(process)
    results = {finish(process) for process in processes}

    assert "read" in results
    assert results <= {"read", "SpotifyAway"}
    assert sum(request.path == "/api/token" for request in spotify.requests) == 1
    assert read_refresh_tokens(spotify_site) != [refresh_token]


def test_changing_keys_during_a_refresh_loses_no_token(
    spotify_site: Site, spotify: SpotifyDouble, refresh_token: str
) -> None:
    spotify.play("delayed", path="/api/token", seconds=3)
    refreshing, rotating = start(spotify_site, _BUILD), start(spotify_site, _ROTATE)

    tell(refreshing)
    wait_until(lambda: is_claimed(spotify_site))
    tell(rotating)

    assert finish(rotating) == "(1, 0)"
    assert finish(refreshing) == "read"
    assert read_refresh_tokens(spotify_site) != [refresh_token]


def test_disconnecting_during_a_refresh_leaves_no_token(
    spotify_site: Site, spotify: SpotifyDouble, refresh_token: str
) -> None:
    spotify.play("delayed", path="/api/token", seconds=3)
    refreshing, deleting = start(spotify_site, _BUILD), start(spotify_site, _DELETE)

    tell(refreshing)
    wait_until(lambda: is_claimed(spotify_site))
    tell(deleting)

    finish(deleting)
    assert finish(refreshing) == "SpotifyConsentNeeded"
    assert refresh_token not in spotify_site.run(_READ)
    assert read_refresh_tokens(spotify_site) == []


def test_two_browsers_of_a_new_listener_make_one_account(
    spotify_site: Site, spotify: SpotifyDouble
) -> None:
    browsers = [spotify_site.start(_SIGN_IN) for _ in range(2)]
    ways = []
    for browser in browsers:
        assert browser.stdout is not None
        ways.append(spotify.consent(browser.stdout.readline().strip(), "ada"))
    spotify.play("delayed", path="/v1/me", times=2, seconds=1)

    for browser, way in zip(browsers, ways, strict=True):
        tell(browser, way)

    assert [finish(browser) for browser in browsers] == ["302", "302"]
    assert len(spotify_site.query("SELECT id FROM accounts_user")) == 1
    assert len(spotify_site.query("SELECT id FROM accounts_musicaccount")) == 1
    assert len(spotify_site.query("SELECT id FROM socialaccount_socialaccount")) == 1
