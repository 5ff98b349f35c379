"""PostgreSQL and Redis for tests: those that the environment names, else ones of their own.

Where there are neither, the tests that need them are skipped, except in CI, where they fail.
"""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from tests.site_processes import Servers, Site, find_free_port, migrate, wait_until

# PostgreSQL refuses to be run by root, and whoever has no account may not write anywhere else.
_POSTGRES_USER = "nobody"
_SETTINGS = ("fsync=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=100")


@dataclass(frozen=True)
class RunningServers:
    """Addresses of a PostgreSQL in which databases may be made, and of an own Redis."""

    database_url: str
    redis_url: str

    def database(self, name: str) -> str:
        """Return the address of one of the databases."""
        return urlsplit(self.database_url)._replace(path=f"/{name}").geturl()

    @contextmanager
    def new_database(self, template: str = "template1") -> Iterator[str]:
        """Make a database with a name of its own, and drop it in the end."""
        name = f"metarec_{secrets.token_hex(6)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield name
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, command: str) -> None:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(command.encode())


@pytest.fixture(scope="session")
def servers() -> Iterator[RunningServers]:
    """PostgreSQL and Redis for this process of the test run."""
    with ExitStack() as running:
        database_url = os.environ.get("TEST_DATABASE_URL") or running.enter_context(run_postgres())
        redis_url = os.environ.get("TEST_REDIS_URL") or running.enter_context(run_redis())
        number = 2 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        own = urlsplit(redis_url)._replace(path=f"/{number}").geturl()
        yield RunningServers(database_url, own)


@pytest.fixture(scope="session")
def migrated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty, migrated database, made once."""
    folder = tmp_path_factory.mktemp("migrated")
    migrate(Site(folder))
    return folder


@pytest.fixture(scope="session")
def migrated_database(
    servers: RunningServers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The name of an empty, migrated database of PostgreSQL, made once."""
    with servers.new_database() as name:
        urls = Servers(servers.database(name), servers.redis_url)
        migrate(Site(tmp_path_factory.mktemp("migrated"), urls))
        yield name


@pytest.fixture
def sqlite_site(migrated_folder: Path, tmp_path: Path) -> Iterator[Site]:
    """A site of its own for real processes, empty: SQLite and a folder."""
    folder = tmp_path / "site"
    shutil.copytree(migrated_folder, folder)
    with Site(folder) as own:
        yield own


@pytest.fixture
def server_site(servers: RunningServers, migrated_database: str, tmp_path: Path) -> Iterator[Site]:
    """A site of its own for real processes, empty: PostgreSQL and Redis."""
    with redis.Redis.from_url(servers.redis_url) as client:
        client.flushall()
    with (
        servers.new_database(migrated_database) as name,
        Site(tmp_path, Servers(servers.database(name), servers.redis_url)) as own,
    ):
        yield own


@pytest.fixture(params=["sqlite_site", "server_site"])
def site(request: pytest.FixtureRequest) -> Site:
    """A site of its own for real processes, empty; the test runs on each of both kinds."""
    own: Site = request.getfixturevalue(request.param)
    return own


def pytest_unconfigure(config: pytest.Config) -> None:
    """Name what was not tested, in the last line."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    reasons = {
        report.longrepr[2].removeprefix("Skipped: ")
        for report in reporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    }
    if reasons:
        reporter.write_line(f"Not tested: {'; '.join(sorted(reasons))}", yellow=True)


@dataclass(frozen=True)
class Launch:
    """How a server is started, its address, and how it is asked whether it answers by now."""

    command: list[str]
    options: dict[str, Any]
    url: str
    ask: Callable[[], object]

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers."""

        def answers() -> bool:
            assert process.poll() is None, f"{self.command[0]} ended: {process.communicate()}"
            with suppress(psycopg.OperationalError, redis.ConnectionError):
                self.ask()
                return True
            return False

        process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **self.options
        )
        wait_until(answers)
        return process


def prepare_postgres(folder: Path) -> Launch:
    """Make an empty PostgreSQL in a folder."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    found = str(programs[-1]) if programs else shutil.which("postgres")
    server = Path(
        found or give_up("PostgreSQL (install postgresql, or name a server by TEST_DATABASE_URL)")
    ).resolve()
    as_user = _as_unprivileged(folder)
    data = str(folder / "data")
    subprocess.run(
        [server.with_name("initdb"), "--pgdata", data, "--username", "metarec",
         "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
        check=True, capture_output=True, **as_user,
    )  # fmt: skip
    port = find_free_port()
    options = [part for setting in _SETTINGS for part in ("-c", setting)]
    command = [str(server), "-D", data, "-p", str(port), "-k", str(folder), *options]
    url = f"postgresql://metarec@127.0.0.1:{port}/postgres"
    return Launch(command, as_user, url, lambda: psycopg.connect(url).close())


def prepare_redis(folder: Path) -> Launch:
    """Return how to start a Redis that keeps nothing."""
    program = shutil.which("redis-server") or give_up(
        "Redis (install redis-server, or name a server by TEST_REDIS_URL)"
    )
    port = find_free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    url = f"redis://127.0.0.1:{port}/0"
    return Launch(command, {"cwd": folder}, url, lambda: _ping(url))


@contextmanager
def run_postgres() -> Iterator[str]:
    """Run a PostgreSQL and yield the address of its first database."""
    with temporary_folder() as folder, _running(prepare_postgres(folder)) as url:
        yield url


@contextmanager
def run_redis() -> Iterator[str]:
    """Run a Redis that keeps nothing, and yield its address."""
    with temporary_folder() as folder, _running(prepare_redis(folder)) as url:
        yield url


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder outside of pytest's own, into which only its owner may look."""
    with tempfile.TemporaryDirectory(prefix="metarec-") as name:
        yield Path(name)


@contextmanager
def _running(launch: Launch) -> Iterator[str]:
    """Run a server, yield its address and end it in the end."""
    process = launch.start()
    try:
        yield launch.url
    finally:
        process.terminate()
        process.communicate()


def _ping(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        client.ping()


def _as_unprivileged(folder: Path) -> dict[str, Any]:
    """Give the folder away and return how to start a process as its new owner, if we are root."""
    if os.getuid() != 0:
        return {}
    shutil.chown(folder, user=_POSTGRES_USER)
    return {"user": _POSTGRES_USER, "extra_groups": [], "cwd": folder}


def give_up(what: str) -> NoReturn:
    """Skip the test for want of what is named; in CI it fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"In CI everything is tested, but there is no {what}.")
    pytest.skip(what)
