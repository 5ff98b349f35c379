"""An administrator looks at what listeners brought."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from recommendations.models import Upload
from tests.factories import make_user

LIST = reverse("admin:recommendations_upload_changelist")


@pytest.fixture
def upload(db: None) -> Upload:  # noqa: ARG001 - asks for the database
    return Upload.objects.create(
        user=make_user(username="ana"),
        state=Upload.State.FAILED,
        source="spotify_export",
        error="broken_json",
        counts={"rows": 1234, "files": ["my.zip"]},
        unmatched=[["A secret artist", "A secret title", 3, "unknown"]],
        size_bytes=10,
        uploaded_at=timezone.now(),
    )


def test_uploads_are_listed_with_state_and_error(admin_browser: Client, upload: Upload) -> None:
    page = admin_browser.get(LIST, {"state": "failed", "q": upload.user.username})

    text = page.content.decode()
    assert [one.pk for one in page.context["cl"].result_list] == [upload.pk]
    assert "broken_json" in text
    assert not admin_browser.get(LIST, {"state": "done"}).context["cl"].result_list


def test_upload_is_shown_with_its_counts_and_without_what_was_heard(
    admin_browser: Client, upload: Upload
) -> None:
    change = reverse("admin:recommendations_upload_change", args=[upload.pk])

    text = admin_browser.get(change).content.decode()

    assert "1234" in text
    assert "secret" not in text


@pytest.mark.parametrize("page", ["change", "delete"])
def test_nobody_changes_or_deletes_an_upload(
    admin_browser: Client, upload: Upload, page: str
) -> None:
    address = reverse(f"admin:recommendations_upload_{page}", args=[upload.pk])

    assert admin_browser.post(address, {"post": "yes"}).status_code == 403
    assert admin_browser.get(reverse("admin:recommendations_upload_add")).status_code == 403


def test_the_list_takes_six_queries(
    admin_browser: Client, upload: Upload, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Upload.objects.bulk_create(
        Upload(user=make_user(), digest=str(number), size_bytes=1, uploaded_at=upload.uploaded_at)
        for number in range(10)
    )

    with django_assert_num_queries(6) as queries:
        admin_browser.get(LIST)

    assert not any('"unmatched"' in query["sql"] for query in queries.captured_queries)
