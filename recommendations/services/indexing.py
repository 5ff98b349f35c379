"""Keeps the index true to the database: step 6 of the data's way.

The embedded index of a process catches up before it answers. An index that processes share is
caught up by a task, after each change and every minute.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from threading import Lock

from django.db import transaction
from django.dispatch import Signal

from accounts.models import User
from recommendations.index import get_index, get_shared_index
from recommendations.index.base import IndexDraft, IndexUnavailable, ProfileIndex, SharedIndex
from recommendations.models import ProfileChange
from recommendations.services.listening import Progress, batches
from recommendations.services.profile_store import (
    BLOCK_SIZE,
    count_visible_profiles,
    load_all_visible_profiles,
    load_visible_profiles,
)
from recommendations.services.rebuilds import is_rebuilding, kept_from_sweeps
from recommendations.services.revisions import Counter, load_last_revision, store_revisions
from recommendations.services.spaces import load_active_space_id
from recommendations.services.turns import take_turns
from recommendations.taste.profiles import Profiles

logger = logging.getLogger(__name__)

# Sent when changes that an index shared by processes has to take over are committed.
changes_committed = Signal()

_catching_up = Lock()
_NAME = "profiles"


@transaction.atomic
def record_changes(user_ids: Collection[int]) -> None:
    """Give these listeners the next revisions, so that every index looks at them again.

    Belongs into the transaction of the change itself, at its end: the counter stays locked until
    that commits.
    """
    if not user_ids:
        return
    store_revisions(Counter.PROFILES, ProfileChange, user_ids)
    if get_shared_index() is not None:
        # A broker that is away is logged, not raised: the next sweep finds the changes.
        # A function and no partial, since Django logs it by its name.
        transaction.on_commit(_say_committed, robust=True)


def _say_committed() -> None:
    changes_committed.send(sender=None)


def load_caught_up_index() -> ProfileIndex:
    """Return the index to search in.

    The embedded one holds every change committed before the call; the first call in a process
    loads all profiles. A shared one is returned as it is. Call it outside of a transaction: an
    index does not roll back. Raises ``IndexUnavailable``.
    """
    index = get_index()
    if get_shared_index() is not None:
        if index.space_id() != load_active_space_id():
            raise IndexUnavailable("The index is being filled.")
        return index
    with _catching_up:
        space_id = load_active_space_id()
        last_revision = load_last_revision(Counter.PROFILES)
        # An index ahead of the database: a backup has been restored under a running process.
        while index.space_id() != space_id or index.revision() > last_revision:
            _load(index, space_id)
            space_id = load_active_space_id()  # If exchanged during the load, it was in vain.
            last_revision = load_last_revision(Counter.PROFILES)
        while (held := index.revision()) < last_revision:
            _apply_changes(index, held, space_id)
    return index


def catch_up_index() -> None:
    """Bring the shared index up to the last change; without one there is nothing to do.

    An index that is empty, of another space or ahead of the database is replaced, unless a
    rebuild is at work on that. While another process is at it, that one does it all. Raises
    ``IndexUnavailable``; what is not done is done next time.
    """
    index = get_shared_index()
    if index is not None:
        take_turns(ProfileChange, partial(_catch_up, index), partial(_is_behind, index))


def _catch_up(index: SharedIndex) -> None:
    with _catching_up:
        space_id = load_active_space_id()
        # Read before the database's: a rebuild may be published meanwhile.
        revision = index.revision()
        if index.space_id() != space_id or revision > load_last_revision(Counter.PROFILES):
            if is_rebuilding(_NAME):
                return
            _draft(index, space_id).publish()
        while (held := index.revision()) < load_last_revision(Counter.PROFILES):
            _apply_changes(index, held, space_id)


def _is_behind(index: SharedIndex) -> bool:
    """Tell whether there are changes to be taken over; a rebuild takes them over itself."""
    return index.revision() < load_last_revision(Counter.PROFILES) and not is_rebuilding(_NAME)


def rebuild_index(progress: Progress | None = None) -> tuple[int, int]:
    """Fill the index anew: the shared one at once, else that of each process at its next answer.

    Searches go on in the old content meanwhile. Returns the number of listeners that the index
    holds and that of the database. Raises ``IndexUnavailable``.
    """
    index = get_shared_index()
    space_id = load_active_space_id()
    if index is None:
        _renew_all_revisions(progress)
        with _catching_up:
            _load(get_index(), space_id)
    else:
        _draft(index, space_id, progress).publish()
    return get_index().count(), count_visible_profiles(load_active_space_id())


def prepare_index(space_id: int) -> Callable[[], None]:
    """Have a shared index ready for a space that is not active yet; without one, do nothing.

    Returns what to call once the space is active. Raises ``IndexUnavailable``, and then nothing
    has changed.
    """
    index = get_shared_index()
    if index is None:
        return lambda: None
    return partial(_publish_or_leave, _draft(index, space_id))


def _publish_or_leave(draft: IndexDraft) -> None:
    try:
        draft.publish()
    except IndexUnavailable as error:
        logger.warning("The index of the new space goes live with the next sweep: %s", error)


def _draft(index: SharedIndex, space_id: int, progress: Progress | None = None) -> IndexDraft:
    """Return the next content, caught up; the revision is read first, as in ``_load``."""
    revision = load_last_revision(Counter.PROFILES)
    total = count_visible_profiles(space_id)
    blocks = _report(load_all_visible_profiles(space_id), total, progress)
    with kept_from_sweeps(_NAME):
        draft = index.draft(blocks, space_id=space_id, revision=revision)
        while (held := draft.revision()) < load_last_revision(Counter.PROFILES):
            _apply_changes(draft, held, space_id)
    return draft


def _renew_all_revisions(progress: Progress | None) -> None:
    changed = ProfileChange.objects.values_list("user_id", flat=True)
    user_ids = sorted(set(changed).union(User.objects.values_list("pk", flat=True)))
    for batch in batches(user_ids, progress):
        record_changes(batch)


def _report(
    blocks: Iterable[Profiles], total: int, progress: Progress | None
) -> Iterator[Profiles]:
    done = 0
    for block in blocks:
        yield block
        done += len(block)
        if progress is not None:
            progress(done, total)


def _load(index: ProfileIndex, space_id: int) -> None:
    """The revision is read first: what changes during the load is read again afterwards."""
    revision = load_last_revision(Counter.PROFILES)
    index.replace_all(load_all_visible_profiles(space_id), space_id=space_id, revision=revision)


def _apply_changes(index: ProfileIndex | IndexDraft, held: int, space_id: int) -> None:
    """Apply a block of the changes after ``held``, oldest first; who is hidden now is removed.

    Another worker may have applied them meanwhile: what is not newer changes nothing.
    """
    beyond = ProfileChange.objects.filter(revision__gt=held).order_by("revision")
    changes = list(beyond.values_list("user_id", "revision")[:BLOCK_SIZE])
    user_ids = [user_id for user_id, _ in changes]
    upserts = load_visible_profiles(space_id, user_ids)
    removals = set(user_ids).difference(upserts.user_ids.tolist())
    index.apply(upserts=upserts, removals=removals, revision=changes[-1][1])
