"""Runs the site's processes side by side until one of them ends or somebody ends them all."""

import contextlib
import signal
import socket
import sys
from pathlib import Path

from django.conf import settings
from honcho.environ import parse_procfile
from honcho.manager import Manager

from metarec.environment import child_environment


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


def serve(procfile: Path) -> int:
    """Run the file's processes and return the exit status once none of them is left.

    Ctrl-C, SIGTERM and a closed terminal end them all; so does the end of any one.
    """
    manager = Manager()
    environment = child_environment(
        PATH=f"{Path(sys.executable).parent}:{child_environment()['PATH']}",
        PORT=str(settings.PORT),
        METAREC_DATA_DIR=str(settings.DATA_DIR),
    )
    for name, command in parse_procfile(procfile.read_text()).processes.items():
        manager.add_process(name, command, env=environment, cwd=str(procfile.parent))
    # Honcho knows the other two; without this, a closed terminal would leave the site running.
    signal.signal(signal.SIGHUP, lambda *_: manager.terminate())
    manager.loop()
    return int(manager.returncode or 0)
