"""The shape with servers, as ``docker-compose.yml`` has it."""

import json
import re
import shlex
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from django.conf import settings
from elasticsearch import Elasticsearch

from tests.compose import FILE, ROOT, Processes, load_services
from tests.factories import PASSWORD
from tests.servers import RunningServers, give_up
from tests.site_processes import Servers, Site, find_free_port, wait_until

_VALUES = {
    "POSTGRES_PASSWORD": "pg",
    "REDIS_PASSWORD": "rd",
    "ELASTIC_PASSWORD": "es",
    "METAREC_SECRET_KEY": "a secret of the test's own",
    "METAREC_TOKEN_KEYS": "another secret of the test's own",
}
_WORKERS = {"worker", "index-worker", "population-worker"}
_OURS = {"web", *_WORKERS, "beat", "tables", "api-key"}
_LISTENERS = """
from django.db import transaction
from recommendations.services.catalogue_changes import record_catalogue_changes
from recommendations.services.profiles import mark_stale
from recommendations.tasks import enqueue_recompute
with transaction.atomic():
    shared = [make_artist() for _ in range(3)]
    for name in ("ana", "bea", "eva"):
        user = make_user(username=name)
        make_top_artists(user, [*shared, make_artist()])
        make_top_tracks(user, [make_track(artists=shared) for _ in range(5)])
        mark_stale([user.pk])
        enqueue_recompute(user.pk)
    record_catalogue_changes(track_ids=[make_track(name="Roads", artists=shared).pk])
"""


@pytest.fixture
def services() -> dict[str, dict[str, Any]]:
    """The services with the passwords filled in."""
    return load_services(_VALUES)


