"""Made-up extended streaming histories, the same ones at every call."""

import json
import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.catalogue_files import spotify_id

# Of some 12 MB each, as Spotify's are.
_PLAYS_PER_MEMBER = 16_000
_TRACKS = 60_000
_ARTISTS = 9_000


def write_history(path: Path, plays: int, *, seed: int) -> int:
    """Write the zip and return how many bytes are in it, unpacked."""
    rng = random.Random(seed)  # noqa: S311 - no secret
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
