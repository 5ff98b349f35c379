"""The command that imports listeners."""

import csv
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from recommendations.models import (
    Artist,
    ProfileChange,
    Source,
    StaleProfile,
    TasteProfile,
    TimeRange,
    TopArtist,
    TopTrack,
)
from tests.factories import make_artist, make_top_tracks, make_track, make_user
from tests.recommendations.imports.files import ID_A, ID_B, ID_C, write_gzip, write_zip

pytestmark = pytest.mark.django_db

UNKNOWN_ID = "U" * 22


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def catalogue(db: None) -> None:  # noqa: ARG001 - asks for the database
    for spotify_id in (ID_A, ID_B, ID_C):
        make_track(spotify_id=spotify_id, artists=[make_artist()])


def run(*files: Path, discoverable: bool = False) -> dict[str, str]:
    """Return the command's report, label by label."""
    out = StringIO()
    call_command("import_listeners", *map(str, files), discoverable=discoverable, stdout=out)
    return dict(line.split(": ", 1) for line in out.getvalue().splitlines())


def counts(report: dict[str, str]) -> tuple[str, str, str]:
    return report["Listeners added"], report["Listeners updated"], report["Listeners unchanged"]


def tracks_text(rows: Iterable[tuple[object, ...]]) -> str:
    return "listener,rank,track_id\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


def write_tracks(folder: Path, *rows: tuple[object, ...]) -> Path:
    path = folder / "tracks.csv"
    path.write_text(tracks_text(rows))
    return path


def write_artists(folder: Path, *rows: tuple[object, ...]) -> Path:
    path = folder / "artists.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("listener", "rank", "artist", "play_count"), *rows])
    return path


def stored_tracks(listener: str) -> list[tuple[int, str | None]]:
    entries = TopTrack.objects.filter(user__username=listener).order_by("rank")
    return list(entries.values_list("rank", "track__spotify_id"))


def stored_artists(listener: str) -> list[tuple[int, str, int | None]]:
    entries = TopArtist.objects.filter(user__username=listener).order_by("rank")
    return list(entries.values_list("rank", "artist__name", "play_count"))


def rejected(folder: Path, name: str) -> list[tuple[int, str]]:
    lines = (folder / f"{name}.rejected.csv").read_text().splitlines()
    return sorted((int(line), reason) for _, line, reason in list(csv.reader(lines))[1:])


def test_listeners_are_made_with_their_lists_and_provenance(folder: Path) -> None:
    tracks = write_tracks(folder, ("ann", 1, ID_B), ("bob", 1, ID_A), ("ann", 2, ID_A))
    artists = write_artists(folder, ("ann", 1, "Air", 70), ("ann", 2, "Moby", ""))

    report = run(tracks, artists)

    ann = User.objects.get(username="ann")
    assert counts(report) == ("2", "0", "0")
    assert report["Rows read"].split()[0] == "5"
    assert (ann.origin, ann.is_discoverable, ann.has_usable_password()) == (
        User.Origin.IMPORT,
        False,
        False,
    )
    assert stored_tracks("ann") == [(1, ID_B), (2, ID_A)]
    assert stored_artists("ann") == [(1, "Air", 70), (2, "Moby", None)]
    assert {(row.source, row.time_range) for row in TopTrack.objects.all()} == {
        (Source.FILE, TimeRange.LONG_TERM)
    }


def test_profiles_are_computed_at_the_end(folder: Path) -> None:
    report = run(write_tracks(folder, ("ann", 1, ID_A)))

    assert report["Profiles recomputed"] == "1"
    assert TasteProfile.objects.get().user.username == "ann"
    assert not StaleProfile.objects.exists()


def test_importing_again_changes_nothing(folder: Path) -> None:
    files = [write_tracks(folder, ("ann", 1, ID_A)), write_artists(folder, ("ann", 1, "Air", 3))]
    run(*files)

    report = run(*files)

    assert counts(report) == ("0", "0", "1")
    assert report["Profiles recomputed"] == "0"


def test_gzip_and_zip_are_read_like_plain_files(folder: Path) -> None:
    packed = write_gzip(folder / "a.csv.gz", tracks_text([("ann", 1, ID_A)]))
    zipped = write_zip(folder / "b.zip", {"b.csv": tracks_text([("bob", 1, ID_B)])})

    assert counts(run(packed, zipped)) == ("2", "0", "0")


def test_a_new_list_replaces_the_imported_one_and_no_other(folder: Path) -> None:
    run(write_tracks(folder, ("ann", 1, ID_A), ("ann", 2, ID_B)), write_artists(folder))
    run(write_artists(folder, ("ann", 1, "Air", 3)))

    report = run(write_tracks(folder, ("ann", 1, ID_C)))

    assert counts(report) == ("0", "1", "0")
    assert stored_tracks("ann") == [(1, ID_C)]
    assert stored_artists("ann") == [(1, "Air", 3)]


def test_private_unless_the_operator_states_that_they_agreed(folder: Path) -> None:
    path = write_tracks(folder, ("ann", 1, ID_A))
    run(path)

    report = run(path, discoverable=True)

    ann = User.objects.get(username="ann")
    assert ann.is_discoverable
    assert counts(report) == ("0", "1", "0")
    assert ProfileChange.objects.filter(user_id=ann.pk).exists()


def test_discoverable_listeners_stay_so_without_the_option(folder: Path) -> None:
    path = write_tracks(folder, ("ann", 1, ID_A))
    run(path, discoverable=True)

    report = run(path)

    assert User.objects.get(username="ann").is_discoverable
    assert counts(report) == ("0", "0", "1")


