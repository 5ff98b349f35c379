"""What a visitor sees while a server of the site is away, and that it recovers by itself."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.killable_servers import Server
from tests.servers import prepare_postgres, prepare_redis, temporary_folder
from tests.site_processes import Servers, Site, migrate, wait_until
from tests.toxic_proxy import HEALTHY, Toxic, ToxicProxy, toxic_proxy

_ROOT = Path(__file__).resolve().parent.parent
# Does what a browser would, in one process as the site's web server is one: its connections are
# those that a server's end breaks.
_VISITOR = """
import logging
import json
from django.db import close_old_connections
from django.test import Client
from recommendations.services.profiles import recompute_profiles
ana, bea = make_user(username="ana"), make_user(username="bea")
artists = [make_artist() for _ in range(3)]
for user in (ana, bea):
    make_top_artists(user, artists)
recompute_profiles([ana.pk, bea.pk])
logging.disable()  # What is logged meanwhile would fill the pipe that nobody reads.
visitors = {}
for name in ("anonymous", "ana"):
    visitors[name] = Client(raise_request_exception=False, SERVER_NAME="localhost")
visitors["ana"].force_login(ana)
print("ready", flush=True)
for line in sys.stdin:
    who, method, path, fields = json.loads(line)
    close_old_connections()  # As each request of a browser does, but none of the test client's.
    answer = getattr(visitors[who], method)(path, fields)
    print(json.dumps({
        "status": answer.status_code,
        "retry_after": answer.headers.get("Retry-After"),
        "type": answer.headers["Content-Type"],
        "body": answer.content.decode(),
    }), flush=True)
"""
# One listener's new listening, as the admin takes it.
_CHANGE = """
from django.db import transaction
from recommendations.services.profiles import mark_stale
from recommendations.tasks import enqueue_recompute
ana = User.objects.get(username="ana")
with transaction.atomic():
    mark_stale([ana.pk])
    enqueue_recompute(ana.pk)
"""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    retry_after: str | None
    type: str
    body: str


class Visitors:
    """Somebody who is nobody yet, and ana, who is signed in."""

    def __init__(self, site: Site) -> None:
        self._process = site.start(_VISITOR)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._said, self._heard = self._process.stdin, self._process.stdout
        if self._heard.readline() != "ready\n":
            raise AssertionError(self._process.communicate()[1])

    def ask(self, who: str, method: str, path: str, **fields: str) -> Answer:
        """Return the answer to a request."""
        self._said.write(json.dumps([who, method, path, fields]) + "\n")
        self._said.flush()
        return Answer(**json.loads(self._heard.readline()))

    def get(self, who: str, path: str) -> int:
        """Return the status of a page."""
        return self.ask(who, "get", path).status


@dataclass(frozen=True)
class Surroundings:
    """A site whose servers may be killed, and harmed by the network between."""

    postgres: Server
    redis: Server
    to_postgres: ToxicProxy
    to_redis: ToxicProxy
    site: Site
    visitors: Visitors


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surroundings]:
    """A site with two listeners on servers of its own."""
    folder = tmp_path_factory.mktemp("site")
    with ExitStack() as running:
        postgres = Server(prepare_postgres(running.enter_context(temporary_folder())))
        running.callback(postgres.kill)
        redis = Server(prepare_redis(running.enter_context(temporary_folder())))
        running.callback(redis.kill)
        to_postgres = running.enter_context(toxic_proxy(postgres.url))
        to_redis = running.enter_context(toxic_proxy(redis.url))
        site = running.enter_context(Site(folder, Servers(to_postgres.url, to_redis.url)))
        site.environment["ELASTIC_HOST"] = "http://127.0.0.1:1"  # where nobody listens
        migrate(site)
        collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        subprocess.run(collect, cwd=_ROOT, env=site.environment, check=True)
        yield Surroundings(postgres, redis, to_postgres, to_redis, site, Visitors(site))


def sign_in(around: Surroundings) -> Answer:
    return around.visitors.ask(
        "anonymous", "post", "/accounts/login/", login="nobody", password="wrong"
    )


def change_visibility(around: Surroundings) -> Answer:
    return around.visitors.ask("ana", "post", "/my-data/discoverable/", is_discoverable="on")


def require_unavailable(answer: Answer) -> None:
    assert (answer.status, answer.retry_after) == (503, "30")
    assert "This is not available just now" in answer.body


def require_unavailable_in_shape(answer: Answer) -> None:
    assert (answer.status, answer.retry_after) == (503, "5")
    assert json.loads(answer.body)["error"]["code"] == "unavailable"


def test_without_redis_pages_are_shown_and_changed_but_nobody_signs_in(
    around: Surroundings,
) -> None:
    around.redis.kill()

    assert around.visitors.get("anonymous", "/") == 200
    assert around.visitors.get("ana", "/top-tracks/") == 200
    assert change_visibility(around).status == 302
    require_unavailable(sign_in(around))
    require_unavailable_in_shape(around.visitors.ask("ana", "get", "/api/v1/me/"))

    around.redis.start()
    wait_until(lambda: sign_in(around).status == 200)
    assert around.visitors.get("ana", "/api/v1/me/") == 200


def test_without_postgresql_every_page_says_so_until_it_is_back(around: Surroundings) -> None:
    around.postgres.kill()

    require_unavailable(around.visitors.ask("ana", "get", "/my-data/"))
    require_unavailable_in_shape(around.visitors.ask("ana", "get", "/api/v1/me/"))

    around.postgres.start()
    wait_until(lambda: around.visitors.get("ana", "/my-data/") == 200)
    assert around.visitors.get("ana", "/api/v1/me/") == 200


def test_a_redis_that_falls_silent_does_not_hold_a_change_up_for_ever(
    around: Surroundings,
) -> None:
    around.to_redis.become(Toxic("swallow"))

    around.site.run(_CHANGE)
    assert change_visibility(around).status == 302
    require_unavailable_in_shape(around.visitors.ask("ana", "get", "/api/v1/me/"))

    around.to_redis.become(HEALTHY)
    wait_until(lambda: around.visitors.get("ana", "/api/v1/me/") == 200)
    assert around.site.query("SELECT COUNT(*) FROM recommendations_staleprofile") == [(1,)]


def test_a_connection_cut_in_an_answer_of_postgresql_is_replaced(around: Surroundings) -> None:
    for after in (0, 100, 1_000):
        around.to_postgres.become(Toxic("reset", after=after))
        require_unavailable(around.visitors.ask("ana", "get", "/my-data/"))
        around.to_postgres.become(HEALTHY)
        wait_until(lambda: around.visitors.get("ana", "/my-data/") == 200)


def test_without_elasticsearch_everything_but_similar_users_is_there(
    around: Surroundings,
) -> None:
    away = around.visitors.ask("ana", "get", "/similar-users/")

    assert (away.status, away.retry_after) == (503, "30")
    assert "Similar users are not available just now" in away.body
    for page in ("/", "/top-tracks/", "/my-data/", "/api/v1/me/"):
        assert around.visitors.get("ana", page) == 200
