"""Having an account read, by page and by API."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import MusicAccount, User
from recommendations.models import OutboundQueue, Sync
from recommendations.services.sync_errors import SyncError
from tests.recommendations.pages.reading import read_text
from tests.recommendations.sync.accounts import link

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spotify")]

CONNECTIONS = reverse("recommendations:connections")
SYNC = reverse("recommendations:sync", args=["spotify"])
SYNCS = reverse("api:syncs")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def account(listener: User) -> MusicAccount:
    account = link(listener)
    account.authorized_at = timezone.now()
    account.save()
    return account


@pytest.fixture
def browser(listener: User) -> Client:
    client = Client()
    client.force_login(listener)
    return client


def _make(account: MusicAccount, **values: Any) -> Sync:
    now = timezone.now()
    return Sync.objects.create(account=account, next_call_at=now, started_at=now, **values)


def _read_part(response: Any) -> str:
    """Return the text of a part of a page."""
    return " ".join(strip_tags(response.content.decode()).split())


def test_the_button_starts_a_sync(browser: Client, account: MusicAccount) -> None:
    page = read_text(browser.post(SYNC, follow=True))

    assert Sync.objects.get().account == account
    assert "Your listening is being read." in page
    assert "Waits for its turn" in page


def test_pressing_it_again_joins(browser: Client, account: MusicAccount) -> None:
    for _ in range(3):
        browser.post(SYNC)

    assert account.syncs.count() == 1


def test_who_was_read_just_now_is_told_when_to_come_back(
    browser: Client, account: MusicAccount
) -> None:
    _make(account, state=Sync.State.DONE, ended_at=timezone.now())

    assert "Ask again in 10 minutes." in read_text(browser.post(SYNC, follow=True))
    assert account.syncs.count() == 1


def test_without_an_account_the_page_says_so(browser: Client) -> None:
    assert "Connect it first." in read_text(browser.post(SYNC, follow=True))


def test_strangers_and_other_sites_start_nothing(client: Client, account: MusicAccount) -> None:
    assert client.post(SYNC).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(account.user)

    assert strict.post(SYNC).status_code == 403
    assert not Sync.objects.exists()


def test_progress_shows_step_and_counts(browser: Client, account: MusicAccount) -> None:
    counts = {"lists": 6, "lists_read": 2, "rows": 80}
    _make(account, step="tracks:long_term", counts=counts)

    response = browser.get(SYNC, headers=HTMX)

    text = _read_part(response)
    assert "Reading your top tracks, a year or more" in text
    assert "2 of 6 lists, 80 rows so far." in text
    assert b"hx-get" in response.content
    assert b"<html" not in response.content


def test_a_sync_that_ended_is_asked_about_no_more(browser: Client, account: MusicAccount) -> None:
    counts = {"tracks": 50, "artists": 1, "unmatched": 3, "changed": True}
    _make(account, state=Sync.State.DONE, counts=counts)

    response = browser.get(SYNC, headers=HTMX)

    assert b"hx-get" not in response.content
    assert "Read: 50 top tracks, one top artist. 3 more tracks" in _read_part(response)
    # What is around it has changed too.
    assert response["HX-Refresh"] == "true"


def test_a_wait_is_explained_with_its_end(browser: Client, account: MusicAccount) -> None:
    _make(account)
    later = timezone.now() + timedelta(hours=3)
    OutboundQueue.objects.create(
        service="spotify", next_call_at=later, blocked_until=later, block_reason="quota_exceeded"
    )

    text = read_text(browser.get(CONNECTIONS))

    assert "as often as it may for now" in text
    assert "The next try is on" in text


@pytest.mark.parametrize("code", SyncError)
def test_each_error_is_a_sentence_that_names_the_service(
    browser: Client, account: MusicAccount, code: SyncError
) -> None:
    _make(account, state=Sync.State.FAILED, error=code)

    text = read_text(browser.get(CONNECTIONS))

    expected = str(code.label) % {"service": "Spotify"}
    assert expected in text
    assert "%(" not in text
    assert expected.endswith(".")


def test_without_htmx_the_address_leads_to_the_page(browser: Client, account: MusicAccount) -> None:
    _make(account)

    assert browser.get(SYNC)["Location"] == CONNECTIONS
    assert "Look again" in read_text(browser.get(CONNECTIONS))


def test_progress_of_others_is_not_shown(account: MusicAccount, other_listener: User) -> None:
    _make(account)
    client = Client()
    client.force_login(other_listener)

    assert client.get(SYNC, headers=HTMX).status_code == 404


def test_the_page_keeps_its_content_security_policy(browser: Client) -> None:
    page = browser.get(CONNECTIONS).content.decode()

    assert "includeIndicatorStyles" in page
    assert "<style" not in page
    assert "onclick" not in page


def test_the_api_starts_and_lists_syncs(browser: Client, account: MusicAccount) -> None:
    started = browser.post(SYNCS)
    listed = browser.get(SYNCS)

    assert started.status_code == 202
    [sync] = started.json()
    assert (sync["service"], sync["state"], sync["error"]) == ("spotify", "running", "")
    assert [one["id"] for one in listed.json()["results"]] == [account.syncs.get().pk]
    assert "fetched" not in sync


def test_the_api_says_what_failed(browser: Client, account: MusicAccount) -> None:
    _make(account, state=Sync.State.FAILED, error=SyncError.APP_NOT_ALLOWED)

    [sync] = browser.get(SYNCS).json()["results"]

    assert sync["error"] == "app_not_allowed"
    assert sync["message"].startswith("Spotify refuses this site itself.")


def test_the_api_refuses_in_its_one_shape(browser: Client, account: MusicAccount) -> None:
    _make(account, state=Sync.State.DONE, ended_at=timezone.now())
    too_soon = browser.post(SYNCS)
    account.delete()
    nothing = browser.post(SYNCS)

    assert too_soon.status_code == 429
    assert too_soon.json()["error"]["details"] == {"retry_after_s": 600}
    assert too_soon["Retry-After"] == "600"
    assert nothing.status_code == 409
    assert nothing.json()["error"]["code"] == "nothing_connected"


def test_the_admin_shows_syncs_and_queues(admin_client: Client, account: MusicAccount) -> None:
    sync = _make(account, fetched={"tracks:short_term": [{"name": "A secret song"}]})
    OutboundQueue.objects.create(service="spotify", next_call_at=timezone.now())

    for address in (
        reverse("admin:recommendations_sync_changelist"),
        reverse("admin:recommendations_sync_change", args=[sync.pk]),
        reverse("admin:recommendations_outboundqueue_changelist"),
        reverse("admin:recommendations_outboundqueue_change", args=["spotify"]),
    ):
        response = admin_client.get(address)
        assert response.status_code == 200
        assert "A secret song" not in response.content.decode()
