"""Keeps the stored taste profiles true to the listening they are computed from."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from recommendations.models import (
    StaleProfile,
    TasteProfile,
    TasteSpace,
    TopArtist,
    TopTrack,
)
from recommendations.services.indexing import record_changes
from recommendations.services.listening import Progress, batches, load_listening
from recommendations.services.profile_store import lock_listeners, store_profiles
from recommendations.services.spaces import load_current_spaces
from recommendations.services.transactions import retried_transaction
from recommendations.services.watches import note_changed_profiles


@transaction.atomic
def mark_stale(user_ids: Collection[int]) -> None:
    """Note that these listeners' listening changed; call it in the transaction of the change.

    Who is deleted meanwhile is left out.
    """
    now = timezone.now()
    for batch in batches(sorted(user_ids)):
        StaleProfile.objects.bulk_create(
            (StaleProfile(user_id=user_id, since=now) for user_id in lock_listeners(batch)),
            update_conflicts=True,
            unique_fields=["user"],
            update_fields=["since"],
        )


def recompute_profiles(user_ids: Collection[int], progress: Progress | None = None) -> int:
    """Recompute these listeners' profiles and return how many of the listeners exist.

    Every batch is one transaction: stopped at any point, what is not done is still marked stale.
    Doing it again, or twice at a time, does no harm.
    """
    return _recompute(user_ids, progress, only_stale=False)


def refresh_profiles(user_ids: Collection[int]) -> None:
    """Recompute those of the listeners whose profile is stale or was never computed."""
    own = {"user": OuterRef("pk")}
    is_stale = Exists(StaleProfile.objects.filter(**own))
    is_computed = Exists(TasteProfile.objects.filter(space__status=TasteSpace.Status.ACTIVE, **own))
    listens = Exists(TopTrack.objects.filter(**own)) | Exists(TopArtist.objects.filter(**own))
    waiting = User.objects.filter(is_stale | (~is_computed & listens), pk__in=user_ids)
    recompute_profiles(list(waiting.values_list("pk", flat=True)))


def recompute_stale_profiles(progress: Progress | None = None) -> int:
    """Recompute every listener marked stale and return how many there were.

    Whom another process recomputes meanwhile is left to that one.
    """
    user_ids = list(StaleProfile.objects.values_list("pk", flat=True))
    return _recompute(user_ids, progress, only_stale=True)


def recompute_all_profiles(progress: Progress | None = None) -> int:
    """Recompute every listener and return how many there are."""
    return recompute_profiles(list(User.objects.values_list("pk", flat=True)), progress)


def _recompute(user_ids: Collection[int], progress: Progress | None, *, only_stale: bool) -> int:
    return sum(
        _recompute_batch(batch, only_stale=only_stale)
        for batch in batches(sorted(set(user_ids)), progress)
    )


@retried_transaction
def _recompute_batch(user_ids: Collection[int], *, only_stale: bool) -> int:
    """Recompute a batch in the active space and, while a new one is being prepared, in that too.

    The markers are read and locked before the listening: a change that commits in between leaves
    a marker that stays.
    """
    present = lock_listeners(list(user_ids))
    markers = StaleProfile.objects.filter(pk__in=present).order_by("pk").select_for_update()
    marked = list(markers.values_list("pk", flat=True))
    if only_stale:
        present = marked
    changed: set[int] = set()
    for space_id, space in load_current_spaces():
        changed |= store_profiles(space_id, space, load_listening(present, space.scales))
    record_changes(changed)
    note_changed_profiles(changed, timezone.now())
    StaleProfile.objects.filter(pk__in=marked).delete()
    return len(present)
