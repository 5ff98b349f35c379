"""Gives out revisions, by which the indexes tell what they have not taken over yet."""

from collections.abc import Collection
from enum import IntEnum

from django.db import transaction
from django.db.models import Model

from recommendations.models import RevisionCounter


class Counter(IntEnum):
    """Whose revisions: each is the key of a row of ``RevisionCounter``.

    A transaction that takes revisions of both takes those of profiles first: two transactions
    that lock the rows in different orders would wait for each other.
    """

    PROFILES = 1
    CATALOGUE = 2
    # The last revision of the catalogue whose changes were not noted one by one.
    CATALOGUE_UNNOTED = 3


def store_revisions(counter: Counter, model: type[Model], ids: Collection[int]) -> None:
    """Give these rows of a table of changes the next revisions.

    Belongs into the transaction of the change itself, at its end: the counter stays locked until
    that commits. So revisions are committed in their order.
    """
    if not ids:
        return
    row, _ = RevisionCounter.objects.select_for_update().get_or_create(pk=counter)
    first = row.last_revision + 1
    model._default_manager.bulk_create(  # noqa: SLF001 - of any model
        (model(pk=pk, revision=revision) for revision, pk in enumerate(sorted(ids), start=first)),
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=["revision"],
    )
    row.last_revision += len(ids)
    row.save()


@transaction.atomic
def skip_revision(counter: Counter, unnoted: Counter) -> None:
    """Give out a revision for changes that are not noted, and remember which it was."""
    row, _ = RevisionCounter.objects.select_for_update().get_or_create(pk=counter)
    row.last_revision += 1
    row.save()
    RevisionCounter.objects.update_or_create(
        pk=unnoted, defaults={"last_revision": row.last_revision}
    )


def load_last_revision(counter: Counter) -> int:
    """Return the last revision given out, 0 before the first."""
    row = RevisionCounter.objects.filter(pk=counter)
    last = row.values_list("last_revision", flat=True).first()
    return 0 if last is None else last
