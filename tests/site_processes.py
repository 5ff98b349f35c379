"""A site of its own in a folder, worked on by real processes: what threads would not show."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.request import urlopen

import psycopg

_ROOT = Path(__file__).resolve().parent.parent
_PREAMBLE = """
import sys
import django
django.setup()
from accounts.models import User
from recommendations.models import *
from tests.factories import *
"""
# Long enough for a loaded machine; only a failing test waits so long.
_PATIENCE_S = 120


@dataclass(frozen=True)
class Servers:
    """The servers of a site that does not keep everything in its folder."""

    database_url: str
    redis_url: str


class Site:
    """A data folder with a migrated database in it or on a server."""

    def __init__(self, folder: Path, servers: Servers | None = None) -> None:
        self._database = folder / "metarec.sqlite3"
        self._servers = servers
        self.environment = {
            **os.environ,
            "METAREC_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "metarec.settings",
            "DATABASE_URL": servers.database_url if servers else "",
            "REDIS_URL": servers.redis_url if servers else "",
            "ELASTIC_HOST": "",
        }
        self._started: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """End what is still running, as after a failure."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.communicate()

    def run(self, script: str) -> str:
        """Run a script in a process of its own and return what it printed."""
        process = self.start(script)
        output, errors = process.communicate(timeout=_PATIENCE_S)
        assert process.returncode == 0, errors
        return output.strip()

    def start(self, script: str) -> subprocess.Popen[str]:
        """Start a script in a process of its own; it finds models and factories imported."""
        process = subprocess.Popen(
            [sys.executable, "-c", _PREAMBLE + script],
            cwd=_ROOT,
            env=self.environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._started.append(process)
        return process

    def start_alone(self, *command: str) -> subprocess.Popen[bytes]:
        """Start Python with a command in a process group of its own, in silence."""
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=_ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def run_at_once(self, *scripts: str) -> list[str]:
        """Run scripts side by side and return what each printed."""
        processes = [self.start(script) for script in scripts]
        results = [process.communicate(timeout=_PATIENCE_S) for process in processes]
        assert [process.returncode for process in processes] == [0] * len(scripts), results
        return [output.strip() for output, _ in results]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Read from the database as it stands, without the time that a process takes."""
        if self._servers is None:
            with closing(sqlite3.connect(self._database, timeout=30)) as file:
                return file.execute(sql).fetchall()
        with psycopg.connect(self._servers.database_url) as connection:
            return connection.execute(sql.encode()).fetchall()

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run a Celery worker with its pool in a process group, and kill all of it at the end."""
        process = self.start_alone("-m", "celery", "-A", "metarec", "worker", "--concurrency", "1")
        try:
            yield process
        finally:
            kill_group(process)


def migrate(site: Site) -> None:
    """Make the tables of a site."""
    for command in ("migrate", "createcachetable"):
        arguments = [sys.executable, "manage.py", command, "--verbosity", "0"]
        subprocess.run(arguments, cwd=_ROOT, env=site.environment, check=True)


def find_free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(site: Site) -> Iterator[str]:
    """Run a site's processes as its Procfile has them; yield its address once it answers."""
    port = find_free_port()
    url = f"http://127.0.0.1:{port}"
    site.environment |= {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PORT": str(port),
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, cwd=_ROOT, env=site.environment, check=True)
    process = site.start_alone("-m", "honcho", "start")
    try:
        wait_until(lambda: _answers(url))
        yield url
    finally:
        # Killed, it would leave its processes behind, each in a group of its own.
        process.terminate()
        process.wait(timeout=_PATIENCE_S)


def _answers(url: str) -> bool:
    try:
        urlopen(url, timeout=10).close()  # noqa: S310 - our own address
    except OSError:  # Refused, or too slow for now.
        return False
    return True


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with all its children as a power cut would."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(condition: Callable[[], bool], *, patience_s: float = _PATIENCE_S) -> None:
    """Return as soon as the condition holds; fail when it does not come to that."""
    end = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < end, "It did not come about in time."
        time.sleep(0.05)
