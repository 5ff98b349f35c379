"""Lists in pages: ``?page=`` and ``?page_size=``, both checked."""

from typing import Any

from django.core.paginator import Paginator
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.views import APIView

# Chosen by us: a screenful by default, and few requests for a listener's whole list.
PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
# Chosen by us: beyond any list here, and far within what a database takes as an offset.
MAX_PAGE = 1_000_000


class PageQuerySerializer(serializers.Serializer[Any]):
    """The query of every list."""

    page = serializers.IntegerField(min_value=1, max_value=MAX_PAGE, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_PAGE_SIZE, default=PAGE_SIZE)


class Pages(PageNumberPagination):
    """Numbered pages; a size or number out of bounds is an error, not silently another one."""

    page_size = PAGE_SIZE
    page_size_query_param = "page_size"
    max_page_size = MAX_PAGE_SIZE

    def get_page_size(self, request: Request) -> int:
        """Return the size asked for; raise ``ValidationError`` when it is out of bounds."""
        return int(_checked_query(request)["page_size"])

    def get_page_number(self, request: Request, paginator: Paginator[Any]) -> int:  # noqa: ARG002
        """Return the page asked for, counted from 1."""
        return int(_checked_query(request)["page"])

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the query with its bounds."""
        bounds = {"page": (MAX_PAGE, 1), "page_size": (MAX_PAGE_SIZE, PAGE_SIZE)}
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            maximum, default = bounds[parameter["name"]]
            parameter["schema"] |= {"minimum": 1, "maximum": maximum, "default": default}
        return parameters


def _checked_query(request: Request) -> dict[str, Any]:
    # As a plain mapping: DRF takes an empty text in a query for one that is left out.
    query = PageQuerySerializer(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    checked: dict[str, Any] = query.validated_data
    return checked
