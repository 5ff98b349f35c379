import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from metarec.environment import env_boolean, env_choice, env_integer, env_list, env_secret

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
        ("DATABASE_URL", "oracle", "write an address such as sqlite:////srv/metarec.sqlite3"),
    ],
)
def test_wrong_value_stops_the_start_with_one_sentence(
    name: str, value: str, advice: str, tmp_path: Path
) -> None:
    result = _manage(tmp_path, "check", **{name: value})

    assert result.returncode == 1
    assert result.stderr == f"metarec cannot start: {name} is {value!r}: {advice}.\n"


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
