"""Who has no similar users yet sees what is on its way, and why something did not come."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import MusicAccount, User
from recommendations.models import Source, Sync, Upload
from recommendations.services.sync_errors import SyncError
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db

SIMILAR_USERS = reverse("recommendations:similar_users")
SYNC = reverse("recommendations:sync", args=["listenbrainz"])
ON_ITS_WAY = "Your listening is on its way"


@pytest.fixture
def browser(listener: User) -> Client:
    client = Client()
    client.force_login(listener)
    return client


def _make_sync(listener: User, state: Sync.State, error: str = "") -> Sync:
    account = MusicAccount.objects.create(
        user=listener, service="listenbrainz", account_id="lena", name="lena"
    )
    now = timezone.now()
    return Sync.objects.create(account=account, state=state, error=error, next_call_at=now)


def _make_upload(listener: User, state: Upload.State) -> Upload:
    return Upload.objects.create(
        user=listener,
        state=state,
        source=Source.SPOTIFY_EXPORT,
        file_name="my_spotify_data.zip",
        size_bytes=100,
        read_bytes=40,
        uploaded_at=timezone.now(),
    )


def test_a_sync_that_goes_on_is_shown_and_asked_about(browser: Client, listener: User) -> None:
    _make_sync(listener, Sync.State.RUNNING)

    response = browser.get(SIMILAR_USERS)

    page = read_text(response)
    assert ON_ITS_WAY in page
    assert "ListenBrainz Waits for its turn" in page
    assert "Now bring your listening" not in page
    assert "Sign up (done)" in page
    assert f'hx-get="{SYNC}"' in response.content.decode()


def test_an_upload_that_goes_on_is_shown_and_asked_about(browser: Client, listener: User) -> None:
    upload = _make_upload(listener, Upload.State.RUNNING)

    response = browser.get(SIMILAR_USERS)

    page = read_text(response)
    assert ON_ITS_WAY in page
    assert "my_spotify_data.zip 40 % read" in page
    progress = reverse("recommendations:upload_progress", args=[upload.pk])
    assert f'hx-get="{progress}"' in response.content.decode()


def test_a_sync_that_failed_says_why_beside_what_is_missing(
    browser: Client, listener: User
) -> None:
    _make_sync(listener, Sync.State.FAILED, SyncError.UNKNOWN_LISTENER)

    response = browser.get(SIMILAR_USERS)

    page = read_text(response)
    assert "ListenBrainz knows nobody of the name you gave" in page
    assert "Now bring your listening" in page
    assert b"hx-get" not in response.content


def test_a_damaged_upload_waits_for_the_listener(browser: Client, listener: User) -> None:
    _make_upload(listener, Upload.State.ASKING)

    page = read_text(browser.get(SIMILAR_USERS))

    assert "my_spotify_data.zip A part of it is damaged." in page
    assert ON_ITS_WAY not in page


def test_nothing_of_others_is_shown(browser: Client, other_listener: User) -> None:
    _make_sync(other_listener, Sync.State.RUNNING)
    _make_upload(other_listener, Upload.State.RUNNING)

    page = read_text(browser.get(SIMILAR_USERS))

    assert ON_ITS_WAY not in page
    assert "my_spotify_data.zip" not in page
