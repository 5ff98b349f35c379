"""The outbox: what is in it arrives signed, is tried again or given up, and names nobody hidden."""

import json
import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from accounts.models import User, Webhook, WebhookDelivery
from accounts.sharing import UnseenListener
from accounts.tokens import rotate_tokens
from accounts.webhooks.deliveries import (
    DISABLED_AFTER,
    KEPT_DELIVERIES,
    MAX_TRIES,
    WAITS,
    deliver,
    find_due_deliveries,
    record_event,
)
from accounts.webhooks.errors import DeliveryError
from accounts.webhooks.hooks import (
    disable_webhook,
    enable_webhook,
    load_deliveries,
    make_webhook,
)
from accounts.webhooks.signing import SIGNATURE_HEADER, sign
from tests.doubles.receiver import ReceiverDouble

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SYNC, NEW = Webhook.Event.SYNC_FINISHED, Webhook.Event.NEW_SIMILAR_USER
verify = runpy.run_path(str(Path(__file__).parents[3] / "docs" / "example.py"))["verify"]


def hook(user: User, receiver: ReceiverDouble, *events: str) -> Webhook:
    return make_webhook(user, f"{receiver.url}/hook", events or (SYNC, NEW)).webhook


def record(user: User, now: datetime = NOW, **options: Any) -> None:
    record_event(user.pk, SYNC, {"sync_id": 7}, now, **options)


def send_due(now: datetime = NOW) -> int:
    """Do what the sweep and its tasks do; return how many were due."""
    due = find_due_deliveries(now)
    for delivery_id in due:
        deliver(delivery_id, now)
    return len(due)


def states() -> list[str]:
    return list(WebhookDelivery.objects.order_by("pk").values_list("state", flat=True))


def test_delivery_arrives_once_and_its_signature_verifies(
    listener: User, receiver: ReceiverDouble
) -> None:
    made = make_webhook(listener, f"{receiver.url}/hook", [SYNC])
    record(listener)

    assert [send_due(), send_due(NOW + timedelta(days=1))] == [1, 0]

    [request] = receiver.received
    delivery = WebhookDelivery.objects.get()
    header = request.headers[SIGNATURE_HEADER.lower()]
    assert verify(made.secret, header, request.body, timezone.now().timestamp()) == {
        "id": str(delivery.public_id),
        "event": "sync_finished",
        "created_at": NOW.isoformat(),
        "data": {"sync_id": 7},
    }
    assert (delivery.state, delivery.status, delivery.error) == ("delivered", 204, "")


@pytest.mark.parametrize(
    ("secret", "body", "age_s", "reason"),
    [
        ("another", b"{}", 0, "not that of this secret"),
        ("secret", b"[]", 0, "not that of this secret"),
        ("secret", b"{}", 301, "too old"),
        ("secret", b"{}", -301, "too old"),
    ],
)
def test_forged_and_replayed_deliveries_do_not_verify(
    secret: str, body: bytes, age_s: int, reason: str
) -> None:
    header = sign("secret", 1_800_000_000, b"{}")
    assert verify("secret", header, b"{}", 1_800_000_300) == {}
    with pytest.raises(ValueError, match=reason):
        verify(secret, header, body, 1_800_000_000 + age_s)


@pytest.mark.parametrize("header", ["", "t=1", "v1=a", "t=x,v1=a", "nonsense", "t=1,v1=\u00e4"])
def test_header_that_is_none_does_not_verify(header: str) -> None:
    with pytest.raises(ValueError, match="signature"):
        verify("secret", header, b"{}", 1)


def test_time_that_is_signed_cannot_be_changed() -> None:
    header = sign("secret", 1_800_000_000, b"{}").replace("t=1800000000", "t=1800000900")
    with pytest.raises(ValueError, match="not that of this secret"):
        verify("secret", header, b"{}", 1_800_000_900)


def test_only_those_who_asked_for_the_event_are_told(
    listener: User, other_listener: User, receiver: ReceiverDouble
) -> None:
    hook(listener, receiver, NEW)
    hook(other_listener, receiver)
    record(listener)
    assert not WebhookDelivery.objects.exists()


def test_event_that_is_rolled_back_tells_nobody(listener: User, receiver: ReceiverDouble) -> None:
    hook(listener, receiver)
    with transaction.atomic():
        record(listener)
        transaction.set_rollback(True)
    assert send_due() == 0


def test_tries_are_made_after_waits_that_grow_and_end(
    listener: User, receiver: ReceiverDouble
) -> None:
    hook(listener, receiver)
    record(listener)
    receiver.refuse(503)
    now, waits = NOW, []
    while send_due(now):
        delivery = WebhookDelivery.objects.get()
        waits.append(delivery.next_try_at - now)
        now = delivery.next_try_at

    assert tuple(waits[: len(WAITS)]) == WAITS
    assert len(receiver.received) == delivery.tries == MAX_TRIES
    assert (delivery.state, delivery.status, delivery.error) == ("failed", 503, "wrong_status")


def test_all_deliveries_of_an_address_wait_while_it_fails(
    listener: User, receiver: ReceiverDouble
) -> None:
    hook(listener, receiver)
    record(listener)
    receiver.refuse(500)
    send_due()
    record(listener)
    assert send_due(NOW + WAITS[0] - timedelta(seconds=1)) == 0

    receiver.refuse(200)

    assert send_due(NOW + WAITS[0]) == 2
    assert states() == ["delivered", "delivered"]
    webhook = Webhook.objects.get()
    assert (webhook.failing_since, webhook.failures, webhook.quiet_until) == (None, 0, None)


