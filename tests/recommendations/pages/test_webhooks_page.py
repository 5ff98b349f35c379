"""Webhooks on their pages."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Webhook, WebhookDelivery
from accounts.webhooks.deliveries import record_event
from accounts.webhooks.errors import DeliveryError
from accounts.webhooks.hooks import WEBHOOKS_PER_USER, load_secret, make_webhook
from tests.recommendations.pages.reading import read_text

PAGE = "/my-data/webhooks/"
URL = "https://example.org/<b>hook</b>"


@pytest.fixture
def owner(client: Client, listener: User) -> Client:
    client.force_login(listener)
    return client


@pytest.fixture
def webhook(listener: User) -> Webhook:
    """A webhook of the listener's that was told of one event."""
    made = make_webhook(listener, URL, Webhook.Event.values)
    record_event(listener.pk, Webhook.Event.SYNC_FINISHED, {"sync_id": 7}, timezone.now())
    return made.webhook


def test_secret_is_shown_once(owner: Client) -> None:
    made = owner.post(PAGE, {"url": URL, "events": ["new_similar_user"]})

    secret = re.findall(r'class="secret">([\w-]+)<', made.content.decode())[0]
    webhook = Webhook.objects.get()
    assert (load_secret(webhook), webhook.events) == (secret, ["new_similar_user"])
    later = owner.get(PAGE)
    assert secret not in later.content.decode()
    assert URL in read_text(later)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"url": "https://10.0.0.1/", "events": ["sync_finished"]}, "not on the internet"),
        ({"url": "http://example.org/", "events": ["sync_finished"]}, "begin with https"),
        ({"url": URL}, "This field is required"),
    ],
)
def test_wrong_field_is_told(owner: Client, fields: dict[str, str], sentence: str) -> None:
    response = owner.post(PAGE, fields)
    assert response.status_code == 400
    assert sentence in read_text(response)
    assert not Webhook.objects.exists()


def test_too_many_are_told(owner: Client, listener: User) -> None:
    for _ in range(WEBHOOKS_PER_USER):
        make_webhook(listener, URL, ["sync_finished"])
    response = owner.post(PAGE, {"url": URL, "events": ["sync_finished"]})
    assert "Remove one first" in read_text(response)


def test_page_of_one_shows_what_it_was_told(owner: Client, webhook: Webhook) -> None:
    WebhookDelivery.objects.update(error=DeliveryError.WRONG_STATUS, status=503, tries=2)
    page = read_text(owner.get(f"{PAGE}{webhook.pk}/"))
    assert "A connected account was read" in page
    assert "503" in page
    assert "another status than 200 to 299" in page


def test_long_failure_is_told_and_mended(owner: Client, webhook: Webhook) -> None:
    now = timezone.now()
    Webhook.objects.update(disabled_at=now, failing_since=now - timedelta(days=3))
    page = read_text(owner.get(PAGE))
    assert "was in vain, so this site stopped" in page

    owner.post(f"{PAGE}{webhook.pk}/switch/", {"enabled": "yes"})

    assert "Enabled." in read_text(owner.get(f"{PAGE}{webhook.pk}/"))
    owner.post(f"{PAGE}{webhook.pk}/switch/", {"enabled": "no"})
    assert "Disabled by you." in read_text(owner.get(f"{PAGE}{webhook.pk}/"))


def test_removed_webhook_is_gone(owner: Client, webhook: Webhook) -> None:
    response = owner.post(f"{PAGE}{webhook.pk}/removal/", follow=True)
    assert "The webhook is removed." in read_text(response)
    assert not WebhookDelivery.objects.exists()


def test_somebody_elses_is_not_there(
    client: Client, other_listener: User, webhook: Webhook
) -> None:
    client.force_login(other_listener)
    assert URL not in read_text(client.get(PAGE))
    address = f"{PAGE}{webhook.pk}/"
    assert client.get(address).status_code == 404
    for action in ("switch", "removal"):
        assert client.post(f"{address}{action}/").status_code == 404
    webhook.refresh_from_db()
    assert webhook.disabled_at is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_is_sent_to_sign_in(client: Client, webhook: Webhook, method: str) -> None:
    address = f"{PAGE}{webhook.pk}/"
    for page in (PAGE, address, f"{address}switch/", f"{address}removal/"):
        response = getattr(client, method)(page)
        assert response["Location"].startswith("/accounts/login/")
    assert Webhook.objects.count() == 1
