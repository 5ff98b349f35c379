"""Deleting a listener, completely."""

from django.db import transaction

from accounts.models import User
from recommendations.services.indexing import record_changes


def forget_listener(user: User) -> None:
    """Delete the account with all that belongs to it and tell the indexes.

    Shared catalogue rows (artists, tracks) stay. Of the listener nothing stays but a number in
    ``ProfileChange``, by which the indexes learn of the removal.
    """
    with transaction.atomic():
        user_id = user.pk
        user.delete()
        record_changes([user_id])
