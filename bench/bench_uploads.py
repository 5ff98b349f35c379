"""Measures the import of an extended streaming history: seconds and peak memory of the command."""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import struct_rusage

from bench.catalogue_files import SEED, spotify_id

ROOT = Path(__file__).resolve().parent.parent
MAX_SECONDS = 60
MAX_MIB = 200
# Of some 12 MB each, as Spotify's are.
_PLAYS_PER_MEMBER = 16_000
_TRACKS = 60_000
_ARTISTS = 9_000
_USER = """
from accounts.models import User
User.objects.create_user("bench")
"""


def main() -> int:
    """Import the history in a process of its own and compare it with its target."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--plays", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "my_spotify_data.zip")
        unpacked = _write_history(path, options.plays)
        packed_mb, unpacked_mb = path.stat().st_size / 1e6, unpacked / 1e6
        print(f"{options.plays:,} plays: {packed_mb:.0f} MB, {unpacked_mb:.0f} MB unpacked")
        _run(["migrate", "--verbosity", "0"], folder)
        _run(["shell", "--verbosity", "0", "--command", _USER], folder)
        started = time.monotonic()
        status, usage = _run(["import_history", "bench", path.name], folder)
        seconds = time.monotonic() - started
    peak_mib = usage.ru_maxrss / 1024
    print(
        f"import_history: {seconds:.1f} s (target {MAX_SECONDS}), "
        f"of them {usage.ru_utime + usage.ru_stime:.1f} s of processor time, "
        f"peak {peak_mib:.0f} MiB (target {MAX_MIB})"
    )
    return int(status != 0 or seconds > MAX_SECONDS or peak_mib > MAX_MIB)


def _write_history(path: Path, plays: int) -> int:
    """Write the zip and return how many bytes are in it, unpacked."""
    rng = random.Random(SEED)  # noqa: S311 - no secret
    ids = [spotify_id("track", number) for number in range(_TRACKS)]
    total = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, first in enumerate(range(0, plays, _PLAYS_PER_MEMBER)):
            rows = list(_make_rows(rng, ids, range(first, min(first + _PLAYS_PER_MEMBER, plays))))
            text = json.dumps(rows, indent=2)
            total += len(text)
            folder = "Spotify Extended Streaming History"
            archive.writestr(f"{folder}/Streaming_History_Audio_2016-2026_{number}.json", text)
    return total


def _make_rows(
    rng: random.Random, ids: list[str], numbers: range
) -> Iterator[dict[str, str | int | bool | None]]:
    """Make rows of every field that real ones have; favourites are played most."""
    begin = datetime(2016, 1, 1, tzinfo=UTC)
    for number in numbers:
        track = int(_TRACKS * rng.random() ** 2.5)
        ended = begin + timedelta(seconds=330 * number)
        yield {
            "ts": ended.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "platform": "Windows 10 (10.0.19045; x64)",
            "ms_played": rng.randrange(300_000),
            "conn_country": "DE",
            "ip_addr": "192.0.2.1",
            "master_metadata_track_name": f"Track of the benchmark {track}",
            "master_metadata_album_artist_name": f"Artist {track % _ARTISTS}",
            "master_metadata_album_album_name": f"Album {track % 20_000}",
            "spotify_track_uri": f"spotify:track:{ids[track]}",
            "episode_name": None,
            "episode_show_name": None,
            "spotify_episode_uri": None,
            "audiobook_title": None,
            "audiobook_uri": None,
            "audiobook_chapter_uri": None,
            "audiobook_chapter_title": None,
            "reason_start": "trackdone",
            "reason_end": "trackdone",
            "shuffle": False,
            "skipped": rng.random() < 0.2,
            "offline": False,
            "offline_timestamp": None,
            "incognito_mode": False,
        }


def _run(arguments: list[str], folder: str) -> tuple[int, struct_rusage]:
    """Return the exit status of one process and what it used, as the kernel counts it."""
    environment = os.environ | {"METAREC_DATA_DIR": str(Path(folder, "data"))}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    process = subprocess.Popen(command, cwd=folder, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage


if __name__ == "__main__":
    sys.exit(main())
