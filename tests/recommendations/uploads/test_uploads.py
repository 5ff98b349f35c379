"""From files to top lists to a profile, in whatever way it ends."""

import json
import stat
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import TemporaryUploadedFile

from accounts.models import User
from recommendations import tasks
from recommendations.models import (
    FeatureQuestion,
    Source,
    TasteProfile,
    TimeRange,
    TopArtist,
    TopTrack,
    Upload,
)
from recommendations.services.forget import forget_listener
from recommendations.services.import_history import import_files, import_upload
from recommendations.services.upload_files import list_files
from recommendations.services.uploads import (
    MAX_UNFINISHED,
    TooManyUploads,
    decide_upload,
    keep_uploads,
    remove_upload,
    sweep_uploads,
)
from recommendations.sources.faults import FaultyFile
from tests.factories import make_artist, make_top_tracks, make_track
from tests.recommendations.imports.files import csv_text, row_exportify_net
from tests.recommendations.uploads.histories import (
    ACCOUNT_DATA,
    EXTENDED,
    NOW,
    Row,
    account_row,
    extended_row,
    plays,
    track_id,
    write_zip,
)

pytestmark = pytest.mark.django_db

Bring = Callable[..., Upload]


@pytest.fixture
def folder(uploads_folder: Path) -> Path:
    """The folder in which uploads wait."""
    return uploads_folder


def uploaded(name: str, content: bytes) -> TemporaryUploadedFile:
    """Return a file as a request brings it."""
    file = TemporaryUploadedFile(name, "application/octet-stream", len(content), None)
    file.write(content)
    file.seek(0)
    return file


def zip_of(tmp_path: Path, name: str, rows: Sequence[Row]) -> bytes:
    """Return a zip with one history in it."""
    return write_zip(tmp_path / "made.zip", {name: rows}).read_bytes()


@pytest.fixture
def bring(folder: Path, listener: User) -> Bring:  # noqa: ARG001 - asks for the folder
    """Return what brings files, imports them, and returns the upload as it is then."""

    def bring(*contents: bytes, name: str = "my.zip", user: User = listener) -> Upload:
        [kept] = keep_uploads(user, [uploaded(name, content) for content in contents], NOW)
        whose = import_upload(kept.upload.pk, NOW)
        kept.upload.refresh_from_db()
        assert whose == (user.pk if kept.upload.state == Upload.State.DONE else None)
        return kept.upload

    return bring


def top_tracks(user: User, source: Source = Source.SPOTIFY_EXPORT) -> list[str]:
    """Return the ids of a listener's top tracks of all time."""
    entries = TopTrack.objects.filter(user=user, source=source, time_range=TimeRange.LONG_TERM)
    return [str(entry.track.spotify_id) for entry in entries.order_by("rank")]


def test_extended_history_becomes_top_lists_and_a_profile_without_any_service(
    bring: Bring, tmp_path: Path, listener: User
) -> None:
    make_track(spotify_id=track_id(1), artists=[make_artist("Artist 1")])
    rows = [*plays(extended_row(1), 3), *plays(extended_row(2, days_ago=60), 2)]

    upload = bring(zip_of(tmp_path, EXTENDED, rows))

    assert upload.state == Upload.State.DONE
    assert top_tracks(listener) == [track_id(1), track_id(2)]
    ranges = TopTrack.objects.filter(user=listener).values_list("time_range", "track__spotify_id")
    assert set(ranges) == {
        ("short_term", track_id(1)),
        ("medium_term", track_id(1)),
        ("medium_term", track_id(2)),
        ("long_term", track_id(1)),
        ("long_term", track_id(2)),
    }
    artists = TopArtist.objects.filter(user=listener, time_range=TimeRange.LONG_TERM)
    assert list(artists.order_by("rank").values_list("artist__name", "play_count")) == [
        ("Artist 1", 3),
        ("Artist 2", 2),
    ]
    assert TasteProfile.objects.filter(user=listener).exists()
    assert [one.track.spotify_id for one in FeatureQuestion.objects.all()] == [track_id(2)]


def test_report_is_true(bring: Bring, tmp_path: Path) -> None:
    make_track(name="Track 1", artists=[make_artist("Artist 1")])
    rows = [
        *plays(account_row(1), 2),
        *plays(account_row(2), 3),
        account_row(3, msPlayed=1000),
    ]

    upload = bring(zip_of(tmp_path, ACCOUNT_DATA, rows))

    expected = {
        "rows": 6,
        "kept": 5,
        "dropped": {"skipped": 1},
        "tracks": 1,
        "matched": 1,
        "unmatched": 1,
        "artists": 2,
        "changed": True,
    }
    assert {name: upload.counts[name] for name in expected} == expected
    assert upload.unmatched == [["Artist 2", "Track 2", 3, "unknown"]]
    assert upload.kind == "account_data"


