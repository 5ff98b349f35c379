"""Deleting a listener, completely."""

from accounts.models import User
from recommendations.services.indexing import record_changes
from recommendations.services.transactions import retried_transaction


@retried_transaction
def forget_listener(user: User) -> None:
    """Delete the account with all that belongs to it and tell the indexes.

    Shared catalogue rows (artists, tracks) stay. Of the listener nothing stays but a number in
    ``ProfileChange``, by which the indexes learn of the removal.
    """
    # Locked first: from here on nobody can add anything to the account.
    account = User.objects.filter(pk=user.pk).select_for_update()
    for locked in account:
        locked.delete()
    record_changes([user.pk])
