"""What is kept of requests, and what a failing test shows of them."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import requests

from tests.doubles.lastfm import API_KEY, LastFmDouble
from tests.doubles.listenbrainz import ListenBrainzDouble
from tests.doubles.spotify import SpotifyDouble

ROOT = Path(__file__).resolve().parents[2]
FAILING = """
import requests

def test_that_fails(spotify):
    tokens = spotify.sign_in("ada")
    spotify.play("rate_limited", retry_after_s=30)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    requests.get(f"{spotify.api_url}/me/top/tracks?limit=2", headers=headers, timeout=10)
    assert 1 == 2
"""


def test_signing_in_leaves_no_secret_in_the_records(spotify: SpotifyDouble) -> None:
    tokens = spotify.sign_in()
    url = f"{spotify.accounts_url}/api/token"
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    requests.post(url, refresh, auth=(spotify.app.client_id, "wrong-secret"), timeout=10)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    requests.get(f"{spotify.api_url}/me/{tokens['access_token']}", headers=headers, timeout=10)

    text = "\n".join(map(repr, spotify.requests))

    assert len(spotify.secrets) == 4
    assert [secret for secret in {*spotify.secrets, "wrong-secret"} if secret in text] == []


def test_keys_and_user_tokens_are_not_recorded(
    listenbrainz: ListenBrainzDouble, lastfm: LastFmDouble
) -> None:
    requests.get(
        f"{listenbrainz.url}/1/validate-token",
        headers={"Authorization": "Token lb-token-of-lena"},
        timeout=10,
    )
    requests.get(lastfm.api_url, params={"api_key": API_KEY, "user": "olga"}, timeout=10)

    assert str(listenbrainz.requests[0]) == "GET /1/validate-token [Token ***] -> 200"
    assert str(lastfm.requests[0]) == "GET /2.0 api_key=*** user=olga -> 200"


def test_record_tells_the_fault_and_a_connection_that_was_closed(lastfm: LastFmDouble) -> None:
    lastfm.play("hung_up")
    with suppress(requests.ConnectionError):
        requests.get(lastfm.api_url, headers={"User-Agent": "metarec"}, timeout=10)

    assert str(lastfm.requests[0]) == "GET /2.0 -> connection closed (fault: hung_up)"
    assert lastfm.requests[0].user_agent == "metarec"


def test_bodies_of_json_are_recorded(lastfm: LastFmDouble) -> None:
    requests.post(lastfm.api_url, json={"tracks": [1, 2]}, timeout=10)

    assert lastfm.requests[0].body == '{"tracks": [1, 2]}'


def test_failing_test_shows_what_was_asked_without_tokens(tmp_path: Path) -> None:
    file = tmp_path / "test_inner.py"
    file.write_text(FAILING)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.doubles.fixtures",
        "-p",
        "no:cacheprovider",
    ]
    environment = {**os.environ, "METAREC_DATA_DIR": str(tmp_path)}

    run = subprocess.run(
        [*command, "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), str(file)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert run.returncode == 1, run.stdout
    section = run.stdout.partition("Requests to spotify's double")[2]
    assert "GET /v1/me/top/tracks limit=2 [Bearer ***] -> 429 (fault: rate_limited)" in section
    assert "grant_type=authorization_code" in section
    assert "access-" not in run.stdout