def test_address_that_fails_for_days_is_disabled_with_all_that_waits(
    listener: User, receiver: ReceiverDouble
) -> None:
    webhook = hook(listener, receiver)
    record(listener)
    receiver.refuse(500)
    send_due()
    record(listener)

    deliver(find_due_deliveries(NOW + DISABLED_AFTER)[0], NOW + DISABLED_AFTER)

    webhook.refresh_from_db()
    assert webhook.disabled_at == NOW + DISABLED_AFTER
    assert states() == ["failed", "failed"]
    record(listener)
    assert len(states()) == 2

    enable_webhook(webhook)
    record(listener)
    assert send_due(NOW + DISABLED_AFTER) == 1


def test_disabled_by_its_owner_it_is_told_nothing_even_later(
    listener: User, receiver: ReceiverDouble
) -> None:
    webhook = hook(listener, receiver)
    record(listener)
    disable_webhook(webhook, NOW)
    enable_webhook(webhook)
    assert send_due(NOW + timedelta(days=1)) == 0
    assert states() == ["failed"]


def test_killed_worker_loses_nothing(listener: User, receiver: ReceiverDouble) -> None:
    """Its try counts; after a while the next one makes another."""
    hook(listener, receiver)
    record(listener)
    receiver.play("hung_up")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("accounts.webhooks.deliveries._note_failure", lambda *_arguments: None)
        send_due()
    assert send_due(NOW + timedelta(minutes=1)) == 0

    assert send_due(NOW + timedelta(minutes=2)) == 1

    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.tries) == ("delivered", 2)


def test_two_workers_send_it_once(listener: User, receiver: ReceiverDouble) -> None:
    hook(listener, receiver)
    record(listener)
    [delivery_id] = find_due_deliveries(NOW)
    deliver(delivery_id, NOW)
    deliver(delivery_id, NOW)
    assert len(receiver.received) == 1


@pytest.mark.parametrize("change", [{"is_discoverable": False}, {"is_active": False}])
def test_nobody_who_hides_meanwhile_is_named(
    listener: User, other_listener: User, receiver: ReceiverDouble, change: dict[str, bool]
) -> None:
    webhook = hook(listener, receiver)
    record(listener, about_id=other_listener.pk)
    User.objects.filter(pk=other_listener.pk).update(**change)

    assert not load_deliveries(webhook).exists()
    send_due()

    assert receiver.received == []
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize(
    ("deed", "is_named"),
    [("I hide", False), ("I block", False), ("they block", False), ("they hide", True)],
)
def test_nobody_is_named_whom_either_side_may_not_see(
    listener: User, other_listener: User, receiver: ReceiverDouble, deed: str, is_named: object
) -> None:
    hook(listener, receiver)
    record(listener, about_id=other_listener.pk)
    user, unseen = listener, other_listener
    if "they" in deed:
        user, unseen = unseen, user
    UnseenListener.objects.create(user=user, unseen=unseen, is_blocked="block" in deed)
    send_due()
    assert bool(receiver.received) is is_named


def test_who_is_deleted_leaves_no_number(
    listener: User, other_listener: User, receiver: ReceiverDouble
) -> None:
    hook(listener, receiver)
    record(listener, about_id=other_listener.pk)
    other_listener.delete()
    assert not WebhookDelivery.objects.exists()


def test_locked_account_is_told_nothing(listener: User, receiver: ReceiverDouble) -> None:
    hook(listener, receiver)
    record(listener)
    User.objects.filter(pk=listener.pk).update(is_active=False)
    assert send_due() == 0


def test_the_last_hundred_are_kept(listener: User, receiver: ReceiverDouble) -> None:
    hook(listener, receiver)
    for number in range(KEPT_DELIVERIES + 3):
        record_event(listener.pk, SYNC, {"sync_id": number}, NOW)
    bodies = WebhookDelivery.objects.order_by("pk").values_list("body", flat=True)
    assert len(bodies) == KEPT_DELIVERIES
    assert json.loads(bodies[0])["data"] == {"sync_id": 3}


def test_address_that_came_to_be_private_is_refused(
    listener: User, receiver: ReceiverDouble
) -> None:
    hook(listener, receiver)
    record(listener)
    with override_settings(METAREC_WEBHOOK_PRIVATE=False):
        send_due()
    assert receiver.received == []
    assert WebhookDelivery.objects.get().error == DeliveryError.NO_PUBLIC_ADDRESS


def test_secret_outlives_its_key_once_rotated(listener: User, receiver: ReceiverDouble) -> None:
    with override_settings(METAREC_TOKEN_KEYS=["old"]):
        hook(listener, receiver)
    with override_settings(METAREC_TOKEN_KEYS=["new", "old"]):
        assert rotate_tokens() == (1, 0)
    record(listener)
    with override_settings(METAREC_TOKEN_KEYS=["new"]):
        send_due()
    assert states() == ["delivered"]


def test_secret_that_no_key_reads_is_told(listener: User, receiver: ReceiverDouble) -> None:
    hook(listener, receiver)
    record(listener)
    with override_settings(METAREC_TOKEN_KEYS=["another"]):
        send_due()
    assert WebhookDelivery.objects.get().error == DeliveryError.NO_SECRET


def test_log_has_no_address_and_no_secret(
    listener: User, receiver: ReceiverDouble, caplog: pytest.LogCaptureFixture
) -> None:
    made = make_webhook(listener, f"{receiver.url}/hook?key=private", [SYNC])
    record(listener)
    with caplog.at_level("DEBUG"):
        send_due()
    assert "status=204" in caplog.text
    assert "key=private" not in caplog.text
    assert made.secret not in caplog.text
