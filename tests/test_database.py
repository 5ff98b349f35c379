"""SQLite as the site uses it: a file that web and worker write side by side."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_WRITERS = 4
_WRITES = 100

# Reads and writes in one transaction, as the site's services do: with SQLite's own defaults this
# loses to another writer with "database is locked" as soon as both have read.
_COUNT_UP = f"""
from django.db import transaction
from recommendations.models import Artist
for _ in range({_WRITES}):
    with transaction.atomic():
        artist = Artist.objects.get()
        artist.name = str(int(artist.name) + 1)
        artist.save()
"""


def _start(data_dir: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "METAREC_DATA_DIR": str(data_dir)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _run_script(data_dir: Path, script: str) -> str:
    return _run(data_dir, "shell", "--no-imports", "--command", script)


def _run(data_dir: Path, *arguments: str) -> str:
    process = _start(data_dir, *arguments)
    output, _ = process.communicate()
    assert process.returncode == 0, output
    return output


def test_processes_that_write_side_by_side_lose_nothing(tmp_path: Path) -> None:
    _run(tmp_path, "migrate", "--verbosity", "0")
    models = "from recommendations.models import Artist;"
    _run_script(tmp_path, f"{models} Artist.objects.create(name='0', name_key='0')")

    writers = [
        _start(tmp_path, "shell", "--no-imports", "--command", _COUNT_UP) for _ in range(_WRITERS)
    ]
    outputs = [writer.communicate()[0] for writer in writers]

    assert outputs == [""] * _WRITERS
    assert _run_script(tmp_path, f"{models} print(Artist.objects.get())").strip() == str(
        _WRITERS * _WRITES
    )


def test_database_is_written_ahead_and_waits_for_its_turn(tmp_path: Path) -> None:
    pragmas = _run_script(
        tmp_path,
        "from django.db import connection as c; k = c.cursor();"
        "print(k.execute('PRAGMA journal_mode').fetchone()[0],"
        " k.execute('PRAGMA busy_timeout').fetchone()[0])",
    )

    assert pragmas.split() == ["wal", "30000"]
