"""``manage.py import_history``."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from accounts.models import User
from recommendations.models import Source, TopTrack, Upload
from tests.recommendations.uploads.histories import (
    ACCOUNT_DATA,
    EXTENDED,
    account_row,
    extended_row,
    plays,
    write_json,
    write_zip,
)

pytestmark = pytest.mark.django_db


def run(user: User, *arguments: object) -> str:
    """Return what the command writes."""
    output = StringIO()
    call_command("import_history", user.username, *map(str, arguments), stdout=output)
    return output.getvalue()


def track_names(user: User) -> list[str]:
    """Return the listener's top tracks of all time."""
    entries = TopTrack.objects.filter(user=user, time_range="long_term").order_by("rank")
    return [entry.track.name for entry in entries]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that the command is run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_history_is_stored_and_reported(folder: Path, listener: User) -> None:
    rows = [*plays(extended_row(1), 2), extended_row(2), extended_row(3, incognito_mode=True)]
    file = write_zip(folder / "my_spotify_data.zip", {EXTENDED: rows})

    output = run(listener, file)

    assert track_names(listener) == ["Track 1", "Track 2"]
    assert output.splitlines() == [
        "my_spotify_data.zip: Spotify extended streaming history",
        "Rows read: 4",
        "Rows that count: 3",
        "  played in a private session: 1",
        "Top tracks stored: 2",
        "  found by artist and title: 0",
        "Top artists stored: 2",
        "Tracks not found: 0",
    ]
    assert file.exists()
    assert Upload.objects.get(user=listener).is_current


def test_several_files_are_one_history(folder: Path, listener: User) -> None:
    first = write_json(folder / "endsong_0.json", plays(extended_row(1), 2))
    second = write_json(folder / "endsong_1.json", plays(extended_row(2), 3))

    run(listener, first, second)

    assert track_names(listener) == ["Track 2", "Track 1"]


def test_tracks_that_are_not_found_are_written_beside(folder: Path, listener: User) -> None:
    file = write_zip(folder / "my.zip", {ACCOUNT_DATA: plays(account_row(1), 2)})

    output = run(listener, file)

    assert "Tracks not found: 1, written with their reasons to" in output
    assert (folder / "my.zip.not-found.csv").read_text().splitlines() == [
        "artist,title,plays,reason",
        "Artist 1,Track 1,2,unknown",
    ]


def test_the_same_files_again_add_nothing(folder: Path, listener: User) -> None:
    file = write_zip(folder / "my.zip", {EXTENDED: [extended_row(1)]})
    run(listener, file)

    assert "it adds nothing" in run(listener, file)
    assert Upload.objects.count() == 1


def damaged(folder: Path) -> Path:
    """Write a history whose second row is cut."""
    text = json.dumps(plays(extended_row(1), 2))
    path = folder / "endsong_0.json"
    path.write_text(text[: text.rindex("{") + 9])
    return path


def test_of_a_damaged_file_nothing_is_kept_without_being_told_to(
    folder: Path, listener: User
) -> None:
    with pytest.raises(CommandError, match="as they were before"):
        run(listener, damaged(folder))

    assert track_names(listener) == []


def test_of_a_damaged_file_what_could_be_read_is_kept_if_told_to(
    folder: Path, listener: User
) -> None:
    output = run(listener, damaged(folder), "--keep-readable")

    assert "Rows that count: 1" in output
    assert track_names(listener) == ["Track 1"]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04"])
def test_what_is_no_history_stops_with_one_sentence(
    folder: Path, listener: User, content: bytes
) -> None:
    path = folder / "brought.json"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=r"brought\.json is .*as they were before"):
        run(listener, path)

    assert not Upload.objects.exists()


def test_file_that_is_not_there_and_listener_who_is_not_there_are_told(
    folder: Path, listener: User
) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run(listener, folder / "missing.zip")
    with pytest.raises(CommandError, match="no listener named"):
        call_command("import_history", "nobody", str(folder / "missing.zip"))


@pytest.mark.parametrize(
    ("table", "is_stored"),
    [("recommendations_toptrack", False), ("recommendations_tasteprofile", True)],
)
def test_stopped_before_the_lists_it_leaves_no_trace_and_after_them_its_upload(
    folder: Path, listener: User, table: str, *, is_stored: bool
) -> None:
    file = write_zip(folder / "a.zip", {EXTENDED: [extended_row(1)]})

    def stop(execute: Callable[..., object], sql: str, *arguments: object) -> object:
        if sql.startswith("INSERT") and table in sql:
            raise KeyboardInterrupt
        return execute(sql, *arguments)

    with connection.execute_wrapper(stop), pytest.raises(CommandError, match="Stopped"):
        run(listener, file)

    assert bool(track_names(listener)) == is_stored
    assert Upload.objects.filter(is_current=True).exists() == is_stored
    assert Upload.objects.count() == is_stored


def test_account_data_is_refused_after_an_extended_history(folder: Path, listener: User) -> None:
    run(listener, write_zip(folder / "extended.zip", {EXTENDED: [extended_row(1)]}))
    account = write_zip(folder / "account.zip", {ACCOUNT_DATA: [account_row(2)]})

    with pytest.raises(CommandError):
        run(listener, account)

    assert track_names(listener) == ["Track 1"]
    assert TopTrack.objects.filter(source=Source.SPOTIFY_EXPORT).count() == 3
