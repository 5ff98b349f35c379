"""Whether a listener may be found by others. Every change reaches every index."""

from django.db import transaction

from accounts.models import User
from recommendations.services.indexing import record_changes


def set_discoverable(user: User, *, value: bool) -> None:
    """Let others find this listener, or let nobody find them from the next request on."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_discoverable=value)
        record_changes([user.pk])
    user.is_discoverable = value


def set_active(user: User, *, value: bool) -> None:
    """Lock an account, which hides its listener everywhere, or open it again."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=value)
        record_changes([user.pk])
    user.is_active = value
