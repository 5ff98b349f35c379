"""The command that imports catalogues."""

import csv
import gzip
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from recommendations.models import Artist, AudioFeatures, StaleProfile, Track
from recommendations.services.import_catalogue import BATCH_ROWS, import_catalogue
from recommendations.services.import_files import ImportInterrupted, ImportStopped
from tests.factories import make_artist, make_top_tracks, make_track, make_user
from tests.recommendations.imports.files import (
    ARTIST_X,
    ARTIST_Y,
    ID_A,
    ID_B,
    ID_C,
    csv_text,
    row_1m2,
    row_114k,
    row_exportify_net,
    write_csv,
    write_gzip,
    write_zip,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*files: Path) -> dict[str, str]:
    """Return the command's report, label by label."""
    out = StringIO()
    call_command("import_catalogue", *map(str, files), stdout=out)
    return dict(line.split(": ", 1) for line in out.getvalue().splitlines())


def counts(report: dict[str, str]) -> tuple[str, str, str]:
    return report["Tracks added"], report["Tracks updated"], report["Tracks unchanged"]


def many_rows(count: int) -> list[dict[str, object]]:
    return [row_114k(f"{number:022d}", artists=f"Artist {number % 50}") for number in range(count)]


def test_a_track_is_stored_with_its_features_and_artists_in_order(folder: Path) -> None:
    run(write_csv(folder / "a.csv", row_114k()))

    track = Track.objects.get(spotify_id=ID_A)
    features = track.audio_features
    assert (track.name, track.album_name, track.popularity) == ("Song", "Album", 50)
    assert [credit.artist.name for credit in track.credits.all()] == ["Air", "Moby"]
    assert (features.provider, features.loudness_db) == ("catalogue_file", -7.5)


def test_gzip_and_zip_are_read_like_plain_files(folder: Path) -> None:
    packed = write_gzip(folder / "a.csv.gz", csv_text([row_114k(ID_A)]))
    members = {"b.csv": csv_text([row_114k(ID_B)]), "c.csv": csv_text([row_1m2(ID_C)])}

    report = run(packed, write_zip(folder / "b.zip", members))

    assert counts(report) == ("3", "0", "0")


def test_importing_again_changes_nothing(folder: Path) -> None:
    path = write_csv(folder / "a.csv", row_114k(ID_A), row_114k(ID_B, artists="Air"))
    run(path)

    assert counts(run(path)) == ("0", "0", "2")


def test_a_later_import_updates_what_it_knows_and_keeps_the_rest(folder: Path) -> None:
    run(write_csv(folder / "a.csv", row_114k(popularity=10)))

    report = run(write_csv(folder / "b.csv", row_114k(popularity="", energy=0.9, artists="")))

    track = Track.objects.get()
    assert counts(report) == ("0", "1", "0")
    assert (track.popularity, track.audio_features.energy) == (10, 0.9)
    assert track.credits.count() == 2


def test_rows_of_one_track_are_one_track_and_the_first_known_value_wins(folder: Path) -> None:
    rows = [
        row_114k(popularity="", track_genre="pop"),
        row_114k(popularity=20, energy=0.9, track_genre="rock"),
        row_114k(popularity=30, track_genre="folk"),
    ]
    path = write_csv(folder / "a.csv", *rows)

    first, second = run(path), run(path)

    track = Track.objects.get()
    assert (track.popularity, track.audio_features.energy) == (20, 0.6)
    assert counts(first) == ("1", "0", "0")
    assert counts(second) == ("0", "0", "1")
    assert first["Rows that repeated a track of the same file"] == "2"


def test_a_repeat_in_a_later_batch_changes_nothing_known(folder: Path) -> None:
    rows = [row_114k(popularity="", energy=0.1), *many_rows(BATCH_ROWS)]
    path = write_csv(folder / "a.csv", *rows, row_114k(popularity=30, energy=0.9))

    report = run(path)

    track = Track.objects.get(spotify_id=ID_A)
    assert (track.popularity, track.audio_features.energy) == (30, 0.1)
    assert report["Rows that repeated a track of the same file"] == "1"
    assert counts(run(path)) == ("0", "0", f"{BATCH_ROWS + 1:,}")


def test_artists_known_by_name_are_merged_when_their_ids_become_known(folder: Path) -> None:
    run(write_csv(folder / "names.csv", row_114k(artists="The Air;Moby")))

    run(write_csv(folder / "ids.csv", row_1m2(artists="['Air', 'Moby']")))

    ids = Artist.objects.order_by("spotify_id").values_list("name", "spotify_id")
    assert list(ids) == [("Air", ARTIST_X), ("Moby", ARTIST_Y)]


def test_a_name_without_id_stays_the_artist_whom_the_track_credits(folder: Path) -> None:
    make_artist("Air", name_key="air", spotify_id="z" * 22)
    run(write_csv(folder / "ids.csv", row_1m2(artists="['Air']", artist_ids=f"['{ARTIST_X}']")))

    report = run(write_csv(folder / "names.csv", row_114k(artists="Air", popularity="")))

    assert counts(report) == ("0", "0", "1")
    assert Track.objects.get().artists.get().spotify_id == ARTIST_X


