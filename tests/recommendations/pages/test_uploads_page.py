"""Bringing listening by the page."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from recommendations.models import Source, TopTrack, Upload
from recommendations.services.import_history import import_upload
from tests.factories import make_user
from tests.recommendations.api.conftest import set_throttle_rates
from tests.recommendations.conftest import Cast
from tests.recommendations.pages.reading import read_text
from tests.recommendations.uploads.histories import (
    NOW,
    account_row,
    extended_row,
    plays,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads_folder")]

UPLOADS = reverse("recommendations:uploads")
CaptureCallbacks = Callable[..., AbstractContextManager[object]]


def file_of(rows: object, name: str = "endsong_0.json") -> SimpleUploadedFile:
    """Return a file as a form sends it."""
    return SimpleUploadedFile(name, json.dumps(rows).encode())


def bring(client: Client, *files: SimpleUploadedFile) -> HttpResponse:
    """Send the form as a browser does."""
    return client.post(UPLOADS, {"files": list(files)})  # type: ignore[return-value]


def imported(client: Client, rows: object) -> Upload:
    """Bring a file and import it."""
    bring(client, file_of(rows))
    upload = Upload.objects.get()
    import_upload(upload.pk, NOW)
    upload.refresh_from_db()
    return upload


def address(name: str, upload: Upload) -> str:
    """Return the address of one of an upload's pages."""
    return reverse(f"recommendations:{name}", args=[upload.pk])


@pytest.mark.parametrize("url", [UPLOADS, reverse("recommendations:export")])
def test_nobody_is_sent_to_sign_in(client: Client, url: str) -> None:
    assert client.get(url)["Location"].startswith(reverse("account_login"))


def test_file_of_nobody_is_not_even_written(client: Client, uploads_folder: Path) -> None:
    client.post(reverse("account_login"), {"file": file_of([extended_row()])})

    assert list(uploads_folder.iterdir()) == []


def test_form_needs_its_csrf_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ana)

    assert bring(client, file_of([extended_row()])).status_code == 403
    assert not Upload.objects.exists()


def test_upload_leads_to_its_page_and_a_task(
    ana: Client, django_capture_on_commit_callbacks: CaptureCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        response = bring(ana, file_of([extended_row()]))

    upload = Upload.objects.get()
    assert response["Location"] == address("upload", upload)
    assert len(list(callbacks)) == 1  # type: ignore[call-overload]
    assert "Waits for its turn" in read_text(ana.get(address("upload", upload)))


def test_progress_is_answered_alone_until_there_is_a_report(ana: Client) -> None:
    bring(ana, file_of([extended_row()]))
    upload = Upload.objects.get()
    Upload.objects.update(state=Upload.State.RUNNING, size_bytes=200, read_bytes=90)

    running = ana.get(address("upload_progress", upload))
    Upload.objects.update(state=Upload.State.DONE)
    done = ana.get(address("upload_progress", upload))

    assert "45 % read" in running.content.decode()
    assert "<html" not in running.content.decode()
    assert "HX-Refresh" not in running
    assert done["HX-Refresh"] == "true"


def test_report_says_what_counts_what_not_and_what_was_not_found(ana: Client) -> None:
    upload = imported(ana, [*plays(account_row(1), 2), account_row(2, msPlayed=1000)])

    text = read_text(ana.get(address("upload", upload)))

    assert "Rows read 3" in text
    assert "Rows that count 2" in text
    assert "Rows that do not count 1 skipped before 30 seconds 1" in text
    assert "Tracks not found 1" in text
    assert "Track 1 Artist 1 2 none fits" in text


def test_faulty_files_count_as_good_ones_do(ana: Client, settings: Settings) -> None:
    set_throttle_rates(settings, {"upload": "2/hour"})
    statuses = [bring(ana, SimpleUploadedFile("a.json", b"")).status_code for _ in range(2)]

    response = bring(ana, file_of([extended_row()]))

    assert (statuses, response.status_code) == ([400, 400], 429)
    assert "very often within an hour" in read_text(response)
    assert not Upload.objects.exists()


def test_tracks_that_were_not_found_are_downloaded_as_csv(ana: Client) -> None:
    upload = imported(ana, plays(account_row(1), 2))

    response = ana.get(address("unmatched", upload))

    assert list(csv.reader(io.StringIO(response.content.decode()))) == [
        ["artist", "title", "plays", "reason"],
        ["Artist 1", "Track 1", "2", "unknown"],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_name_is_a_formula_to_a_spreadsheet(ana: Client, start: str) -> None:
    name = f"{start}HYPERLINK()"
    upload = imported(ana, [account_row(1, artistName=name, trackName=name)])

    rows = ana.get(address("unmatched", upload)).content.decode().splitlines()

    assert rows[1] == f"'{name},'{name},1,unknown"


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "Choose a file first."),
        ({"files": SimpleUploadedFile("a.json", b"")}, "a.json is empty"),
        ({"files": SimpleUploadedFile("a.pdf", b"%PDF-1.7")}, "not a listening history"),
    ],
)
def test_what_cannot_be_imported_is_told_beside_the_form(
    ana: Client, files: Mapping[str, SimpleUploadedFile], sentence: str
) -> None:
    response = ana.post(UPLOADS, files)

    assert response.status_code == 400
    assert sentence in read_text(response)
    assert not Upload.objects.exists()


