"""A listener's webhooks: made, loaded, enabled, disabled and removed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User, Webhook, WebhookDelivery
from accounts.sharing import UnseenListener
from accounts.tokens import decrypt_token, encrypt_token
from accounts.webhooks.addresses import check_url
from accounts.webhooks.errors import DeliveryError

# Chosen by us: enough for every program of a person, and bounded work for one event.
WEBHOOKS_PER_USER = 5


class TooManyWebhooks(Exception):  # noqa: N818 - the name says what it is
    """The user has as many webhooks as one may have."""


class WebhookNotFound(Exception):  # noqa: N818 - named for what is told to whoever asks
    """There is no such webhook, or it is somebody else's; the two look the same."""


@dataclass(frozen=True, slots=True)
class MadeWebhook:
    """A new webhook with its secret, which is shown once."""

    webhook: Webhook
    secret: str


@transaction.atomic
def make_webhook(user: User, url: str, events: Collection[str]) -> MadeWebhook:
    """Register an address. Raises ``TooManyWebhooks`` and ``UnfitAddress``."""
    check_url(url)
    # Locked: two that are made at once are counted both.
    list(User.objects.select_for_update(no_key=True).filter(pk=user.pk))
    if Webhook.objects.filter(user=user).count() >= WEBHOOKS_PER_USER:
        raise TooManyWebhooks
    secret = f"whsec_{token_urlsafe(32)}"
    webhook = Webhook.objects.create(
        user=user,
        url=url,
        events=[event for event in Webhook.Event.values if event in events],
        encrypted_secret=encrypt_token({"secret": secret}),
    )
    return MadeWebhook(webhook, secret)


def load_webhooks(user: User) -> QuerySet[Webhook]:
    """Return a user's webhooks, the newest first."""
    return Webhook.objects.filter(user=user).order_by("-created_at", "-pk")


def load_webhook(user: User, webhook_id: int) -> Webhook:
    """Return a user's webhook. Raises ``WebhookNotFound``."""
    webhook = load_webhooks(user).filter(pk=webhook_id).first()
    if webhook is None:
        raise WebhookNotFound(webhook_id)
    return webhook


def load_deliveries(webhook: Webhook) -> QuerySet[WebhookDelivery]:
    """Return what a webhook was or will be told, the newest first; nobody who hides is named."""
    return visible(webhook.deliveries.order_by("-created_at", "-pk"))


def visible(deliveries: QuerySet[WebhookDelivery]) -> QuerySet[WebhookDelivery]:
    """Keep those about nobody, or about somebody who is discoverable and hidden by neither side."""
    owner, about = OuterRef("webhook__user"), OuterRef("about")
    hidden = Exists(UnseenListener.objects.filter(user=owner, unseen=about))
    blocking = Exists(UnseenListener.objects.filter(user=about, unseen=owner, is_blocked=True))
    shown = Q(about__is_discoverable=True, about__is_active=True) & ~hidden & ~blocking
    return deliveries.filter(Q(about=None) | shown)


def load_secret(webhook: Webhook) -> str | None:
    """Return the secret, None where none of the site's keys reads it."""
    info = decrypt_token(webhook.encrypted_secret)
    return None if info is None else str(info["secret"])


def enable_webhook(webhook: Webhook) -> None:
    """Tell the webhook of events from now on, whatever went wrong before."""
    _update(webhook, failures=0, failing_since=None, quiet_until=None, disabled_at=None)


@transaction.atomic
def disable_webhook(webhook: Webhook, now: datetime) -> None:
    """Tell the webhook of nothing, not even of what waits, until it is enabled again."""
    _update(webhook, failures=0, failing_since=None, quiet_until=None, disabled_at=now)
    give_up_waiting(webhook, now)


def give_up_waiting(webhook: Webhook, now: datetime) -> None:
    """Give up what a disabled webhook was to be told."""
    webhook.deliveries.filter(state=WebhookDelivery.State.WAITING).update(
        state=WebhookDelivery.State.FAILED, error=DeliveryError.DISABLED, ended_at=now
    )


def remove_webhook(webhook: Webhook) -> None:
    """Forget the webhook with all that it was told."""
    webhook.delete()


def _update(webhook: Webhook, **values: object) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(**values)
    for name, value in values.items():
        setattr(webhook, name, value)