def run_compose(values: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Have compose read the file, as a part of docker or by itself as Debian has it."""
    lines = folder / "values"
    lines.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    rest = ["--file", str(FILE), "--env-file", str(lines), "config"]
    for compose in (["docker", "compose"], ["docker-compose"]):
        with suppress(FileNotFoundError, subprocess.CalledProcessError):
            subprocess.run([*compose, "version"], capture_output=True, check=True)
            return subprocess.run([*compose, *rest], capture_output=True, text=True, check=False)
    return give_up("docker compose")


def test_compose_takes_the_file(tmp_path: Path) -> None:
    taken = run_compose(_VALUES, tmp_path)

    assert taken.returncode == 0, taken.stderr
    assert yaml.safe_load(taken.stdout)["services"].keys() == load_services(_VALUES).keys()


def test_compose_asks_for_a_password_that_is_missing(tmp_path: Path) -> None:
    refused = run_compose({**_VALUES, "REDIS_PASSWORD": ""}, tmp_path)

    assert refused.returncode != 0
    assert "REDIS_PASSWORD" in refused.stderr


def test_what_a_service_needs_is_there(services: dict[str, dict[str, Any]]) -> None:
    needed = {name for one in services.values() for name in one.get("depends_on", ())}
    mounted = {mount.split(":")[0] for one in services.values() for mount in one.get("volumes", ())}

    assert services.keys() == _OURS | {"postgres", "redis", "elasticsearch"}
    assert needed <= services.keys()
    assert mounted == {"postgres", "redis", "elasticsearch", "keys", "uploads"}


def test_each_queue_has_one_worker(services: dict[str, dict[str, Any]]) -> None:
    commands = [shlex.split(services[name]["command"]) for name in _WORKERS]
    taken = [command[command.index("--queues") + 1].split(",") for command in commands]

    assert sorted(chain(*taken)) == sorted(queue.name for queue in settings.CELERY_TASK_QUEUES)


def test_who_runs_on_has_a_health_check_and_who_ends_is_waited_for(
    services: dict[str, dict[str, Any]],
) -> None:
    ending = {name for name, one in services.items() if one["restart"] == "on-failure"}
    awaited = {
        name: need["condition"]
        for one in services.values()
        for name, need in one.get("depends_on", {}).items()
    }

    assert ending == {"tables", "api-key"}
    assert {name for name, one in services.items() if "healthcheck" not in one} == ending
    for name, condition in awaited.items():
        ends = "service_completed_successfully"
        assert condition == (ends if name in ending else "service_healthy")


def test_only_the_site_is_reached_from_outside_and_nobody_is_root(
    services: dict[str, dict[str, Any]],
) -> None:
    published = {name: one["ports"] for name, one in services.items() if "ports" in one}
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert published == {"web": ["127.0.0.1:8000:8000"]}
    assert {one["image"] for name, one in services.items() if name in _OURS} == {"metarec"}
    assert dockerfile.index("USER metarec") < dockerfile.index("ENTRYPOINT")
    assert services["elasticsearch"]["environment"]["xpack.security.enabled"] == "true"


@pytest.fixture
def processes(
    services: dict[str, dict[str, Any]],
    servers: RunningServers,
    elasticsearch_client: Elasticsearch,
    tmp_path: Path,
) -> Iterator[tuple[Processes, Site, int]]:
    """The services, by hand; a site to look into; the port."""
    port = find_free_port()
    key = tmp_path / "api_key"
    key.write_text("c2VjcmV0OmtleQ==")
    [node] = elasticsearch_client.transport.node_pool.all()
    with servers.new_database() as name:
        urls = Servers(servers.database(name), servers.redis_url)
        addresses = {
            "DATABASE_URL": urls.database_url,
            "REDIS_URL": urls.redis_url,
            "ELASTIC_HOST": node.base_url,
            "API_KEY_FILE": str(key),
            "METAREC_DATA_DIR": str(tmp_path / "data"),
            "PORT": str(port),
        }
        own = Processes(services, addresses)
        with Site(tmp_path / "data", urls) as site:
            site.environment |= own.environment("web")
            yield own, site, port
            own.stop()
        for index in elasticsearch_client.indices.get(index="users-metadata-*,songs-metadata-*"):
            elasticsearch_client.indices.delete(index=index)


def test_its_processes_make_a_page_of_similar_users_out_of_listening(
    processes: tuple[Processes, Site, int],
) -> None:
    own, site, port = processes
    own.run("tables")
    manage = ["python", "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(manage, cwd=ROOT, env=own.environment("web"), check=True)  # as the image has it
    for name in ("worker", "index-worker", "beat", "web"):
        own.start(name)

    site.run(_LISTENERS)
    profiles = "SELECT COUNT(*) FROM recommendations_tasteprofile"
    wait_until(lambda: site.query(profiles) == [(3,)])

    browser = _Browser(port)
    wait_until(browser.sees_the_site)
    browser.sign_in("ana", PASSWORD)
    # Each profile reaches the index by a task of its own.
    wait_until(lambda: {"bea", "eva"} <= set(re.findall(r"\w+", browser.read("/similar-users/"))))
    wait_until(lambda: "Roads" in browser.read("/search/?q=roads"))


class _Browser:
    """Keeps cookies, and sends what a form would."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}"
        self._cookies = CookieJar()
        processor = urllib.request.HTTPCookieProcessor(self._cookies)
        self._opener = urllib.request.build_opener(processor)

    def read(self, path: str, **fields: str) -> str:
        """Return a page, empty while it is not available."""
        data = urlencode(fields).encode() if fields else None
        try:
            with self._opener.open(self._address + path, data, timeout=60) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
                raise
            return ""

    def sees_the_site(self) -> bool:
        try:
            return "musical siblings" in self.read("/")
        except urllib.error.URLError:
            return False

    def sign_in(self, login: str, password: str) -> None:
        self.read("/accounts/login/")
        token = next(cookie.value for cookie in self._cookies if cookie.name == "csrftoken")
        fields = {"login": login, "password": password, "csrfmiddlewaretoken": str(token)}
        self.read("/accounts/login/", **fields)


class _Security(BaseHTTPRequestHandler):
    """Plays Elasticsearch's API of keys: takes the password "es" and the last key it made."""

    made: list[dict[str, Any]] = []

    def do_GET(self) -> None:
        is_known = self.headers["Authorization"] == f"ApiKey key-{len(self.made)}"
        self._answer(200 if is_known else 401, {})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != "Basic ZWxhc3RpYzplcw==":
            self._answer(401, {})
            return
        self.made.append(body)
        self._answer(200, {"encoded": f"key-{len(self.made)}"})

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, status: int, content: dict[str, str]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())


def _make_key(port: int, file: Path, password: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "ELASTIC_HOST": f"http://127.0.0.1:{port}",
        "ELASTIC_PASSWORD": password,
        "API_KEY_FILE": str(file),
    }
    return subprocess.run(
        ["python3", ROOT / "docker" / "make_api_key.py"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_api_key_is_made_once_and_anew_when_it_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "api_key"
    _Security.made.clear()
    with HTTPServer(("127.0.0.1", 0), _Security) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_port

        refused = _make_key(port, file, "wrong")
        assert refused.returncode == 1
        assert refused.stderr == "No API key was made: HTTP Error 401: Unauthorized\n"
        assert not file.exists()

        for expected in ("key-1", "key-1"):
            assert _make_key(port, file, "es").returncode == 0
            assert file.read_text() == expected
        file.write_text("of another cluster")
        assert _make_key(port, file, "es").returncode == 0
        server.shutdown()

    assert file.read_text() == "key-2"
    assert file.stat().st_mode & 0o777 == 0o600
    [role] = _Security.made[0]["role_descriptors"].values()
    assert [entry["names"] for entry in role["indices"]] == [["users-metadata*", "songs-metadata*"]]
