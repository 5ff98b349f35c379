"""Writes small histories in the forms that listeners bring, none of them anybody's."""

import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from recommendations.services.read_history import group_by_kind, read_history
from recommendations.sources.brought_file import BroughtFile
from recommendations.sources.history import History

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
EXTENDED = "Spotify Extended Streaming History/Streaming_History_Audio_2024-2026_0.json"
ACCOUNT_DATA = "Spotify Account Data/StreamingHistory_music_0.json"

Row = Mapping[str, Any]


def track_id(number: int) -> str:
    """Return an id in the form of Spotify's."""
    return f"{number:022d}"


def extended_row(number: int = 1, *, days_ago: float = 1, **overrides: Any) -> Row:
    """Return a whole play of track ``number``, with all that a real row has."""
    ended = NOW - timedelta(days=days_ago)
    return {
        "ts": ended.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "platform": "a secret platform",
        "ms_played": 180_000,
        "conn_country": "XX",
        "ip_addr": "192.0.2.99",
        "user_agent_decrypted": "a secret agent",
        "master_metadata_track_name": f"Track {number}",
        "master_metadata_album_artist_name": f"Artist {number}",
        "master_metadata_album_album_name": "Album",
        "spotify_track_uri": f"spotify:track:{track_id(number)}",
        "episode_name": None,
        "episode_show_name": None,
        "spotify_episode_uri": None,
        "reason_start": "trackdone",
        "reason_end": "trackdone",
        "shuffle": False,
        "skipped": False,
        "offline": False,
        "offline_timestamp": None,
        "incognito_mode": False,
        **overrides,
    }


def account_row(number: int = 1, *, days_ago: float = 1, **overrides: Any) -> Row:
    """Return a whole play of track ``number`` as the account data have it."""
    ended = NOW - timedelta(days=days_ago)
    return {
        "endTime": ended.strftime("%Y-%m-%d %H:%M"),
        "artistName": f"Artist {number}",
        "trackName": f"Track {number}",
        "msPlayed": 180_000,
        **overrides,
    }


def plays(row: Row, times: int) -> list[Row]:
    """Return the row so many times, each a minute before the one before."""
    key, form = ("ts", "%Y-%m-%dT%H:%M:%SZ") if "ts" in row else ("endTime", "%Y-%m-%d %H:%M")
    first = datetime.strptime(row[key], form).replace(tzinfo=UTC)
    return [
        {**row, key: (first - timedelta(minutes=minute)).strftime(form)} for minute in range(times)
    ]


def write_json(path: Path, rows: Iterable[Any]) -> Path:
    """Write rows as Spotify does."""
    path.write_text(json.dumps(list(rows), ensure_ascii=False, indent=2), encoding="utf-8")
    return path


def write_zip(path: Path, members: Mapping[str, Iterable[Any] | bytes]) -> Path:
    """Write a zip of histories or of whatever bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            text = content if isinstance(content, bytes) else json.dumps(list(content)).encode()
            archive.writestr(name, text)
    return path


def read(*paths: Path) -> History:
    """Read files of one kind that a listener brought together."""
    [group] = group_by_kind([BroughtFile(path, path.name) for path in paths]).values()
    return read_history(group, now=NOW, on_bytes=lambda _: None)


def titles(history: History, span: str = "long_term") -> list[tuple[str, int | None]]:
    """Return the top tracks of a span with their plays."""
    lists = {str(key): top for key, top in history.lists.items()}
    return [(track.name, track.play_count) for track in lists[span].tracks] if span in lists else []
