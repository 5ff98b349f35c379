"""Keeps this process's index true to the database: step 6 of the data's way."""

from collections.abc import Collection
from threading import Lock

from django.db import transaction

from accounts.models import User
from recommendations.index import get_index
from recommendations.index.base import ProfileIndex
from recommendations.models import ProfileChange, RevisionCounter
from recommendations.services.listening import Progress, batches
from recommendations.services.profile_store import (
    BLOCK_SIZE,
    count_visible_profiles,
    load_all_visible_profiles,
    load_visible_profiles,
)
from recommendations.services.spaces import load_active_space_id

_catching_up = Lock()


@transaction.atomic
def record_changes(user_ids: Collection[int]) -> None:
    """Give these listeners the next revisions, so that every index looks at them again.

    Belongs into the transaction of the change itself, at its end: the counter stays locked until
    that commits.
    """
    if not user_ids:
        return
    counter, _ = RevisionCounter.objects.select_for_update().get_or_create(pk=1)
    first = counter.last_revision + 1
    ProfileChange.objects.bulk_create(
        (
            ProfileChange(user_id=user_id, revision=revision)
            for revision, user_id in enumerate(sorted(user_ids), start=first)
        ),
        update_conflicts=True,
        unique_fields=["user_id"],
        update_fields=["revision"],
    )
    counter.last_revision += len(user_ids)
    counter.save()


def load_caught_up_index() -> ProfileIndex:
    """Return this process's index, holding every change committed before the call.

    The first call in a process loads all profiles. Call it outside of a transaction: an index
    does not roll back.
    """
    index = get_index()
    with _catching_up:
        space_id = load_active_space_id()
        last_revision = _load_last_revision()
        # An index ahead of the database: a backup has been restored under a running process.
        while index.space_id() != space_id or index.revision() > last_revision:
            _load(index, space_id)
            space_id = load_active_space_id()  # If exchanged during the load, it was in vain.
            last_revision = _load_last_revision()
        while index.revision() < last_revision:
            _apply_changes(index, space_id)
    return index


def rebuild_index(progress: Progress | None = None) -> tuple[int, int]:
    """Make every process's index read all listeners anew; load this process's at once.

    Returns the number of listeners that the index holds and that of the database.
    """
    changed = ProfileChange.objects.values_list("user_id", flat=True)
    user_ids = sorted(set(changed).union(User.objects.values_list("pk", flat=True)))
    for batch in batches(user_ids, progress):
        record_changes(batch)
    index = get_index()
    with _catching_up:
        _load(index, load_active_space_id())
    return index.count(), count_visible_profiles(load_active_space_id())


def _load(index: ProfileIndex, space_id: int) -> None:
    """The revision is read first: what changes during the load is read again afterwards."""
    revision = _load_last_revision()
    index.replace_all(load_all_visible_profiles(space_id), space_id=space_id, revision=revision)


def _apply_changes(index: ProfileIndex, space_id: int) -> None:
    """Apply a block of changes, oldest first; who may not be found any more is removed."""
    beyond = ProfileChange.objects.filter(revision__gt=index.revision()).order_by("revision")
    changes = list(beyond.values_list("user_id", "revision")[:BLOCK_SIZE])
    user_ids = [user_id for user_id, _ in changes]
    upserts = load_visible_profiles(space_id, user_ids)
    removals = set(user_ids).difference(upserts.user_ids.tolist())
    index.apply(upserts=upserts, removals=removals, revision=changes[-1][1])


def _load_last_revision() -> int:
    last = RevisionCounter.objects.values_list("last_revision", flat=True).first()
    return 0 if last is None else last
