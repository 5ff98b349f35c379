"""Notices who is new among a listener's most similar users, for webhooks.

Looked for are those of a listener whose own profile changed, soon after, and of everybody once a
day, since others change, too. So it costs a search for each webhook a day and change, whatever the
number of listeners.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Webhook
from accounts.webhooks.deliveries import record_event
from recommendations.models import KnownSimilarUser, SimilarUserWatch
from recommendations.services.similar_users import find_similar_user_ids

# Chosen by us: the first page of similar users.
WATCHED = 10
EVERY = timedelta(days=1)
# Chosen by us: who was known so long ago may be news again, and the table stays small.
KEPT = 1000
_AT_ONCE = 200


def find_new_similar_users(now: datetime) -> int:
    """Look for those of the webhooks that are due, and return how many of these there were.

    What is new is in the outbox then. Raises ``IndexUnavailable``; nothing is lost.
    """
    due = SimilarUserWatch.objects.filter(
        due_at__lte=now, webhook__disabled_at=None, webhook__user__is_active=True
    )
    watches = list(due.select_related("webhook").order_by("due_at", "pk")[:_AT_ONCE])
    user_ids = sorted({watch.webhook.user_id for watch in watches})
    found = find_similar_user_ids(user_ids, limit=WATCHED) if user_ids else {}
    for watch in watches:
        _compare(watch, found.get(watch.webhook.user_id), now)
    return len(watches)


@transaction.atomic
def _compare(watch: SimilarUserWatch, user_ids: Sequence[int] | None, now: datetime) -> None:
    """Take over who is there, and record who is new; None is somebody without a profile."""
    # Whose profile changed while the search went on is due again at once.
    same = SimilarUserWatch.objects.filter(pk=watch.pk, due_at=watch.due_at)
    if not same.update(due_at=now + EVERY) or user_ids is None:
        return
    known = set(watch.known.filter(user__in=user_ids).values_list("user_id", flat=True))
    new = [user_id for user_id in user_ids if user_id not in known]
    KnownSimilarUser.objects.bulk_create(
        (KnownSimilarUser(watch=watch, user_id=user_id) for user_id in new), ignore_conflicts=True
    )
    for user_id in new if watch.known_at else ():
        event = Webhook.Event.NEW_SIMILAR_USER
        record_event(watch.webhook.user_id, event, {"user_id": user_id}, now, about_id=user_id)
    SimilarUserWatch.objects.filter(pk=watch.pk).update(known_at=now)
    kept = watch.known.order_by("-pk").values("pk")[:KEPT]
    watch.known.exclude(pk__in=kept).delete()
