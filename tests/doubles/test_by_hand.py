"""The doubles as ``make doubles`` starts them."""

import signal
import subprocess
import sys
from pathlib import Path

import requests

from tests.site_processes import wait_until

ROOT = Path(__file__).resolve().parents[2]


def test_all_four_run_until_interrupted_and_say_how_the_site_finds_them() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.doubles", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(9)]
        variables = dict(line.removeprefix("export ").strip().split("=", 1) for line in lines[1:])
        answers = {
            name: requests.get(value, timeout=10).status_code
            for name, value in variables.items()
            if value.startswith("http")
        }
        process.send_signal(signal.SIGINT)
        wait_until(lambda: process.poll() is not None)

    assert answers.keys() == {
        "SPOTIFY_ACCOUNTS_URL", "SPOTIFY_API_URL", "RECCOBEATS_URL", "LISTENBRAINZ_URL",
        "LASTFM_URL",
    }  # fmt: skip
    assert variables.keys() - answers.keys() == {
        "SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET", "LASTFM_API_KEY",
    }  # fmt: skip
    assert process.returncode == 0
