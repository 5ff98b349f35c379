"""The services of ``docker-compose.yml``, run by hand: no container, the same processes."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*)|:\?)?\}")


def load_services(values: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the services with variables filled in as compose does it.

    A variable with ``:?`` has to be among the values, else it is a ``KeyError``.
    """

    def fill_in(match: re.Match[str]) -> str:
        name, default = match.groups()
        return values[name] if default is None else values.get(name) or str(default)

    text = _VARIABLE.sub(fill_in, FILE.read_text()).replace("$$", "$")
    services: dict[str, dict[str, Any]] = yaml.safe_load(text)["services"]
    return services


class Processes:
    """Commands of services on this machine, where neighbours have other addresses."""

    def __init__(self, services: Mapping[str, Any], neighbours: Mapping[str, str]) -> None:
        self._services = services
        self._neighbours = neighbours
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def environment(self, name: str) -> dict[str, str]:
        """Return a service's environment, as bare as a container's."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        given = self._services[name]["environment"]
        # What is substituted by nothing is empty text to Docker and null to a reader of YAML.
        own = {key: "" if value is None else str(value) for key, value in given.items()}
        return {**own, **self._neighbours, "PATH": path}

    def run(self, name: str) -> None:
        """Run a service that ends by itself."""
        subprocess.run(self._command(name), cwd=ROOT, env=self.environment(name), check=True)

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """Start a service that runs on, with its children in a process group."""
        process = subprocess.Popen(
            self._command(name),
            cwd=ROOT,
            env=self.environment(name),
            start_new_session=True,
        )
        self._running[name] = process
        return process

    def stop(self) -> None:
        """End them all as ``docker compose stop`` does."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.wait(timeout=60)

    def _command(self, name: str) -> list[str]:
        entrypoint = re.search(r'ENTRYPOINT \["(.+)"\]', (ROOT / "Dockerfile").read_text())
        assert entrypoint is not None
        command = shlex.split(self._services[name]["command"])
        bind = f"127.0.0.1:{self._neighbours['PORT']}"
        return [entrypoint[1], *(bind if part == "0.0.0.0:8000" else part for part in command)]
