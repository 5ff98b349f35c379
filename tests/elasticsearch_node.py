"""A real Elasticsearch for tests: the one that the environment names, else a node of their own.

All processes of a test run share the node. Where there can be none, the tests that need it are
skipped, except in CI, where they fail.
"""

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from recommendations.index.elasticsearch import connect

LAUNCHER = Path(__file__).resolve().parent.parent / "tools" / "elasticsearch" / "node"
# Names the run's folder to the processes that run the tests.
FOLDER = "METAREC_TEST_NODE"


def pytest_configure() -> None:
    """Make a folder for the node that somebody may start."""
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="metarec-elasticsearch-")


def pytest_unconfigure() -> None:
    """Stop the node that the first test of Elasticsearch started."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = Path(os.environ.pop(FOLDER))
        if (folder / "address").exists():
            launch("stop", folder)
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def elasticsearch_client() -> Iterator[Elasticsearch]:
    """A client of a real Elasticsearch."""
    address = os.environ.get("TEST_ELASTIC_HOST") or _start_node(Path(os.environ[FOLDER]))
    with connect(address, os.environ.get("TEST_API_KEY", "")) as client:
        yield client


@pytest.fixture
def elasticsearch_alias(elasticsearch_client: Elasticsearch) -> Iterator[str]:
    """A name of this test's own for an index."""
    with own_alias(elasticsearch_client) as alias:
        yield alias


@contextmanager
def own_alias(client: Elasticsearch) -> Iterator[str]:
    """Yield a name that nobody else uses; everything under it is dropped afterwards."""
    alias = f"test-{secrets.token_hex(6)}"
    try:
        yield alias
    finally:
        for name in client.indices.get(index=f"{alias}-*"):
            client.indices.delete(index=name)
        client.options(ignore_status=404).indices.delete_index_template(name=alias)


def launch(action: str, data: Path, *options: str) -> None:
    """Start or stop the node of a folder."""
    command = [str(LAUNCHER), action, "--data", str(data), *options]
    subprocess.run(command, check=True, capture_output=True, text=True)


def _start_node(folder: Path) -> str:
    """Return the address of the run's node, which whoever asks first starts."""
    address = folder / "address"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not address.exists():
            port = str(find_free_port())
            with give_up_without_node():
                launch("start", folder, "--port", port)
            address.write_text(f"http://127.0.0.1:{port}")
    return address.read_text()


@contextmanager
def give_up_without_node() -> Iterator[None]:
    """Skip the test if no node can be started; in CI it fails."""
    try:
        yield
    except subprocess.CalledProcessError as error:
        if os.environ.get("CI") == "true":
            raise AssertionError(error.stderr) from error
        pytest.skip(f"Elasticsearch ({error.stderr.splitlines()[-1]})")


def find_free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