def test_name_that_two_recordings_have_is_reported_as_ambiguous(
    bring: Bring, tmp_path: Path, listener: User
) -> None:
    artist = make_artist("Artist 1")
    for seconds in (100, 300):
        make_track(name="Track 1", artists=[artist], duration_ms=seconds * 1000)

    upload = bring(zip_of(tmp_path, ACCOUNT_DATA, [account_row(1)]))

    assert upload.unmatched == [["Artist 1", "Track 1", 1, "ambiguous"]]
    assert top_tracks(listener) == []


def test_track_that_is_not_found_makes_room_for_the_next(
    bring: Bring, tmp_path: Path, listener: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommendations.services.store_history.TRACKS_KEPT", {"account_data": 1})
    make_track(name="Track 2", spotify_id=track_id(2), artists=[make_artist("Artist 2")])
    rows = [*plays(account_row(1), 3), *plays(account_row(2), 2)]

    bring(zip_of(tmp_path, ACCOUNT_DATA, rows))

    assert top_tracks(listener) == [track_id(2)]


def test_the_same_file_again_adds_nothing_and_its_copy_is_gone(
    bring: Bring, folder: Path, tmp_path: Path, listener: User
) -> None:
    content = zip_of(tmp_path, EXTENDED, [extended_row()])
    first = bring(content)

    [again] = keep_uploads(listener, [uploaded("renamed.zip", content)], NOW)

    assert (again.upload, again.is_new) == (first, False)
    assert list(folder.iterdir()) == []


def test_the_same_file_is_imported_again_once_it_was_removed(
    bring: Bring, tmp_path: Path, listener: User
) -> None:
    content = zip_of(tmp_path, EXTENDED, [extended_row()])
    remove_upload(bring(content))
    assert top_tracks(listener) == []

    bring(content)

    assert top_tracks(listener) == [track_id(1)]


def test_later_upload_replaces_the_earlier_and_other_sources_stay(
    bring: Bring, tmp_path: Path, listener: User
) -> None:
    make_top_tracks(listener, [make_track(spotify_id=track_id(9))])
    first = bring(zip_of(tmp_path, EXTENDED, [extended_row(1)]))

    second = bring(zip_of(tmp_path, EXTENDED, [extended_row(2)]))

    first.refresh_from_db()
    assert (first.is_current, second.is_current) == (False, True)
    assert top_tracks(listener) == [track_id(2)]
    assert top_tracks(listener, Source.FILE) == [track_id(9)]


def test_removing_a_replaced_upload_removes_no_list(
    bring: Bring, tmp_path: Path, listener: User
) -> None:
    first = bring(zip_of(tmp_path, EXTENDED, [extended_row(1)]))
    bring(zip_of(tmp_path, EXTENDED, [extended_row(2)]))

    remove_upload(first)

    assert top_tracks(listener) == [track_id(2)]


def test_account_data_do_not_replace_an_extended_history(
    bring: Bring, tmp_path: Path, listener: User
) -> None:
    bring(zip_of(tmp_path, EXTENDED, [extended_row(1)]))

    upload = bring(zip_of(tmp_path, ACCOUNT_DATA, [account_row(2)]))

    assert (upload.state, upload.error) == (Upload.State.FAILED, "extended_is_there")
    assert top_tracks(listener) == [track_id(1)]


@pytest.mark.usefixtures("folder")
def test_account_data_do_not_replace_an_extended_history_that_came_while_they_were_read(
    tmp_path: Path, listener: User
) -> None:
    contents = [
        zip_of(tmp_path, ACCOUNT_DATA, [account_row(2)]),
        zip_of(tmp_path, EXTENDED, [extended_row(1)]),
    ]
    account_data, extended = (
        keep_uploads(listener, [uploaded("my.zip", content)], NOW)[0].upload for content in contents
    )

    class OtherWorker:
        """Imports the other upload as soon as the first is being read."""

        def begin(self, step: str, total: int | None, unit: str) -> None:  # noqa: ARG002
            import_upload(extended.pk, NOW)

        def advance(self, amount: int) -> None:
            """Nothing to do."""

    files = list_files(account_data.folder, account_data.counts["files"])
    import_files(account_data, files, now=NOW, progress=OtherWorker())

    assert (account_data.state, account_data.error) == (Upload.State.FAILED, "extended_is_there")
    assert top_tracks(listener) == [track_id(1)]


def test_files_of_different_kinds_are_uploads_of_their_own(
    folder: Path, tmp_path: Path, listener: User
) -> None:
    history = uploaded("my.zip", zip_of(tmp_path, EXTENDED, [extended_row(1)]))
    playlist = uploaded("list.csv", csv_text([row_exportify_net()]).encode())
    other_playlist = uploaded("other.csv", csv_text([row_exportify_net()]).encode())

    kept = keep_uploads(listener, [history, playlist, other_playlist], NOW)

    assert [(one.upload.source, one.upload.file_name) for one in kept] == [
        ("spotify_export", "my.zip"),
        ("exportify", "list.csv, other.csv"),
    ]
    assert len(list(folder.iterdir())) == 2


def test_files_wait_in_a_private_folder_under_numbers(
    folder: Path, tmp_path: Path, listener: User
) -> None:
    name = "../../etc/pass\u202ewd.zip"
    content = zip_of(tmp_path, EXTENDED, [extended_row(1)])

    [kept] = keep_uploads(listener, [uploaded(name, content)], NOW)

    [waiting] = folder.iterdir()
    [file] = waiting.iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == ("0", 0o600)
    assert stat.S_IMODE(waiting.stat().st_mode) == 0o700
    assert "/" not in kept.upload.file_name


def test_what_cannot_be_imported_is_refused_at_once_and_nothing_is_kept(
    folder: Path, tmp_path: Path, listener: User
) -> None:
    good = uploaded("my.zip", zip_of(tmp_path, EXTENDED, [extended_row(1)]))

    with pytest.raises(FaultyFile, match="is empty"):
        keep_uploads(listener, [good, uploaded("empty.json", b"")], NOW)

    assert list(folder.iterdir()) == []
    assert not Upload.objects.exists()


def damaged_history() -> bytes:
    """Return a history whose third row is cut."""
    text = json.dumps(plays(extended_row(1), 3))
    return text[: text.rindex("{") + 9].encode()


def test_damaged_file_waits_for_a_decision_and_stores_nothing(
    bring: Bring, folder: Path, listener: User
) -> None:
    upload = bring(damaged_history(), name="endsong_0.json")

    assert (upload.state, upload.error) == (Upload.State.ASKING, "broken_json")
    assert upload.counts["kept"] == 2
    assert top_tracks(listener) == []
    assert len(list(folder.iterdir())) == 1


def test_what_could_be_read_is_kept_if_the_listener_says_so(
    bring: Bring, folder: Path, listener: User
) -> None:
    upload = bring(damaged_history(), name="endsong_0.json")

    assert decide_upload(upload, keep=True, now=NOW)
    import_upload(upload.pk, NOW)

    upload.refresh_from_db()
    assert (upload.state, upload.error) == (Upload.State.DONE, "")
    assert top_tracks(listener) == [track_id(1)]
    assert list(folder.iterdir()) == []


def test_discarded_file_is_gone(bring: Bring, folder: Path, listener: User) -> None:
    upload = bring(damaged_history(), name="endsong_0.json")

    assert not decide_upload(upload, keep=False, now=NOW)

    upload.refresh_from_db()
    assert upload.state == Upload.State.FAILED
    assert top_tracks(listener) == []
    assert list(folder.iterdir()) == []


def test_without_a_decision_the_file_is_discarded_after_a_day(bring: Bring, folder: Path) -> None:
    upload = bring(damaged_history(), name="endsong_0.json")

    sweep_uploads(NOW + timedelta(hours=23))
    assert len(list(folder.iterdir())) == 1
    sweep_uploads(NOW + timedelta(hours=25))

    upload.refresh_from_db()
    assert upload.state == Upload.State.FAILED
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (json.dumps([extended_row(incognito_mode=True)]).encode(), "nothing_to_keep"),
        (b"[", "broken_json"),
        (b'[{"name": "x"}]', "no_plays"),
        (b'[{"ts": "' + b"x" * 2 * 1024**2, "too_large"),
    ],
)
def test_file_with_nothing_to_keep_ends_with_its_reason_and_is_removed(
    bring: Bring, folder: Path, content: bytes, error: str
) -> None:
    upload = bring(content, name="endsong_0.json")

    assert (upload.state, upload.error) == (Upload.State.FAILED, error)
    assert list(folder.iterdir()) == []


