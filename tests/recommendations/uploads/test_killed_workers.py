"""Uploads imported by real workers that are killed, with nobody who helps them up."""

import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.recommendations.uploads.histories import (
    ACCOUNT_DATA,
    EXTENDED,
    account_row,
    extended_row,
    plays,
    write_zip,
)
from tests.site_processes import Site, kill_group, wait_until

# Read for longer than the longest wait before a kill; track 1 is the most played.
ROWS = [row for number in range(1, 61) for row in plays(extended_row(number), 900 - 10 * number)]
# Their ids are not known: they are found by name. They come after the extended history.
NAMED = [
    row
    for number in range(101, 121)
    for row in plays(account_row(number, days_ago=0.5), 130 - number)
]
# Before a statement, or so many seconds after it.
CLAIM, MATCH = (
    'UPDATE "recommendations_upload" SET "state" = ',
    'FROM "recommendations_trackartist"',
)
STORE, PROFILE = (
    'INSERT INTO "recommendations_toptrack"',
    'INSERT INTO "recommendations_tasteprofile"',
)

_LISTENERS = """
for number in range(101, 121):
    make_track(name=f"Track {number}", artists=[make_artist(f"Artist {number}")])
for name in ("ada", "bea"):
    old = [make_track(spotify_id=f"old of {name}")]
    make_top_tracks(make_user(username=name), old, source="spotify_export")
"""
_UPLOAD = """
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils import timezone
from recommendations.services.uploads import keep_uploads
from recommendations.tasks import enqueue_import
with open({path!r}, "rb") as brought:
    content = brought.read()
file = TemporaryUploadedFile("my.zip", "application/zip", len(content), None)
file.write(content)
file.seek(0)
[kept] = keep_uploads(User.objects.get(username={name!r}), [file], timezone.now())
enqueue_import(kept.upload.pk)
"""
# A worker with its beat, as the Procfile has it, which a power cut ends at a certain statement.
_WORKER = """
import os, signal, threading
from django.db.backends.signals import connection_created
from metarec.celery import app

def die():
    os.killpg(0, signal.SIGKILL)

def watch(execute, sql, params, many, context):
    if not {deadly!r} or {deadly!r} not in sql:
        return execute(sql, params, many, context)
    if not {wait_s}:
        die()
    result = execute(sql, params, many, context)
    threading.Timer({wait_s}, die).start()
    return result

def add_watch(connection, **_signal):
    connection.execute_wrappers.append(watch)

connection_created.connect(add_watch)
app.worker_main(["--quiet", "worker", "--beat", "--concurrency", "1", "--loglevel", "CRITICAL"])
"""
_LISTS = """
SELECT time_range, rank, spotify_id FROM recommendations_toptrack
JOIN recommendations_track AS track ON track.id = track_id
JOIN accounts_user AS listener ON listener.id = user_id WHERE username = '{name}'
UNION ALL
SELECT time_range, rank, artist.name FROM recommendations_topartist
JOIN recommendations_artist AS artist ON artist.id = artist_id
JOIN accounts_user AS listener ON listener.id = user_id WHERE username = '{name}'
ORDER BY 1, 2, 3
"""
_ENDED = """
SELECT username, state, attempts, folder, is_current, is_stale.user_id IS NULL
FROM recommendations_upload AS upload
JOIN accounts_user AS listener ON listener.id = upload.user_id
LEFT JOIN recommendations_staleprofile AS is_stale ON is_stale.user_id = listener.id
ORDER BY 1
"""


@pytest.fixture
def quick(site: Site, tmp_path: Path) -> Site:
    """A site that looks for the dead each second, with two listeners and a file for them."""
    site.environment |= {
        "DJANGO_SETTINGS_MODULE": "tests.quick_settings",
        "METAREC_RECCOBEATS": "no",
    }
    site.run(_LISTENERS)
    write_zip(tmp_path / "my.zip", {EXTENDED: ROWS, ACCOUNT_DATA: NAMED})
    return site


@contextmanager
def worker(site: Site, deadly: str = "", wait_s: float = 0.0) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker that dies at a statement, and kill what is left of it at the end."""
    script = _WORKER.format(deadly=deadly, wait_s=wait_s)
    process = site.start_alone("-c", script)
    try:
        yield process
    finally:
        kill_group(process)


def read_lists(site: Site, name: str) -> list[tuple[Any, ...]]:
    """Return all places in a listener's lists."""
    return site.query(_LISTS.format(name=name))


@pytest.mark.parametrize(
    ("site", "deaths", "attempts"),
    [
        # What is read before anything is stored is the same to every database.
        ("sqlite_site", (CLAIM, MATCH), 3),
        ("sqlite_site", (STORE, PROFILE), 2),
        ("server_site", (STORE, PROFILE), 2),
    ],
    indirect=["site"],
)
def test_an_import_ends_by_itself_as_one_that_nobody_killed(
    quick: Site, tmp_path: Path, deaths: tuple[str, ...], attempts: int
) -> None:
    chance = random.Random(7)  # noqa: S311 - not for secrets
    path = str(tmp_path / "my.zip")
    old = read_lists(quick, "ada")
    quick.run(_UPLOAD.format(path=path, name="ada"))

    for deadly in deaths:
        with worker(quick, deadly, chance.uniform(0.05, 0.3) if deadly == CLAIM else 0.0) as dying:
            wait_until(lambda dying=dying: dying.poll() is not None)  # type: ignore[misc]
        is_stored = deadly == PROFILE
        assert (read_lists(quick, "ada") == old) is not is_stored

    quick.run(_UPLOAD.format(path=path, name="bea"))
    with worker(quick):
        wait_until(lambda: quick.query(_ENDED) == [
            ("ada", "done", attempts, "", True, True), ("bea", "done", 1, "", True, True)
        ])  # fmt: skip

    lists = read_lists(quick, "ada")
    assert lists == read_lists(quick, "bea")
    assert len(lists) == len(set(lists)) == 3 * (80 + 80)
