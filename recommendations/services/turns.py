"""Lets one process at a time take changes over into an index that all share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Model


def take_turns(
    changes: type[Model], catch_up: Callable[[], None], is_behind: Callable[[], bool]
) -> None:
    """Catch up with a table of changes, unless somebody else is at that.

    That one asks once more whether it is behind after it has let go, so that whatever was
    committed before this call is taken over by one of the two.
    """
    while True:
        with _alone_with(changes) as is_alone:
            if not is_alone:
                return
            catch_up()
        if not is_behind():
            return


@contextmanager
def _alone_with(table: type[Model]) -> Iterator[bool]:
    """Hold a lock that ends with the transaction, however that ends, or tell that another does.

    It is on the row that stands for the table, which is always there and which nothing else locks.
    A database without such locks, SQLite, has one worker.
    """
    if not connection.features.has_select_for_update_skip_locked:
        yield True
        return
    name = {"app_label": table._meta.app_label, "model": table._meta.model_name}  # noqa: SLF001
    with transaction.atomic():
        rows = ContentType.objects.select_for_update(skip_locked=True, no_key=True)
        yield bool(list(rows.filter(**name)))
