"""Lists in pages by cursor: ``?cursor=`` and ``?page_size=``, both checked.

A cursor is a place between two rows, told by the values that the list is ordered by. So rows that
come or go while somebody reads neither repeat others nor hide them, as numbered pages would.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Field, Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

# Chosen by us: a screenful by default, and few requests for a listener's whole list.
PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
# Chosen by us: a signed place has some hundred characters.
MAX_CURSOR_LENGTH = 500

_Row = TypeVar("_Row", bound=Model)


class PageQuerySerializer(serializers.Serializer[Any]):
    """The query of every list."""

    cursor = serializers.CharField(max_length=MAX_CURSOR_LENGTH, default="")
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_PAGE_SIZE, default=PAGE_SIZE)


@dataclass(frozen=True, slots=True)
class _Cursor:
    """A place beside a row: what comes after it or, backwards, before it."""

    values: Sequence[str]
    is_backwards: bool


@dataclass(frozen=True, slots=True)
class _Column:
    """One of the columns that a list is ordered by."""

    field: "Field[Any, Any]"
    is_descending: bool


class CursorPages(BasePagination):
    """Pages of a list whose order ends with something unique; both are the query set's own."""

    def paginate_queryset(
        self,
        queryset: "QuerySet[Any] | Sequence[Any]",
        request: Request,
        view: APIView | None = None,  # noqa: ARG002 - DRF passes it
    ) -> list[Any]:
        """Return the rows of the page asked for; raise ``ValidationError`` for a wrong query."""
        if not isinstance(queryset, QuerySet):
            raise TypeError("Only rows of the database have a cursor.")
        # As a plain mapping: DRF takes an empty text in a query for one that is left out.
        query = PageQuerySerializer(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        self._address = request.build_absolute_uri()
        self._columns = _columns_of(queryset)
        self._salt = f"cursor: {queryset.model.__name__} {queryset.query.order_by}"
        cursor = self._read(query.validated_data["cursor"])
        size: int = query.validated_data["page_size"]
        rows = _load(queryset, self._columns, cursor, size + 1)
        if not rows and cursor is not None and cursor.is_backwards:
            # All that came before is gone: what is there now begins the list.
            cursor, rows = None, _load(queryset, self._columns, None, size + 1)
        has_more, rows = len(rows) > size, rows[:size]
        is_backwards = cursor is not None and cursor.is_backwards
        if is_backwards:
            rows.reverse()
        has_before, has_after = (has_more, True) if is_backwards else (cursor is not None, has_more)
        self._previous = self._link(rows[0], is_backwards=True) if rows and has_before else None
        self._next = self._link(rows[-1], is_backwards=False) if rows and has_after else None
        return rows

    def get_paginated_response(self, data: Any) -> Response:  # noqa: ANN401 - DRF's own
        """Answer a page with the addresses of the pages beside it."""
        return Response({"next": self._next, "previous": self._previous, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(
        self,
        view: APIView,  # noqa: ARG002 - DRF passes it
    ) -> list[dict[str, Any]]:
        """Describe the query with its bounds."""
        size = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}
        cursor = {"type": "string", "minLength": 1, "maxLength": MAX_CURSOR_LENGTH}
        described = {
            "cursor": (cursor, "From `next` or `previous` of a page; the first page has none."),
            "page_size": (size, "How many rows a page has."),
        }
        return [
            {"name": name, "in": "query", "required": False, "schema": schema, "description": text}
            for name, (schema, text) in described.items()
        ]

    def _link(self, row: Model, *, is_backwards: bool) -> str:
        values = [column.field.value_to_string(row) for column in self._columns]
        # Signed, so that whoever changes it is told so, and nothing unforeseen reaches a query.
        cursor = signing.dumps([values, is_backwards], salt=self._salt)
        return replace_query_param(self._address, "cursor", cursor)

    def _read(self, text: str) -> _Cursor | None:
        if not text:
            return None
        try:
            values, is_backwards = signing.loads(text, salt=self._salt)
        except signing.BadSignature as error:
            raise ValidationError({"cursor": [_("This is no cursor of this list.")]}) from error
        return _Cursor(values, is_backwards)


def _columns_of(queryset: "QuerySet[Any]") -> list[_Column]:
    meta = queryset.model._meta  # noqa: SLF001 - Django documents it
    columns = []
    for name in map(str, queryset.query.order_by):
        plain = name.removeprefix("-")
        field = meta.pk if plain == "pk" else meta.get_field(plain)
        columns.append(_Column(field, name.startswith("-")))
    return columns


def _load(
    queryset: "QuerySet[_Row]", columns: Sequence[_Column], cursor: _Cursor | None, count: int
) -> list[_Row]:
    """Return the rows next to a cursor, the nearest first."""
    if cursor is None:
        return list(queryset[:count])
    beyond, same = Q(), Q()
    for column, text in zip(columns, cursor.values, strict=True):
        value = column.field.to_python(text)
        direction = "lt" if column.is_descending is not cursor.is_backwards else "gt"
        name = column.field.name
        beyond |= same & Q((f"{name}__{direction}", value))
        same &= Q((name, value))
    if cursor.is_backwards:
        queryset = queryset.reverse()
    return list(queryset.filter(beyond)[:count])