def test_more_than_the_site_takes_is_told_and_nothing_is_kept(
    ana: Client, settings: Settings, uploads_folder: Path
) -> None:
    settings.UPLOAD_MAX_BYTES = 1024**2
    large = SimpleUploadedFile("large.json", b"[" + b" " * 2 * 1024**2 + b"]")

    response = bring(ana, large)

    assert response.status_code == 413
    assert "more than 1 MiB" in read_text(response)
    assert list(uploads_folder.iterdir()) == []


def test_more_files_than_a_form_may_have_are_told_and_none_is_kept(
    ana: Client, uploads_folder: Path
) -> None:
    response = bring(ana, *(file_of([]) for _ in range(101)))

    assert response.status_code == 400
    assert "at most 100 files" in read_text(response)
    assert list(uploads_folder.iterdir()) == []


def test_the_same_file_again_adds_nothing_and_says_so(ana: Client) -> None:
    rows = [extended_row()]
    upload = imported(ana, rows)

    response = bring(ana, file_of(rows, "renamed.json"))

    assert response["Location"] == address("upload", upload)
    text = read_text(ana.get(response["Location"]))
    assert "You brought endsong_0.json before; it adds nothing." in text
    assert Upload.objects.count() == 1


def damaged(client: Client) -> Upload:
    """Bring a history whose second row is cut, and have it read."""
    text = json.dumps(plays(extended_row(), 2))
    bring(client, SimpleUploadedFile("endsong_0.json", text[: text.rindex("{") + 9].encode()))
    upload = Upload.objects.get()
    import_upload(upload.pk, NOW)
    return upload


def test_damaged_file_is_asked_about_and_kept_if_wanted(ana: Client) -> None:
    upload = damaged(ana)
    text = read_text(ana.get(address("upload", upload)))
    assert "endsong_0.json is damaged JSON or was cut short" in text
    assert "One row that counts could be read" in text

    ana.post(address("decide_upload", upload), {"keep": "yes"})
    import_upload(upload.pk, NOW)

    assert "Imported" in read_text(ana.get(address("upload", upload)))
    assert TopTrack.objects.filter(source=Source.SPOTIFY_EXPORT).exists()


def test_damaged_file_is_discarded_if_wanted(ana: Client, uploads_folder: Path) -> None:
    upload = damaged(ana)

    ana.post(address("decide_upload", upload), {"keep": "no"})

    assert "Your top lists are as they were" in read_text(ana.get(address("upload", upload)))
    assert list(uploads_folder.iterdir()) == []