def test_a_row_without_features_makes_no_audio_features(folder: Path) -> None:
    empty = dict.fromkeys(list(row_exportify_net())[-12:], "")

    run(write_csv(folder / "a.csv", row_exportify_net(**empty)))

    assert Track.objects.count() == 1
    assert not AudioFeatures.objects.exists()


def test_synthetic_features_are_replaced_whole(folder: Path) -> None:
    make_track(spotify_id=ID_A)

    run(write_csv(folder / "a.csv", row_114k(key=-1)))

    features = AudioFeatures.objects.get()
    assert (features.provider, features.key) == ("catalogue_file", None)


def test_listeners_of_a_changed_track_become_stale(folder: Path) -> None:
    run(write_csv(folder / "a.csv", row_114k(ID_A), row_114k(ID_B)))
    changed, same = make_user(), make_user()
    make_top_tracks(changed, [Track.objects.get(spotify_id=ID_A)])
    make_top_tracks(same, [Track.objects.get(spotify_id=ID_B)])

    rows = [row_114k(ID_A, energy=0.9), row_114k(ID_B, album_name="Other")]
    report = run(write_csv(folder / "b.csv", *rows))

    assert [row.user for row in StaleProfile.objects.all()] == [changed]
    assert report["Listeners whose profiles wait to be recomputed"] == "1"


def test_rejected_rows_are_written_down_with_line_and_reason(folder: Path) -> None:
    rows = [row_114k(ID_A), row_114k("nonsense"), row_114k(ID_B, track_name="")]

    report = run(write_csv(folder / "a.csv", *rows))

    written = list(csv.reader((folder / "a.csv.rejected.csv").read_text().splitlines()))
    assert written == [
        ["file", "line", "reason"],
        ["a.csv", "3", "the track id is not one of Spotify's (22 letters and digits)"],
        ["a.csv", "4", "the track has no name"],
    ]
    assert (report["Rows read"].split()[0], counts(report)) == ("3", ("1", "0", "0"))
    assert report["Rows rejected"].startswith("2, written")


def test_no_file_is_written_where_nothing_is_rejected(folder: Path) -> None:
    run(write_csv(folder / "a.csv", row_114k()))

    assert [path.name for path in folder.iterdir()] == ["a.csv"]


def test_values_that_cannot_be_right_are_reported_by_field(folder: Path) -> None:
    rows = [row_114k(ID_A, energy=7, key=99), row_114k(ID_B, energy=-1)]

    report = run(write_csv(folder / "a.csv", *rows))

    assert report["Values that cannot be right, now unknown"] == "energy 2, key 1"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"mbid,submission_offset,bpm\n1,2,3\n", "not the columns of a known catalogue"),
        (gzip.compress(csv_text([row_114k()]).encode() * 500, mtime=0)[:-9], "cut short"),
        (csv_text([row_114k()]).encode() + b'"' + b"x" * 200_000, "cannot be read as CSV"),
    ],
)
def test_bad_file_leaves_the_data_as_it_was(folder: Path, content: bytes, sentence: str) -> None:
    good = write_csv(folder / "good.csv", row_114k())
    bad = folder / "bad.csv"
    bad.write_bytes(content)

    with pytest.raises(CommandError, match=sentence) as refusal:
        run(good, bad)

    assert refusal.value.returncode == 1
    assert "No row was stored" in str(refusal.value)
    assert not Track.objects.exists()


class StopsAfter:
    """A progress that ends the import after so many bytes of it, by Ctrl-C unless told else."""

    def __init__(self, allowed: int, ending: BaseException | None = None) -> None:
        self._allowed = allowed
        self._ending = ending or KeyboardInterrupt()
        self._is_importing = False

    def begin(self, step: str, total: int | None, unit: str) -> None:
        self._is_importing = (step, unit) == ("Importing", "B") and total is not None

    def advance(self, amount: int) -> None:
        if self._is_importing:
            self._allowed -= amount
            if self._allowed < 0:
                raise self._ending


def test_database_that_takes_no_more_rows_stops_the_import_with_a_report(folder: Path) -> None:
    path = write_csv(folder / "a.csv", *many_rows(3 * BATCH_ROWS))
    locked = OperationalError("database is locked")
    progress = StopsAfter(path.stat().st_size // 2, ending=locked)

    with pytest.raises(ImportStopped, match="database is locked") as stop:
        import_catalogue([path], rejects_folder=folder, progress=progress)

    assert stop.value.report.added == Track.objects.count() > 0


def test_catalogue_without_one_row_to_use_is_refused(folder: Path) -> None:
    with pytest.raises(CommandError, match="Not one of 1 rows can be used") as refusal:
        run(write_csv(folder / "a.csv", row_114k(track_id="")))

    assert refusal.value.returncode == 1
    assert not Track.objects.exists()


def test_stopped_import_keeps_whole_batches_and_goes_on_when_run_again(folder: Path) -> None:
    rows = many_rows(3 * BATCH_ROWS)
    path = write_csv(folder / "a.csv", *rows)

    progress = StopsAfter(path.stat().st_size // 2)

    with pytest.raises(ImportInterrupted) as stop:
        import_catalogue([path], rejects_folder=folder, progress=progress)

    kept = Track.objects.count()
    assert stop.value.report.added == kept
    assert kept in {BATCH_ROWS, 2 * BATCH_ROWS}
    assert counts(run(path)) == (f"{len(rows) - kept:,}", "0", f"{kept:,}")