def test_import_that_died_is_started_again_by_the_sweep(
    folder: Path, tmp_path: Path, listener: User
) -> None:
    content = zip_of(tmp_path, EXTENDED, [extended_row(1)])
    [kept] = keep_uploads(listener, [uploaded("my.zip", content)], NOW)
    Upload.objects.update(state=Upload.State.RUNNING, worked_at=NOW, attempts=1)
    assert sweep_uploads(NOW + timedelta(minutes=1)) == []

    later = NOW + timedelta(minutes=3)
    assert sweep_uploads(later) == [kept.upload.pk]
    import_upload(kept.upload.pk, later)

    assert top_tracks(listener) == [track_id(1)]
    assert list(folder.iterdir()) == []


def test_upload_that_somebody_works_on_is_left_to_them(
    folder: Path, tmp_path: Path, listener: User
) -> None:
    content = zip_of(tmp_path, EXTENDED, [extended_row(1)])
    [kept] = keep_uploads(listener, [uploaded("my.zip", content)], NOW)
    Upload.objects.update(state=Upload.State.RUNNING, worked_at=NOW)

    import_upload(kept.upload.pk, NOW + timedelta(minutes=1))

    assert top_tracks(listener) == []
    assert len(list(folder.iterdir())) == 1


def test_import_that_was_cut_off_three_times_is_given_up(
    folder: Path, tmp_path: Path, listener: User
) -> None:
    content = zip_of(tmp_path, EXTENDED, [extended_row(1)])
    [kept] = keep_uploads(listener, [uploaded("my.zip", content)], NOW)
    Upload.objects.update(state=Upload.State.RUNNING, worked_at=NOW, attempts=3)

    import_upload(kept.upload.pk, NOW + timedelta(minutes=3))

    kept.upload.refresh_from_db()
    assert (kept.upload.state, kept.upload.error) == (Upload.State.FAILED, "gave_up")
    assert list(folder.iterdir()) == []


