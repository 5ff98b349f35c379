"""The outbox: written in the transaction of an event, and sent until it has arrived.

A delivery that was written is sent even if every process dies, then perhaps twice: receivers tell
by its id.
"""

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import Webhook, WebhookDelivery
from accounts.webhooks.addresses import NoPublicAddress
from accounts.webhooks.errors import DeliveryError
from accounts.webhooks.hooks import give_up_waiting, load_secret, visible
from accounts.webhooks.sending import NoAnswer, post
from accounts.webhooks.signing import SIGNATURE_HEADER, sign

logger = logging.getLogger(__name__)

# Chosen by us: a receiver that restarts misses nothing, and one that is down for a day neither.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
MAX_TRIES = len(WAITS) + 1
# Chosen by us: a weekend is forgiven.
DISABLED_AFTER = timedelta(days=3)
# Chosen by us: enough to see what went wrong, and bounded.
KEPT_DELIVERIES = 100
# Chosen by us: longer than a try can take, so that after it the process that made it has died.
_LONGEST_TRY = timedelta(minutes=2)
_AT_ONCE = 200
_HTTP_OK = range(200, 300)
_USER_AGENT = "metarec/1 (webhook)"


def record_event(
    user_id: int,
    event: Webhook.Event,
    data: Mapping[str, object],
    now: datetime,
    *,
    about_id: int | None = None,
) -> None:
    """Have a user's webhooks told of an event; call it in the transaction of the event.

    ``data`` holds ids and states alone: what a receiver may not know it has to ask the API for.
    """
    for webhook in Webhook.objects.filter(user_id=user_id, disabled_at=None):
        if event not in webhook.events:
            continue
        public_id = uuid4()
        told = {"id": str(public_id), "event": event, "created_at": now.isoformat(), "data": data}
        webhook.deliveries.create(
            public_id=public_id,
            about_id=about_id,
            event=event,
            body=json.dumps(told),
            next_try_at=now,
            created_at=now,
        )
        kept = webhook.deliveries.order_by("-pk").values("pk")[:KEPT_DELIVERIES]
        webhook.deliveries.exclude(pk__in=kept).delete()


def find_due_deliveries(now: datetime) -> list[int]:
    """Return the deliveries to send now, those that have waited longest first."""
    return list(_due(now).order_by("next_try_at", "pk").values_list("pk", flat=True)[:_AT_ONCE])


def deliver(delivery_id: int, now: datetime) -> None:
    """Try once to send a delivery, if it is due and nobody else does; note what came of it."""
    delivery = _claim(delivery_id, now)
    if delivery is None:
        return
    status, error = _send(delivery)
    logger.info(
        "delivery=%d webhook=%d try=%d status=%s error=%s",
        delivery.pk,
        delivery.webhook_id,
        delivery.tries + 1,
        status,
        error,
    )
    if error:
        _note_failure(delivery, status, error, now)
    else:
        _note_success(delivery, status, now)


def _due(now: datetime) -> QuerySet[WebhookDelivery]:
    is_open = Q(webhook__quiet_until=None) | Q(webhook__quiet_until__lte=now)
    return WebhookDelivery.objects.filter(
        is_open,
        state=WebhookDelivery.State.WAITING,
        next_try_at__lte=now,
        webhook__disabled_at=None,
        webhook__user__is_active=True,
    )


def _claim(delivery_id: int, now: datetime) -> WebhookDelivery | None:
    """Take a try; counted before it is made, so that none kills its process for ever."""
    due = _due(now).filter(pk=delivery_id)
    delivery = visible(due).select_related("webhook").first()
    if delivery is None:
        # It names somebody who hides by now.
        due.delete()
        return None
    same = WebhookDelivery.objects.filter(pk=delivery_id, next_try_at=delivery.next_try_at)
    is_ours = same.update(next_try_at=now + _LONGEST_TRY, tries=F("tries") + 1)
    return delivery if is_ours else None


def _send(delivery: WebhookDelivery) -> tuple[int | None, str]:
    """Return the answer's status, None where there is none, and what is wrong with it."""
    secret = load_secret(delivery.webhook)
    if secret is None:
        return None, DeliveryError.NO_SECRET
    body = delivery.body.encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": _USER_AGENT,
        SIGNATURE_HEADER: sign(secret, int(timezone.now().timestamp()), body),
    }
    try:
        status = post(delivery.webhook.url, body, headers)
    except NoPublicAddress:
        return None, DeliveryError.NO_PUBLIC_ADDRESS
    except NoAnswer:
        return None, DeliveryError.NO_ANSWER
    return status, "" if status in _HTTP_OK else DeliveryError.WRONG_STATUS


@transaction.atomic
def _note_success(delivery: WebhookDelivery, status: int | None, now: datetime) -> None:
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=WebhookDelivery.State.DELIVERED, status=status, error="", ended_at=now
    )
    Webhook.objects.filter(pk=delivery.webhook_id).exclude(failing_since=None).update(
        failures=0, failing_since=None, quiet_until=None
    )


@transaction.atomic
def _note_failure(delivery: WebhookDelivery, status: int | None, error: str, now: datetime) -> None:
    """Wait longer than before, with all that the webhook is to be told, or give up."""
    webhook = delivery.webhook
    wait = WAITS[min(webhook.failures, len(WAITS) - 1)]
    values: dict[str, object] = {"status": status, "error": error, "next_try_at": now + wait}
    if delivery.tries + 1 >= MAX_TRIES:
        values |= {"state": WebhookDelivery.State.FAILED, "ended_at": now}
    WebhookDelivery.objects.filter(pk=delivery.pk).update(**values)
    own = Webhook.objects.filter(pk=webhook.pk, disabled_at=None)
    own.filter(failing_since=None).update(failing_since=now)
    own.update(failures=F("failures") + 1, quiet_until=now + wait)
    if own.filter(failing_since__lte=now - DISABLED_AFTER).update(disabled_at=now):
        give_up_waiting(webhook, now)