def test_upload_is_removed_with_what_it_brought(ana: Client) -> None:
    upload = imported(ana, [extended_row()])

    response = ana.post(address("remove_upload", upload), follow=True)

    assert "endsong_0.json is removed, and the lists that came with it." in read_text(response)
    assert not TopTrack.objects.filter(source=Source.SPOTIFY_EXPORT).exists()


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("get", "upload"),
        ("get", "upload_progress"),
        ("get", "unmatched"),
        ("post", "decide_upload"),
        ("post", "remove_upload"),
    ],
)
def test_upload_of_somebody_else_does_not_exist(ana: Client, method: str, name: str) -> None:
    upload = imported(ana, [extended_row()])
    stranger = Client()
    stranger.force_login(make_user())

    assert getattr(stranger, method)(address(name, upload)).status_code == 404
    assert Upload.objects.exists()


def test_upload_that_waits_can_be_cancelled(ana: Client, uploads_folder: Path) -> None:
    bring(ana, file_of([extended_row()]))
    upload = Upload.objects.get()
    assert "Cancel this upload" in read_text(ana.get(address("upload", upload)))

    ana.post(address("remove_upload", upload))

    assert not Upload.objects.exists()
    assert list(uploads_folder.iterdir()) == []


@pytest.mark.parametrize("name", ["decide_upload", "remove_upload"])
def test_looking_changes_nothing(ana: Client, name: str) -> None:
    upload = imported(ana, [extended_row()])

    assert ana.get(address(name, upload)).status_code == 405


def test_list_of_uploads_costs_as_many_queries_for_one_as_for_many(
    ana: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(15):
        Upload.objects.create(
            user=cast.ana,
            source=Source.EXPORTIFY,
            file_name=f"{number}.csv",
            digest=str(number),
            size_bytes=1,
            uploaded_at=NOW,
            state=Upload.State.FAILED,
        )

    with django_assert_num_queries(5) as queries:
        text = read_text(ana.get(UPLOADS))

    assert text.count(".csv Exportify file") == 15
    assert not any('"unmatched"' in query["sql"] for query in queries)


def test_newcomer_is_led_to_the_upload(client: Client, cast: Cast) -> None:
    client.force_login(cast.newcomer)

    page = client.get(reverse("recommendations:similar_users")).content.decode()

    assert f'href="{UPLOADS}"' in page


def test_own_listening_is_downloaded_and_brought_back_with_nothing_lost(
    ana: Client, cast: Cast
) -> None:
    response = ana.get(reverse("recommendations:export"))
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    newcomer = Client()
    newcomer.force_login(cast.newcomer)

    bring(newcomer, SimpleUploadedFile("metarec-listening.zip", content))
    import_upload(Upload.objects.get().pk, NOW)

    def lists(user: object) -> list[set[tuple[object, ...]]]:
        return [
            set(rows.values_list("time_range", "rank", *names))
            for rows, names in (
                (user.top_tracks, ["track"]),  # type: ignore[attr-defined]
                (user.top_artists, ["artist", "play_count"]),  # type: ignore[attr-defined]
            )
        ]

    assert lists(cast.newcomer) == lists(cast.ana)
    ours, theirs = cast.newcomer.taste_profiles.get(), cast.ana.taste_profiles.get()
    assert bytes(ours.taste_vector) == bytes(theirs.taste_vector)


def test_an_upload_without_a_source_is_shown_and_removed(ana: Client, cast: Cast) -> None:
    """Nobody makes one but by hand."""
    made = Upload.objects.create(
        user=cast.ana,
        file_name="x",
        digest="0" * 64,
        size_bytes=1,
        uploaded_at=NOW,
        state=Upload.State.DONE,
        is_current=True,
        counts={"rows": 1, "kept": 1},
    )

    statuses = [ana.get(UPLOADS).status_code, ana.get(address("upload", made)).status_code]
    ana.post(address("remove_upload", made))

    assert statuses == [200, 200]
    assert not Upload.objects.exists()
    assert cast.ana.top_tracks.exists()


def test_exports_are_bounded(ana: Client, settings: Settings) -> None:
    set_throttle_rates(settings, {"export": "1/hour"})

    first, second = (ana.get(reverse("recommendations:export")) for _ in range(2))
    first.close()

    assert (first.status_code, second.status_code) == (200, 429)
    assert int(second["Retry-After"]) > 0
