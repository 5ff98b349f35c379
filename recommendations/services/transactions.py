"""Transactions of several processes at once: SQLite lets one write at a time, PostgreSQL all."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction

# A row that another transaction made or deleted meanwhile, and two that wait for each other.
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_CONFLICTS = {"23503", "23505", "40001", "40P01"}
# Chosen by us: each try meets a conflict anew only while others keep writing the same rows.
_TRIES = 5

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def retried_transaction(
    function: Callable[_Parameters, _Result],
) -> Callable[_Parameters, _Result]:
    """Run the function in a transaction, and from its beginning where another got in its way.

    The function must change nothing but the database. Within another transaction it is tried
    once: only the whole of that one could be done again.
    """

    @wraps(function)
    def run(*args: _Parameters.args, **options: _Parameters.kwargs) -> _Result:
        tries_left = _TRIES
        while True:
            tries_left -= 1
            try:
                with transaction.atomic():
                    return function(*args, **options)
            except DatabaseError as error:
                is_conflict = getattr(error.__cause__, "sqlstate", None) in _CONFLICTS
                if not is_conflict or not tries_left or connection.in_atomic_block:
                    raise

    return run


def wait_for_other_imports() -> None:
    """Let one transaction at a time look up what is there and add what is missing.

    Call it first in the transaction, whose end lets the next one go on. The lock is on the row
    that stands for the table of artists: it is always there, and nothing else locks it.
    """
    row = ContentType.objects.filter(app_label="recommendations", model="artist")
    list(row.select_for_update(no_key=True))
