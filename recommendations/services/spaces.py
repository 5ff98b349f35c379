"""The taste space in use, and how it is exchanged for a new one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from recommendations.models import TasteSpace, TopArtist, TopTrack
from recommendations.services.listening import (
    Progress,
    batches,
    load_listening,
    load_track_features,
)
from recommendations.services.profile_store import lock_listeners, store_profiles
from recommendations.services.provider_scales import measure_scales
from recommendations.services.transactions import retried_transaction
from recommendations.taste.fit import fit_space
from recommendations.taste.listening import Listening
from recommendations.taste.scales import Scales
from recommendations.taste.space import Space, default_space


class SpaceReplaced(Exception):  # noqa: N818 - named for what the operator is told
    """Another fit began meanwhile and discarded the space of this one; the active one stays."""


@dataclass(frozen=True, slots=True)
class SpaceChange:
    """The space before and after, and how many listeners had their profiles recomputed."""

    before: Space
    after: Space
    profile_count: int


def load_active_space_id() -> int:
    """Return the id of the active space, which is made from the shipped one on first use."""
    space_id = _active().values_list("pk", flat=True).first()
    return _create_default_space() if space_id is None else space_id


def load_active_space() -> tuple[int, Space]:
    """Return the id and the figures of the space that profiles are compared in."""
    return load_current_spaces()[0]


def load_current_spaces() -> list[tuple[int, Space]]:
    """Return the active space and, while a new one is being prepared, that one after it."""
    current = TasteSpace.objects.order_by("status").values_list("pk", "fitted_at", "status")
    while True:
        rows = list(current.all())
        if all(status != TasteSpace.Status.ACTIVE for _, _, status in rows):
            _create_default_space()
            continue
        try:
            return [(space_id, _load_space(space_id, fitted_at)) for space_id, fitted_at, _ in rows]
        except TasteSpace.DoesNotExist:
            continue  # Exchanged between the two queries: look again.


def fit_taste_space(
    progress: Progress | None = None,
    prepare: Callable[[int], Callable[[], None]] | None = None,
) -> SpaceChange:
    """Fit a new space on this site's listeners and catalogue, and switch to it.

    Until the switch, which is one transaction, the old space and its profiles serve. A run that
    was stopped leaves a pending space, which the next run discards. ``progress`` is called with
    the listeners recomputed and the listeners to recompute. ``prepare`` is called with the new
    space's id before the switch, and what it returns after that. Raises ``SpaceReplaced`` and
    what ``taste.fit.fit_space`` raises.
    """
    _, before = load_active_space()
    scales = measure_scales()
    load_listening_blocks = partial(_load_listening_blocks, _load_listener_ids(), scales)
    fitted = fit_space(load_track_features(scales), load_listening_blocks, "fitted on this site")
    after = replace(fitted, scales=scales)
    space_id = _begin(after)
    # Read after the pending space is visible: who changes from here on is computed in it too.
    user_ids = list(User.objects.order_by("pk").values_list("pk", flat=True))
    profile_count = sum(
        _compute_batch(space_id, after, batch) for batch in batches(user_ids, progress)
    )
    announce = prepare(space_id) if prepare is not None else None
    _activate(space_id)
    if announce is not None:
        announce()
    return SpaceChange(before=before, after=after, profile_count=profile_count)


def _active() -> QuerySet[TasteSpace]:
    return TasteSpace.objects.filter(status=TasteSpace.Status.ACTIVE)


def _load_listener_ids() -> Sequence[int]:
    """Return the ids of everyone who listens to anything."""
    tracks = Exists(TopTrack.objects.filter(user=OuterRef("pk")))
    artists = Exists(TopArtist.objects.filter(user=OuterRef("pk")))
    listeners = User.objects.filter(tracks | artists).order_by("pk")
    return list(listeners.values_list("pk", flat=True))


def _load_listening_blocks(user_ids: Sequence[int], scales: Scales) -> Iterable[Listening]:
    return (load_listening(batch, scales) for batch in batches(user_ids))


@lru_cache(maxsize=2)
def _load_space(space_id: int, fitted_at: datetime) -> Space:
    """A space never changes, so each process reads it once; two: the active and the pending."""
    arrays = TasteSpace.objects.values_list("arrays", flat=True).get(
        pk=space_id, fitted_at=fitted_at
    )
    return Space.from_bytes(bytes(arrays))


def _create_default_space() -> int:
    """Return the active space's id, whichever process made it."""
    fields = {"status": TasteSpace.Status.ACTIVE, **_space_fields(default_space())}
    space, _ = _active().get_or_create(defaults=fields)
    return space.pk


def _space_fields(space: Space) -> dict[str, Any]:
    return {
        "origin": space.origin,
        "listener_count": space.listener_count,
        "track_count": space.track_count,
        "artist_count": space.artist_count,
        "arrays": space.to_bytes(),
    }


@retried_transaction
def _begin(space: Space) -> int:
    """Return the id of a new pending space, in place of any that another run began."""
    TasteSpace.objects.filter(status=TasteSpace.Status.PENDING).delete()
    pending = TasteSpace.Status.PENDING
    return TasteSpace.objects.create(status=pending, **_space_fields(space)).pk


@retried_transaction
def _compute_batch(space_id: int, space: Space, user_ids: Sequence[int]) -> int:
    present = lock_listeners(user_ids)
    if not TasteSpace.objects.filter(pk=space_id).exists():
        raise SpaceReplaced(space_id)
    store_profiles(space_id, space, load_listening(present, space.scales))
    return len(present)


@retried_transaction
def _activate(space_id: int) -> None:
    """Exchange the active space; the lock keeps others from adding profiles to the old one."""
    rows = TasteSpace.objects.select_for_update().order_by("pk").values_list("status", "pk")
    if dict(rows).get(TasteSpace.Status.PENDING) != space_id:
        raise SpaceReplaced(space_id)
    _active().delete()
    TasteSpace.objects.filter(pk=space_id).update(status=TasteSpace.Status.ACTIVE)
