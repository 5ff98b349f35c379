"""Which webhooks wait to be told of new similar users, and when to look for them."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import User, Webhook
from accounts.webhooks.hooks import MadeWebhook, make_webhook
from recommendations.models import SimilarUserWatch


@transaction.atomic
def register_webhook(user: User, url: str, events: Collection[str], now: datetime) -> MadeWebhook:
    """Register an address for these events. Raises ``TooManyWebhooks`` and ``UnfitAddress``."""
    made = make_webhook(user, url, events)
    if Webhook.Event.NEW_SIMILAR_USER in made.webhook.events:
        SimilarUserWatch.objects.create(webhook=made.webhook, due_at=now)
    return made


def note_changed_profiles(user_ids: Collection[int], now: datetime) -> None:
    """Have new similar users of these listeners looked for soon; call it with the change."""
    watches = SimilarUserWatch.objects.filter(webhook__user_id__in=user_ids, due_at__gt=now)
    watches.update(due_at=now)