@pytest.mark.parametrize("origin", [User.Origin.SIGN_UP, User.Origin.DEMO])
def test_an_import_never_writes_into_somebodys_account(folder: Path, origin: str) -> None:
    ann = make_user(username="ann", origin=origin, is_discoverable=False)
    rows = [("ann", 1, ID_A), ("ANN", 1, ID_A), ("bob", 1, ID_B)]

    report = run(write_tracks(folder, *rows), discoverable=True)

    ann.refresh_from_db()
    reason = "the name belongs to an account that no import made"
    assert not ann.is_discoverable
    assert not ann.top_tracks.exists()
    assert counts(report) == ("1", "0", "0")
    assert rejected(folder, "tracks.csv") == [(2, reason), (3, reason)]


def test_rows_that_cannot_be_used_are_rejected_with_their_reason(folder: Path) -> None:
    rows = [
        ("ann", 0, ID_A),
        ("ann", -1, ID_A),
        ("ann", 1.5, ID_A),
        ("ann", 10_001, ID_A),
        ("", 1, ID_A),
        ("x" * 151, 1, ID_A),
        ("a\x1bn", 1, ID_A),
        ("ann", 1, "nonsense"),
        ("ann", 1),
        ("ann", 1, UNKNOWN_ID),
        ("ann", 1, ID_B),
    ]

    report = run(write_tracks(folder, *rows))

    reasons = [reason for _, reason in rejected(folder, "tracks.csv")]
    assert stored_tracks("ann") == [(1, ID_B)]
    assert report["Rows rejected"].startswith("10, written")
    for reason, part in zip(
        reasons,
        [
            "rank", "rank", "rank", "rank", "empty", "longer than 150", "control characters",
            "22 letters", "2 columns instead of 3", "import the catalogue first",
        ],
        strict=True,
    ):  # fmt: skip
        assert part in reason


@pytest.mark.parametrize("plays", ["0", "-3", "2.5", "many", "99999999999"])
def test_play_count_has_to_be_a_whole_number_from_one(folder: Path, plays: str) -> None:
    rows = [("ann", 1, "Air", plays), ("ann", 2, "Moby", 5), ("ann", 3, " ", 5)]

    run(write_artists(folder, *rows))

    assert stored_artists("ann") == [(2, "Moby", 5)]
    assert [line for line, _ in rejected(folder, "artists.csv")] == [2, 4]


def test_first_row_of_a_rank_and_best_rank_of_a_track_count(folder: Path) -> None:
    rows = [
        ("ann", 3, ID_A),
        ("ann", 2, ID_B),
        ("ann", 2, ID_C),
        ("ann", 1, ID_A),
    ]

    run(write_tracks(folder, *rows))

    assert stored_tracks("ann") == [(1, ID_A), (2, ID_B)]
    assert rejected(folder, "tracks.csv") == [
        (2, "the listener has the same one at rank 1 already"),
        (4, "the listener has another row of rank 2"),
    ]


def test_two_spellings_of_an_artist_are_one(folder: Path) -> None:
    rows = [("ann", 1, "The Beatles", 9), ("ann", 2, "Beatles", 2), ("bob", 1, "BEATLES", 1)]

    run(write_artists(folder, *rows))

    assert Artist.objects.filter(name_key="beatles").count() == 1
    assert stored_artists("ann") == [(1, "The Beatles", 9)]
    assert stored_artists("bob") == [(1, "The Beatles", 1)]


def test_listener_of_rejected_rows_only_keeps_the_old_list(folder: Path) -> None:
    run(write_tracks(folder, ("ann", 1, ID_A)))

    run(write_tracks(folder, ("ann", 1, UNKNOWN_ID), ("bob", 1, UNKNOWN_ID), ("eva", 1, ID_A)))

    assert stored_tracks("ann") == [(1, ID_A)]
    assert not User.objects.filter(username="bob").exists()


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("ann", 0, ID_A), ("ann", 1, UNKNOWN_ID)], "Not one of 2 rows can be used; .* reasons"),
        ([], "no row below the header"),
    ],
)
def test_files_without_one_row_to_use_are_refused(
    folder: Path, rows: list[tuple[object, ...]], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence) as refusal:
        run(write_tracks(folder, *rows))

    assert refusal.value.returncode == 1
    assert "No row was stored" in str(refusal.value)
    assert not User.objects.exists()


def test_lists_of_other_sources_are_left_alone(folder: Path) -> None:
    run(write_tracks(folder, ("ann", 1, ID_A)))
    ann = User.objects.get(username="ann")
    track = make_track()
    make_top_tracks(ann, [track], source=Source.DEMO)

    run(write_tracks(folder, ("ann", 1, ID_B)))

    assert ann.top_tracks.get(source=Source.DEMO).track == track


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("listener,rank\nann,1\n", "listener,rank,track_id"),
        (tracks_text([("ann", 1, ID_A)]) + '"ann', "never closed"),
    ],
)
def test_bad_file_leaves_the_data_as_it_was(folder: Path, content: str, sentence: str) -> None:
    good = write_tracks(folder, ("ann", 1, ID_A))
    bad = folder / "bad.csv"
    bad.write_text(content)

    with pytest.raises(CommandError, match=sentence) as refusal:
        run(good, bad)

    assert refusal.value.returncode == 1
    assert not User.objects.exists()
    assert [path.name for path in folder.glob("*.rejected.csv")] == []