def test_task_imports_what_waits(folder: Path, tmp_path: Path, listener: User) -> None:
    content = zip_of(tmp_path, EXTENDED, [extended_row(1)])
    [kept] = keep_uploads(listener, [uploaded("my.zip", content)], NOW)

    tasks.import_upload(kept.upload.pk)
    tasks.sweep_uploads()

    assert top_tracks(listener) == [track_id(1)]
    assert list(folder.iterdir()) == []


def test_finished_import_is_not_done_again(bring: Bring, tmp_path: Path) -> None:
    upload = bring(zip_of(tmp_path, EXTENDED, [extended_row(1)]))
    before = upload.counts

    import_upload(upload.pk, NOW + timedelta(hours=1))

    upload.refresh_from_db()
    assert (upload.state, upload.counts, upload.attempts) == (Upload.State.DONE, before, 1)


def test_leftovers_are_swept_away(folder: Path, tmp_path: Path, listener: User) -> None:
    content = zip_of(tmp_path, EXTENDED, [extended_row(1)])
    keep_uploads(listener, [uploaded("my.zip", content)], NOW)
    (folder / "of nobody").mkdir()
    (folder / "tmpx.upload.zip").write_bytes(b"half of a request")

    # The files are of the machine's own time, which the test's time need not be.
    later = max(NOW, _time_of(folder)) + timedelta(hours=3)
    sweep_uploads(later)

    assert [path.name for path in folder.iterdir()] == [Upload.objects.get().folder]


def _time_of(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def test_nobody_fills_the_disk(folder: Path, tmp_path: Path, listener: User) -> None:  # noqa: ARG001
    for number in range(MAX_UNFINISHED):
        content = zip_of(tmp_path, EXTENDED, [extended_row(number)])
        keep_uploads(listener, [uploaded("my.zip", content)], NOW)

    with pytest.raises(TooManyUploads):
        keep_uploads(listener, [uploaded("my.zip", content)], NOW)


def test_forgotten_listener_leaves_no_file(
    folder: Path,
    tmp_path: Path,
    listener: User,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    content = zip_of(tmp_path, EXTENDED, [extended_row(1)])
    keep_uploads(listener, [uploaded("my.zip", content)], NOW)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        forget_listener(listener)

    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("folder")
def test_upload_removed_while_it_is_imported_stores_nothing(tmp_path: Path, listener: User) -> None:
    content = zip_of(tmp_path, EXTENDED, [extended_row(1)])
    [kept] = keep_uploads(listener, [uploaded("my.zip", content)], NOW)
    remove_upload(kept.upload)

    import_upload(kept.upload.pk, NOW)

    assert top_tracks(listener) == []


def test_folder_of_uploads_is_beside_the_database() -> None:
    assert django_settings.FILE_UPLOAD_TEMP_DIR == django_settings.DATA_DIR / "uploads"
