"""The operator's commands about similar users."""

import csv
import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import User
from recommendations.models import TasteProfile
from recommendations.services.profiles import recompute_all_profiles
from recommendations.services.similar_users import find_similar_users
from tests.factories import make_artist, make_top_artists, make_user

pytestmark = pytest.mark.django_db


def _run(*arguments: Any) -> str:
    output = StringIO()
    call_command(*map(str, arguments), stdout=output)
    return output.getvalue()


@pytest.fixture
def fans() -> list[User]:
    """Three fans of the same artists, the last one private, the second with a spiky name."""
    artists = [make_artist("=cmd"), make_artist("Rosalía")]
    users = [make_user(username="ana"), make_user(username="@bea")]
    users.append(make_user(username="eva", is_discoverable=False))
    for user in users:
        make_top_artists(user, artists)
    recompute_all_profiles()
    return users


def test_text_names_similar_users_and_shared_artists(fans: list[User]) -> None:
    output = _run("similar_users", "eva")

    assert "ana" in output
    assert "@bea" in output
    assert "Rosalía" in output
    assert fans[2].username not in output.splitlines()[2]


def test_json_holds_what_the_service_finds(fans: list[User]) -> None:
    output = json.loads(_run("similar_users", "ana", "--format", "json", "--ranking", "seed"))

    expected = find_similar_users(fans[0], limit=10, ranking="seed")
    assert output["ranking"] == "seed"
    assert [found["listener"] for found in output["similar_users"]] == ["@bea"]
    assert output["similar_users"][0]["score"] == expected[0].score


def test_an_unknown_listener_is_one_clear_sentence() -> None:
    with pytest.raises(CommandError, match=r"^There is no listener named 'nobody'\.$"):
        _run("similar_users", "nobody")


def test_a_listener_without_listening_is_told_what_is_missing(listener: User) -> None:
    with pytest.raises(CommandError, match="no top tracks and top artists"):
        _run("similar_users", listener.username)


@pytest.mark.parametrize("limit", ["0", "-1", "ten"])
def test_a_limit_below_one_is_refused(limit: str) -> None:
    with pytest.raises(CommandError, match="whole number of at least 1"):
        _run("similar_users", "ana", f"--limit={limit}")


def test_a_lonely_listener_gets_a_sentence(listener: User) -> None:
    make_top_artists(listener, [make_artist()])

    assert "No other discoverable listener" in _run("similar_users", listener.username)


def test_export_writes_everybody_but_finds_only_the_discoverable(
    fans: list[User], tmp_path: Path
) -> None:
    output = tmp_path / "all.csv"

    _run("export_similar_users", "--limit", 10, "--output", output)

    with output.open(newline="") as file:
        rows = list(csv.DictReader(file))
    pairs = [(row["listener"], row["similar_listener"]) for row in rows]
    assert sorted(pairs) == [("'@bea", "ana"), ("ana", "'@bea"), ("eva", "'@bea"), ("eva", "ana")]
    best = find_similar_users(fans[0], limit=1)[0]
    row = rows[0]
    assert (float(row["score"]), float(row["percent"])) == (best.score, best.percent)


def test_export_disarms_formulas(fans: list[User], tmp_path: Path) -> None:
    output = tmp_path / "all.csv"

    _run("export_similar_users", "--output", output)

    assert len(fans) == 3
    assert ",'=cmd; Rosalía" in output.read_text()


def test_an_export_that_cannot_be_written_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        _run("export_similar_users", "--output", tmp_path / "missing" / "all.csv")

    assert list(tmp_path.iterdir()) == []


def test_export_never_takes_the_place_of_a_folder_or_device(tmp_path: Path) -> None:
    device, folder = tmp_path / "pipe", tmp_path / "folder"
    os.mkfifo(device)
    folder.mkdir()

    for output in (device, folder):
        with pytest.raises(CommandError, match="Not a regular file"):
            _run("export_similar_users", "--output", output)

    assert device.is_fifo()
    assert sorted(tmp_path.iterdir()) == [folder, device]


@pytest.mark.usefixtures("fans")
def test_export_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    link, target = tmp_path / "link.csv", tmp_path / "target.csv"
    link.symlink_to(target)

    _run("export_similar_users", "--output", link)

    assert link.is_symlink()
    assert target.read_text().startswith("listener,rank,")


def test_export_replaces_an_older_file(fans: list[User], tmp_path: Path) -> None:
    output = tmp_path / "all.csv"
    output.write_text("older")

    _run("export_similar_users", "--output", output)

    assert len(fans) == 3
    assert output.read_text().startswith("listener,rank,")
    assert list(tmp_path.iterdir()) == [output]


def test_rebuild_index_counts_who_is_discoverable(fans: list[User]) -> None:
    assert len(fans) == 3
    assert "2 discoverable listeners" in _run("rebuild_index")


def test_rebuild_index_mends_what_was_changed_behind_its_back(fans: list[User]) -> None:
    find_similar_users(fans[0], limit=1)
    User.objects.filter(username="eva").update(is_discoverable=True)

    _run("rebuild_index")

    found = find_similar_users(fans[0], limit=10)
    assert {similar.user.username for similar in found} == {"@bea", "eva"}


def test_recompute_takes_names_or_everybody(fans: list[User]) -> None:
    TasteProfile.objects.all().delete()

    assert "recomputed: 1" in _run("recompute_profiles", "ana")
    assert TasteProfile.objects.count() == 1
    assert "recomputed: 3" in _run("recompute_profiles")
    assert TasteProfile.objects.count() == len(fans)


def test_recompute_of_an_unknown_name_changes_nothing(fans: list[User]) -> None:
    TasteProfile.objects.all().delete()

    with pytest.raises(CommandError, match="no listener named 'nobody'"):
        _run("recompute_profiles", fans[0].username, "nobody")

    assert not TasteProfile.objects.exists()


def test_fit_reports_what_changed(fans: list[User]) -> None:
    output = _run("fit_taste_space")

    assert f"-> {len(fans)}" in output
    assert "it takes 500 listeners" in output
    assert "tempo_bpm" in output
    assert "Switched after" in output
