"""Deleting a listener, completely."""

from functools import partial

from django.db import transaction

from accounts.api.throttles import forget_requests
from accounts.models import User
from recommendations.models import Upload
from recommendations.services.indexing import record_changes
from recommendations.services.transactions import retried_transaction
from recommendations.services.upload_files import remove_folders


@retried_transaction
def forget_listener(user: User) -> None:
    """Delete the account with all that belongs to it, files too, and tell the indexes.

    Shared catalogue rows (artists, tracks) stay. Of the listener nothing stays but a number in
    ``ProfileChange``, by which the indexes learn of the removal.
    """
    # Locked first: from here on nobody can add anything to the account.
    account = User.objects.filter(pk=user.pk).select_for_update()
    for locked in account:
        folders = Upload.objects.filter(user=locked).values_list("folder", flat=True)
        transaction.on_commit(partial(remove_folders, list(folders)))
        _forget_requests_later(locked.pk)
        locked.delete()
    record_changes([user.pk])


def _forget_requests_later(user_id: int) -> None:
    """Forget their requests once the account is gone; a cache that is away forgets by itself."""

    def forget() -> None:  # Django logs it by its name, which a partial has not.
        forget_requests(user_id)

    transaction.on_commit(forget, robust=True)
