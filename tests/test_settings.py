import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from metarec.celery import app
from metarec.environment import (
    env_boolean,
    env_choice,
    env_integer,
    env_list,
    env_secret,
    env_url,
)
from metarec.servers import build_broker, build_cache, build_database

ROOT = Path(__file__).resolve().parent.parent


def _manage(data_dir: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "METAREC_DATA_DIR": str(data_dir), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_database_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    result = _manage(tmp_path, "recompute_profiles", "ana")

    assert result.returncode == 1
    assert result.stderr.startswith("metarec cannot go on: the database says 'no such table")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("METAREC_RANKING", "best", "write one of seed, hybrid"),
        ("METAREC_DEBUG", "perhaps", "write yes or no"),
        ("METAREC_HTTPS", "2", "write yes or no"),
        ("PORT", "http", "write a number from 1 to 65535"),
        ("PORT", "70000", "write a number from 1 to 65535"),
        ("ELASTIC_HOST", "host:9200", "write an address such as http://127.0.0.1:9200"),
        ("DATABASE_URL", "oracle", "write an address such as sqlite:////srv/metarec.sqlite3"),
        ("REDIS_URL", "redis", "write an address such as redis://127.0.0.1:6379/0"),
        # The last of Redis's sixteen databases leaves none for the cache.
        ("REDIS_URL", "redis://host/15", "write an address such as redis://127.0.0.1:6379/0"),
    ],
)
def test_wrong_value_stops_the_start_with_one_sentence(
    name: str, value: str, advice: str, tmp_path: Path
) -> None:
    result = _manage(tmp_path, "check", **{name: value})

    assert result.returncode == 1
    assert result.stderr == f"metarec cannot start: {name} is {value!r}: {advice}.\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://metarec:secret@host:99999/metarec"),
        ("DATABASE_URL", "mysql://metarec:secret@host/metarec"),
        ("REDIS_URL", "rediss://:secret@host:port"),
    ],
)
def test_refused_address_does_not_tell_its_password(name: str, value: str, tmp_path: Path) -> None:
    result = _manage(tmp_path, "check", **{name: value})

    assert result.returncode == 1
    assert result.stderr.startswith(f"metarec cannot start: {name} is '...@host")
    assert "secret" not in result.stderr


def test_postgresql_is_used_through_a_pool_with_what_its_address_says() -> None:
    database = build_database("postgresql://ana:pw@host/metarec?sslmode=require")

    assert database["OPTIONS"].pop("pool")["max_size"] >= 8  # the web process's threads
    assert database["OPTIONS"] == {"sslmode": "require", "connect_timeout": 5}
    assert database["CONN_HEALTH_CHECKS"] is True


def test_cache_and_broker_are_two_databases_of_redis(tmp_path: Path) -> None:
    url = "rediss://:pw@host:6380/4?ssl_cert_reqs=required"

    broker = build_broker(url, tmp_path, longest_task_s=100)

    assert broker["CELERY_BROKER_URL"] == url
    assert build_cache(url)["LOCATION"] == url.replace("/4?", "/5?")
    assert list(tmp_path.iterdir()) == []


def test_no_task_is_given_to_another_worker_before_it_has_been_cut_off(tmp_path: Path) -> None:
    limit_s = django_settings.CELERY_TASK_TIME_LIMIT
    broker = build_broker("redis://host", tmp_path, longest_task_s=limit_s)

    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    limits_s = [task.time_limit or limit_s for task in ours]

    assert ours
    assert broker["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"] > max(limits_s)


def test_every_task_has_its_queue() -> None:
    routes = django_settings.CELERY_TASK_ROUTES

    ours = {name for name in app.tasks if not name.startswith("celery.")}

    assert ours
    assert ours <= routes.keys()
    assert {route["queue"] for route in routes.values()} <= {
        "sync",
        "compute",
        "index",
        "population",
    }


def test_data_folder_that_cannot_be_made_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    result = _manage(file, "check")

    assert result.returncode == 1
    assert result.stderr.startswith(f"metarec cannot start: METAREC_DATA_DIR is '{file}'")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", True), ("True", True), (" yes ", True), ("0", False), ("NO", False), ("", True)],
)
def test_boolean_is_read(text: str, *, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SWITCH", text)

    assert env_boolean("A_SWITCH", default=True) is expected


@pytest.mark.parametrize("text", ["-1", "1_0", "٣", "11", "1.0"])
def test_number_outside_its_range_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_NUMBER", text)

    with pytest.raises(ImproperlyConfigured, match="write a number from 0 to 10"):
        env_integer("A_NUMBER", 5, low=0, high=10)


def test_choice_is_refused_in_other_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_CHOICE", "Seed")

    with pytest.raises(ImproperlyConfigured, match="write one of seed, hybrid"):
        env_choice("A_CHOICE", "hybrid", ["seed", "hybrid"])


def test_list_is_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_LIST", "one.example, two.example,")

    assert env_list("A_LIST", []) == ["one.example", "two.example"]


def test_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    file = tmp_path / "secret"

    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: env_secret("NO_SUCH_SECRET", file), range(32)))

    assert secrets == {file.read_text()}
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_secret_of_the_environment_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_SECRET", "given")

    assert env_secret("A_SECRET", tmp_path / "secret") == "given"
    assert not (tmp_path / "secret").exists()


def test_data_folder_that_takes_no_files_is_an_error() -> None:
    with override_settings(DATA_DIR=Path("/proc")):
        messages = run_checks()

    assert [message.id for message in messages] == ["metarec.E001"]


@pytest.mark.parametrize("text", ["ftp://host/", "host", "https://", "http://[", "https://höst/"])
def test_url_that_nothing_can_be_asked_at_is_refused(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_URL", text)

    with pytest.raises(ImproperlyConfigured, match="begins with https"):
        env_url("A_URL", "")
