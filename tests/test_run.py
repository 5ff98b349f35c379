"""The whole site as ``make run`` starts it: real processes, real port, real signals."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent
# Far beyond what a start or a stop takes: it only ends a test that would hang.
PATIENCE_S = 120
# Everything is in the data folder, whatever the tests themselves run on.
_NO_SERVERS = {"DATABASE_URL": "", "REDIS_URL": ""}


def _find_free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start_site(data_dir: Path, port: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "run_site"],
        cwd=ROOT,
        env={**os.environ, **_NO_SERVERS, "METAREC_DATA_DIR": str(data_dir), "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _read_until(site: subprocess.Popen[str], pattern: str) -> str:
    """Return the output up to the line that has the pattern."""
    assert site.stdout is not None
    lines: list[str] = []
    for line in site.stdout:
        lines.append(line)
        if re.search(pattern, line):
            return "".join(lines)
    raise AssertionError(f"No {pattern!r} in the output:\n{''.join(lines)}")


def _fetch(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE_S) as answer:
        assert answer.status == 200
        return str(answer.read().decode())


def _wait_for_port(port: int, site: subprocess.Popen[str]) -> None:
    for _ in range(PATIENCE_S * 10):
        with contextlib.closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"The site ended with status {site.wait(0.1)}.")
    raise AssertionError("The site does not listen.")


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    return _find_free_port()


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder for all running sites, so that only the first one fills it."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture
def site(data_dir: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """A running site."""
    process = _start_site(data_dir, port)
    family: list[psutil.Process] = []
    try:
        _read_until(process, "Ctrl-C ends it")
        _wait_for_port(port, process)
        yield process
    finally:
        if process.poll() is None:
            family = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE_S)
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()


def _find_survivors(family: list[psutil.Process]) -> list[psutil.Process]:
    """Return who is still there; those who ended and wait for init to notice are not."""
    _, left = psutil.wait_procs(family, timeout=1)
    return [one for one in left if one.status() != psutil.STATUS_ZOMBIE]


def test_site_serves_pages_and_their_styles(port: int, site: subprocess.Popen[str]) -> None:
    page = _fetch(port, "/")
    stylesheet = re.search(r'href="(/static/[^"]+\.css)"', page)

    assert stylesheet is not None
    assert _fetch(port, stylesheet[1])
    assert "csrfmiddlewaretoken" in _fetch(port, "/admin/login/")
    assert site.poll() is None


def _wait_for_worker(site: subprocess.Popen[str]) -> psutil.Process:
    """Return the Celery worker, once it has its pool and its beat."""
    for _ in range(PATIENCE_S * 10):
        for one in psutil.Process(site.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if "worker" in one.cmdline() and len(one.children()) > 1:
                    return one
        time.sleep(0.1)
    raise AssertionError("No worker has started its pool.")


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ending_the_site_leaves_no_process(
    ending: signal.Signals, port: int, site: subprocess.Popen[str]
) -> None:
    _wait_for_worker(site)
    family = psutil.Process(site.pid).children(recursive=True)

    site.send_signal(ending)
    output, _ = site.communicate(timeout=PATIENCE_S)

    assert len(family) > 4
    assert ending == signal.SIGHUP or site.returncode == 0
    assert "SIGKILL" not in output
    assert _find_survivors(family) == []
    with contextlib.closing(socket.socket()) as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_killed_worker_ends_the_site(site: subprocess.Popen[str]) -> None:
    worker = _wait_for_worker(site)
    family = psutil.Process(site.pid).children(recursive=True)

    worker.kill()
    site.communicate(timeout=PATIENCE_S)

    assert site.returncode != 0
    assert _find_survivors(family) == []


@pytest.mark.usefixtures("site")
def test_second_site_on_one_data_folder_is_one_clear_sentence(data_dir: Path) -> None:
    second = _start_site(data_dir, _find_free_port())
    output, _ = second.communicate(timeout=PATIENCE_S)

    assert second.returncode == 1
    assert output.startswith(f"CommandError: Another site works with {data_dir}.")
    assert len(output.splitlines()) == 1


def test_second_start_keeps_listeners_and_passwords(tmp_path: Path, port: int) -> None:
    banners = []
    for _ in range(2):
        process = _start_site(tmp_path, port)
        banners.append(_read_until(process, "Ctrl-C ends it"))
        # The processes are only just starting: ending them has to work here too.
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)

    first, second = banners
    assert "Made up 308 listeners" in first
    assert "Made up" not in second
    assert re.findall("login .*", first) == re.findall("login .*", second)
    assert (tmp_path / "logins.txt").stat().st_mode & 0o777 == 0o600


def test_taken_port_is_one_clear_sentence(tmp_path: Path) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        process = _start_site(tmp_path, port)
        output, _ = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 1
    assert output.startswith(f"CommandError: Port {port} cannot be used (Address already in use).")
    assert len(output.splitlines()) == 1
