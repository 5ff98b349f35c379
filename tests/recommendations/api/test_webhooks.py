"""Webhooks over the API: registered, seen, enabled, removed, and by whom."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.api.tokens import issue_personal_token
from accounts.models import User, Webhook
from accounts.webhooks.deliveries import record_event
from accounts.webhooks.hooks import WEBHOOKS_PER_USER, make_webhook
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_auth import with_token
from tests.recommendations.api.test_errors import error_of

WEBHOOKS = "/api/v1/me/webhooks/"
URL = "https://example.org/hook"


def register(client: APIClient, **fields: object) -> Any:
    return client.post(WEBHOOKS, {"url": URL, "events": ["sync_finished"]} | fields, format="json")


@pytest.fixture
def webhook(listener: User) -> Webhook:
    """A webhook of the listener's that was told of one event."""
    made = make_webhook(listener, URL, Webhook.Event.values)
    told = {"user_id": 7}
    record_event(listener.pk, Webhook.Event.NEW_SIMILAR_USER, told, timezone.now())
    return made.webhook


def addresses(webhook: Webhook) -> list[str]:
    return [WEBHOOKS, f"{WEBHOOKS}{webhook.pk}/", f"{WEBHOOKS}{webhook.pk}/deliveries/"]


def test_registered_webhook_is_listed_and_its_secret_is_shown_once(listener: User) -> None:
    client = api_client(listener)

    response = register(client)

    made = response.json()
    assert response.status_code == 201
    assert made["secret"].startswith("whsec_")
    assert client.get(WEBHOOKS).json()["results"] == [made["webhook"]]
    assert set(made["webhook"]) == {
        "id", "url", "events", "is_enabled", "failing_since", "created_at",
    }  # fmt: skip
    assert made["secret"] not in str(Webhook.objects.values())


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"url": "http://example.org/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": ""}, "url"),
        ({"url": f"https://example.org/{'x' * 500}"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["everything"]}, "events"),
        ({"events": ["sync_finished"] * 3}, "events"),
        ({"events": "sync_finished"}, "events"),
    ],
)
def test_wrong_fields_are_told(listener: User, fields: dict[str, Any], wrong: str) -> None:
    assert set(error_of(register(api_client(listener), **fields), 400)["details"]) == {wrong}
    assert not Webhook.objects.exists()


def test_number_is_bounded(listener: User) -> None:
    client = api_client(listener)
    for _ in range(WEBHOOKS_PER_USER):
        assert register(client).status_code == 201
    assert error_of(register(client), 409)["code"] == "too_many_webhooks"


def test_webhook_is_disabled_enabled_and_removed(listener: User, webhook: Webhook) -> None:
    client, address = api_client(listener), f"{WEBHOOKS}{webhook.pk}/"
    for value in (False, True):
        changed = client.patch(address, {"is_enabled": value}, format="json").json()
        assert changed["is_enabled"] is client.get(address).json()["is_enabled"] is value
    assert client.patch(address, {}, format="json").json()["is_enabled"] is True
    error_of(client.patch(address, {"is_enabled": "on"}, format="json"), 400)

    assert client.delete(address).status_code == 204

    error_of(client.get(address), 404)
    assert not Webhook.objects.exists()


def test_deliveries_show_what_is_sent_and_how_that_goes(listener: User, webhook: Webhook) -> None:
    [delivery] = api_client(listener).get(addresses(webhook)[2]).json()["results"]
    assert delivery["body"]["data"] == {"user_id": 7}
    assert delivery["body"]["id"] == delivery["id"]
    assert (delivery["state"], delivery["tries"], delivery["status"]) == ("waiting", 0, None)


def test_somebody_elses_are_not_there(other_listener: User, webhook: Webhook) -> None:
    client = api_client(other_listener)
    listed, one, deliveries = addresses(webhook)
    assert client.get(listed).json()["results"] == []
    for response in (
        client.get(one),
        client.get(deliveries),
        client.patch(one, {"is_enabled": False}, format="json"),
        client.delete(one),
    ):
        error_of(response, 404)
    webhook.refresh_from_db()
    assert webhook.disabled_at is None


def test_nobody_sees_or_changes_anything(anonymous: APIClient, webhook: Webhook) -> None:
    listed, one, deliveries = addresses(webhook)
    for response in (
        anonymous.get(listed),
        register(anonymous),
        anonymous.get(one),
        anonymous.patch(one, {"is_enabled": False}, format="json"),
        anonymous.delete(one),
        anonymous.get(deliveries),
    ):
        error_of(response, 401)


def test_personal_token_looks_and_does_not_change(listener: User, webhook: Webhook) -> None:
    client = with_token(issue_personal_token(listener, "program", 1).token)
    listed, one, deliveries = addresses(webhook)
    for address in (listed, one, deliveries):
        assert client.get(address).status_code == 200
    for response in (
        register(client),
        client.patch(one, {"is_enabled": False}, format="json"),
        client.delete(one),
    ):
        error_of(response, 403)


def test_lists_ask_as_often_for_one_as_for_many(
    listener: User, webhook: Webhook, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Two for the token, one for the webhook of deliveries, one for the rows."""
    client = api_client(listener)
    for _ in range(3):
        record_event(listener.pk, Webhook.Event.SYNC_FINISHED, {}, timezone.now())
        register(client)
    for address, queries in zip(addresses(webhook), (3, 3, 4), strict=True):
        with django_assert_num_queries(queries):
            client.get(address)
