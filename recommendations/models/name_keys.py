"""Normalised names as a column, and the lookup that finds their beginnings by an index."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import StartsWith
from django.db.models.sql.compiler import SQLCompiler

from recommendations.name_key import build_name_key

# Behind every letter: no text has this last of all code points.
_LAST = "\U0010ffff"


class NameKeyField(models.CharField[str, str]):
    """The normalised form of the row's ``name``, made anew whenever the row is written."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002, FBT001
        """Return the key of the name as it is now; Django asks for it, in bulk too."""
        key = build_name_key(model_instance.name)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, key)
        return key


@models.CharField.register_lookup
class BeginsWith(StartsWith):
    """``startswith`` that takes an index on every database.

    Django asks SQLite by LIKE, which ignores case there and so can use no index.
    """

    lookup_name = "beginswith"

    def get_rhs_op(self, connection: BaseDatabaseWrapper, rhs: str) -> str:
        """Return the comparison of databases whose LIKE tells letters in their case apart."""
        operator: str = connection.operators["startswith"]  # type: ignore[attr-defined]
        return operator % rhs

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        """Ask for the range of texts that begin so; SQLite orders them by code points."""
        column, parameters = self.process_lhs(compiler, connection)
        bounds = [*parameters, self.rhs, *parameters, f"{self.rhs}{_LAST}"]
        return f"({column} >= %s AND {column} < %s)", bounds
