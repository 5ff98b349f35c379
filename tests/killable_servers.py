"""A site on servers of its own, each of which may be killed and started again at any time.

The data of PostgreSQL and Elasticsearch outlive a kill, as on a disk; Redis forgets everything.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Protocol

import psutil

from tests.elasticsearch_node import LAUNCHER, give_up_without_node, launch
from tests.servers import Launch, prepare_postgres, prepare_redis, temporary_folder
from tests.site_processes import Servers, Site, find_free_port, migrate

_ROOT = Path(__file__).resolve().parent.parent
# How long a supervisor lets pass, so that what cannot start does not keep the machine busy.
_PAUSE_S = 1.0
_WORKER = (
    "worker", "--concurrency", "2", "--queues", "sync,compute,index",
    "--without-gossip", "--without-mingle",
)  # fmt: skip


class Killable(Protocol):
    """What may be killed and started again."""

    def kill(self) -> None:
        """Kill it with all its children, as a power cut would."""

    def start(self) -> None:
        """Start it again."""


class Server:
    """A PostgreSQL or a Redis."""

    def __init__(self, how: Launch) -> None:
        self._how = how
        self.url = how.url
        self.start()

    def kill(self) -> None:
        """Kill it with all its children, as a power cut would."""
        if self._process.poll() is None:
            _kill_family(self._process.pid)
            self._process.communicate()

    def start(self) -> None:
        """Start it again and wait until it answers."""
        self._process = self._how.start()


class Node:
    """An Elasticsearch node, which takes a while to start."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = str(find_free_port())
        self.url = f"http://127.0.0.1:{self._port}"
        with give_up_without_node():
            launch("start", folder, "--port", self._port)

    def kill(self) -> None:
        """Kill it with all its children, as a power cut would."""
        self.wait()
        _kill_family(int((self._folder / "node.pid").read_text()))

    def start(self) -> None:
        """Start it again, without waiting for it."""
        command = [str(LAUNCHER), "start", "--data", str(self._folder), "--port", self._port]
        self._starting = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def wait(self) -> None:
        """Wait until it answers, if it was started again."""
        with suppress(AttributeError):
            assert self._starting.wait() == 0

    def stop(self) -> None:
        """End it."""
        self.wait()
        launch("stop", self._folder)


class CeleryProcess:
    """A worker or a beat under a supervisor, which starts it again however it ended."""

    def __init__(self, site: Site, log: Path, *command: str) -> None:
        self._environment = site.environment
        self._log = log
        self._command = [sys.executable, "-m", "celery", "--app", "metarec", *command]
        self._process = self._start()
        self._is_over = False
        self._supervisor = threading.Thread(target=self._supervise)
        self._supervisor.start()

    def kill(self) -> None:
        """Kill it with all its children, as a power cut would."""
        _kill_family(self._process.pid)

    def start(self) -> None:
        """Leave it to the supervisor."""

    def stop(self) -> None:
        """End it for good."""
        self._is_over = True
        while self._supervisor.is_alive():
            self.kill()
            self._supervisor.join(_PAUSE_S)

    def _supervise(self) -> None:
        while not self._is_over:
            self._process.wait()
            time.sleep(_PAUSE_S)
            if not self._is_over:
                self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("a") as log:
            return subprocess.Popen(
                self._command,
                cwd=_ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


class KillableSite:
    """A site on PostgreSQL, Redis and Elasticsearch of its own, with a worker and a beat."""

    def __init__(self, folder: Path, running: ExitStack) -> None:
        self.postgres = Server(prepare_postgres(running.enter_context(temporary_folder())))
        running.callback(self.postgres.kill)
        self.redis = Server(prepare_redis(running.enter_context(temporary_folder())))
        running.callback(self.redis.kill)
        self.node = Node(folder / "node")
        running.callback(self.node.stop)
        urls = Servers(self.postgres.url, self.redis.url)
        self.site = running.enter_context(Site(folder, urls))
        self.site.environment["ELASTIC_HOST"] = self.node.url
        migrate(self.site)
        self._folder = folder
        self._running = running

    def start_tasks(self) -> None:
        """Start the worker and the beat."""
        self.worker = CeleryProcess(self.site, self._folder / "worker.log", *_WORKER)
        self._running.callback(self.worker.stop)
        self.beat = CeleryProcess(self.site, self._folder / "beat.log", "beat")
        self._running.callback(self.beat.stop)


@contextmanager
def killable_site(folder: Path) -> Iterator[KillableSite]:
    """Run the servers of a site, migrated and empty, and end them with all that was started."""
    with ExitStack() as running:
        yield KillableSite(folder, running)


def _kill_family(pid: int) -> None:
    """Kill a process with all its children; PostgreSQL's are in process groups of their own."""
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        # Whoever was waited for by its own parent only is somebody else's to wait for now.
        psutil.wait_procs(family[1:])
