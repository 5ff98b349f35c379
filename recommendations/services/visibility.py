"""Whether a listener is discoverable, and who does not see whom.

Every change of the first reaches every index; the second is left out of each answer.
"""

from collections.abc import Collection

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.sharing import Card, UnseenListener
from recommendations.services.indexing import record_changes


def set_discoverable(user: User, *, value: bool) -> None:
    """Let others find this listener, or let nobody find them from the next request on.

    Cards that show who hides are removed for good.
    """
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_discoverable=value)
        if not value:
            Card.objects.filter(Q(maker=user) | Q(sibling=user)).delete()
        record_changes([user.pk])
    user.is_discoverable = value


def set_active(user: User, *, value: bool) -> None:
    """Lock an account, which hides its listener everywhere, or open it again."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=value)
        record_changes([user.pk])
    user.is_active = value


def load_unseen(viewer: User | AnonymousUser) -> frozenset[int]:
    """Return the ids of those whom no list may show this viewer.

    They are whom the viewer hid or blocked, and who blocked the viewer; one query.
    """
    if isinstance(viewer, AnonymousUser):
        return frozenset()
    return load_unseen_by_each([viewer.pk])[viewer.pk]


def load_unseen_by_each(user_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Return the same for each of several listeners, in one query."""
    unseen: dict[int, set[int]] = {user_id: set() for user_id in user_ids}
    rows = UnseenListener.objects.filter(
        Q(user_id__in=user_ids) | Q(unseen_id__in=user_ids, is_blocked=True)
    )
    for user_id, unseen_id, is_blocked in rows.values_list("user_id", "unseen_id", "is_blocked"):
        if user_id in unseen:
            unseen[user_id].add(unseen_id)
        if is_blocked and unseen_id in unseen:
            unseen[unseen_id].add(user_id)
    return {user_id: frozenset(ids) for user_id, ids in unseen.items()}
