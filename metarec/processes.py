"""Runs the site's processes side by side until one of them ends or somebody ends them all."""

import contextlib
import fcntl
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TextIO

import honcho.manager
from django.conf import settings
from honcho.environ import parse_procfile
from honcho.manager import Manager

from metarec.environment import child_environment

# Honcho's statuses for Ctrl-C and SIGTERM: how a site is meant to end.
_ENDED_AS_ASKED = {130, 143}
# Chosen by us: a process that starts is known within some milliseconds.
_RETRY_S = 0.1
# In seconds, chosen by us: a Celery worker takes up to 5 to end, which is all honcho grants it.
honcho.manager.KILL_WAIT = 15


class PortUnavailable(Exception):  # noqa: N818 - named for what is the matter
    """The site cannot listen on its port."""


def require_free_port(port: int) -> None:
    """Raise ``PortUnavailable`` with the reason if the site could not listen on the port."""
    with contextlib.closing(socket.socket()) as probe:
        # As gunicorn does: connections of an ended site that still linger do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortUnavailable(error.strerror) from error


class FolderInUse(Exception):  # noqa: N818 - named for what is the matter
    """Another site works with the data folder."""


def claim_folder(folder: Path) -> TextIO:
    """Return a file whose lock is held until all that serves the site is gone.

    Raises ``FolderInUse`` if another site holds it: two workers would take each other's messages.
    """
    lock = (folder / "site.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise FolderInUse from error
    return lock


class _Processes(Manager):  # type: ignore[misc] # honcho has no types
    """Honcho's manager, which can also be ended by a closed terminal, and while it starts."""

    def __init__(self) -> None:
        super().__init__()
        self._owner = os.getpid()
        for number in (signal.SIGHUP, signal.SIGALRM):
            signal.signal(number, lambda *_: self.terminate())

    def terminate(self) -> None:
        """End all processes; those whose start honcho has not heard of yet, in a moment."""
        if os.getpid() != self._owner:  # a watcher of one process, which inherits our handlers
            return
        try:
            super().terminate()
        except KeyError:
            self._terminating = False
            signal.setitimer(signal.ITIMER_REAL, _RETRY_S)


def serve(procfile: Path) -> int:
    """Run the file's processes and return the exit status, 0 if asked to end, once all are gone.

    Ctrl-C, SIGTERM and a closed terminal end them all; so does the end of any one.
    """
    manager = _Processes()
    environment = child_environment(
        PATH=f"{Path(sys.executable).parent}:{child_environment()['PATH']}",
        PORT=str(settings.PORT),
        METAREC_DATA_DIR=str(settings.DATA_DIR),
    )
    for name, command in parse_procfile(procfile.read_text()).processes.items():
        manager.add_process(name, command, env=environment, cwd=str(procfile.parent))
    manager.loop()
    return 0 if manager.returncode in _ENDED_AS_ASKED else int(manager.returncode or 0)
