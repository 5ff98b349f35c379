"""Bringing listening over the API."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from accounts.models import User
from recommendations.models import Source, Upload
from recommendations.services.import_history import import_upload
from recommendations.services.uploads import MAX_UNFINISHED
from tests.factories import make_top_tracks, make_track
from tests.recommendations.api.conftest import api_client, set_throttle_rates
from tests.recommendations.api.test_errors import error_of
from tests.recommendations.uploads.histories import NOW, account_row, extended_row, plays

pytestmark = pytest.mark.usefixtures("uploads_folder")

UPLOADS = "/api/v1/me/uploads/"


def file_of(rows: object, name: str = "endsong_0.json") -> SimpleUploadedFile:
    """Return a file as a form sends it."""
    content = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
    return SimpleUploadedFile(name, content)


def bring(client: APIClient, *files: SimpleUploadedFile, **fields: str) -> Any:
    """Send a form."""
    return client.post(UPLOADS, {"files": list(files), **fields}, format="multipart")


def imported(client: APIClient, rows: object, **fields: str) -> dict[str, Any]:
    """Bring a file, import it, and return how it is shown."""
    [upload] = bring(client, file_of(rows), **fields).json()
    import_upload(upload["id"], NOW)
    shown: dict[str, Any] = client.get(f"{UPLOADS}{upload['id']}/").json()
    return shown


def test_files_are_taken_to_be_imported_soon(listener: User) -> None:
    response = bring(api_client(listener), file_of([extended_row()]))

    [upload] = response.json()
    assert response.status_code == 202
    assert (upload["state"], upload["source"]) == ("waiting", "spotify_export")
    assert (upload["file_name"], upload["counts"], upload["faults"]) == ("endsong_0.json", {}, [])


def test_report_has_counts_and_what_was_not_found(listener: User) -> None:
    rows = [*plays(account_row(1), 2), account_row(2, msPlayed=1000)]

    shown = imported(api_client(listener), rows)

    assert (shown["state"], shown["kind"], shown["is_current"]) == ("done", "account_data", True)
    assert shown["counts"]["rows"] == 3
    assert shown["counts"]["dropped"] == {"skipped": 1}
    assert shown["unmatched"] == [
        {"artist": "Artist 1", "title": "Track 1", "plays": 2, "reason": "unknown"}
    ]


def test_list_is_of_the_newest_first_and_of_the_asker_alone(
    listener: User, other_listener: User
) -> None:
    client = api_client(listener)
    for number in range(2):
        bring(client, file_of([extended_row(number)], f"{number}.json"))
    bring(api_client(other_listener), file_of([extended_row()]))

    listed = client.get(UPLOADS).json()

    assert [upload["file_name"] for upload in listed["results"]] == ["1.json", "0.json"]


def test_list_costs_as_many_queries_for_one_as_for_many(
    listener: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = api_client(listener)
    for number in range(4):
        bring(client, file_of([extended_row(number)], f"{number}.json"))

    with django_assert_num_queries(3):
        client.get(UPLOADS)


def test_upload_of_somebody_else_is_not_there(listener: User, other_listener: User) -> None:
    [upload] = bring(api_client(listener), file_of([extended_row()])).json()

    error_of(api_client(other_listener).get(f"{UPLOADS}{upload['id']}/"), 404)


def test_nobody_brings_or_sees_anything(
    anonymous: APIClient,
    listener: User,
    uploads_folder: Path,
) -> None:
    [upload] = bring(api_client(listener), file_of([extended_row()])).json()
    kept = list(uploads_folder.iterdir())

    error_of(bring(anonymous, file_of([extended_row(2)])), 401)
    error_of(anonymous.get(UPLOADS), 401)
    error_of(anonymous.get(f"{UPLOADS}{upload['id']}/"), 401)
    assert list(uploads_folder.iterdir()) == kept


@pytest.mark.parametrize(
    "file", [file_of(b""), file_of(b"%PDF-1.7"), file_of(b"PK\x03\x04 no zip")]
)
def test_what_cannot_be_imported_is_told(listener: User, file: SimpleUploadedFile) -> None:
    error = error_of(bring(api_client(listener), file), 400)

    [sentence] = error["details"]["files"]
    assert sentence.startswith("endsong_0.json is ")
    assert not Upload.objects.exists()


def test_form_without_files_is_told(listener: User) -> None:
    error = error_of(bring(api_client(listener)), 400)

    assert list(error["details"]) == ["files"]


def test_file_in_another_field_is_told(listener: User) -> None:
    response = api_client(listener).post(UPLOADS, {"file": file_of([])}, format="multipart")

    assert list(error_of(response, 400)["details"]) == ["file"]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"files": [file_of([]) for _ in range(101)]}, "more files than 100"),
        ({str(number): "x" for number in range(1001)}, "more than 1000 fields"),
    ],
)
def test_form_of_too_much_is_told_what_it_may_have(
    listener: User, form: dict[str, Any], sentence: str
) -> None:
    error = error_of(api_client(listener).post(UPLOADS, form, format="multipart"), 400)

    assert sentence in error["message"]


def test_body_that_is_no_form_is_told(listener: User) -> None:
    error_of(api_client(listener).post(UPLOADS, {"files": []}, format="json"), 415)


def test_more_than_the_site_takes_is_told(
    listener: User, settings: Settings, uploads_folder: Path
) -> None:
    settings.UPLOAD_MAX_BYTES = 1024**2

    error_of(bring(api_client(listener), file_of(b"[" + b" " * 2 * 1024**2)), 413)

    assert list(uploads_folder.iterdir()) == []


def test_damaged_file_waits_for_a_decision_or_keeps_what_could_be_read(listener: User) -> None:
    text = json.dumps(plays(extended_row(), 2))
    content = text[: text.rindex("{") + 9].encode()
    client = api_client(listener)

    asking = imported(client, content)
    assert asking["state"] == "asking"
    assert [(one["code"], one["file"]) for one in asking["faults"]] == [
        ("broken_json", "endsong_0.json")
    ]

    Upload.objects.all().delete()
    assert imported(client, content, keep_readable="true")["state"] == "done"


def test_the_same_file_again_is_the_upload_that_is_there(listener: User) -> None:
    client = api_client(listener)
    first = imported(client, [extended_row()])

    [again] = bring(client, file_of([extended_row()])).json()

    assert (again["id"], again["state"]) == (first["id"], "done")


def test_uploads_are_bounded_per_hour_and_while_others_wait(
    listener: User, settings: Settings
) -> None:
    client = api_client(listener)
    for number in range(MAX_UNFINISHED):
        assert bring(client, file_of([extended_row(number)])).status_code == 202
    waiting = error_of(bring(client, file_of([extended_row(99)])), 429)
    assert waiting["details"]["retry_after_s"] > 0

    set_throttle_rates(settings, {"upload": "1/hour"})
    bring(client, file_of([extended_row(99)]))
    error_of(bring(client, file_of([extended_row(99)])), 429)
    assert client.get(UPLOADS).status_code == 200


@pytest.fixture
def damaged(listener: User) -> Upload:
    """An upload that waits for a decision."""
    return Upload.objects.create(
        user=listener,
        source=Source.EXPORTIFY,
        file_name="a.csv",
        digest="0" * 64,
        size_bytes=1,
        uploaded_at=timezone.now(),
        state=Upload.State.ASKING,
    )


@pytest.mark.parametrize(("keep", "state"), [(True, "waiting"), (False, "failed")])
def test_a_damaged_upload_is_decided(
    listener: User, damaged: Upload, *, keep: bool, state: str
) -> None:
    client, address = api_client(listener), f"/api/v1/me/uploads/{damaged.pk}/"

    answer = client.patch(address, {"keep": keep}, format="json")

    assert (answer.status_code, answer.json()["state"]) == (200, state)
    error = error_of(client.patch(address, {"keep": keep}, format="json"), 409)
    assert error["code"] == "nothing_to_decide"


def test_an_upload_is_removed_with_its_lists(listener: User, damaged: Upload) -> None:
    Upload.objects.update(state=Upload.State.DONE, is_current=True)
    make_top_tracks(listener, [make_track()], source=Source.EXPORTIFY)
    client, address = api_client(listener), f"/api/v1/me/uploads/{damaged.pk}/"

    assert client.delete(address).status_code == 204

    assert not listener.top_tracks.exists()
    error_of(client.delete(address), 404)


def test_uploads_of_others_stay(other_listener: User, damaged: Upload) -> None:
    client, address = api_client(other_listener), f"/api/v1/me/uploads/{damaged.pk}/"

    error_of(client.delete(address), 404)
    error_of(client.patch(address, {"keep": True}, format="json"), 404)
    assert Upload.objects.exists()
