"""What the admin's pages have in common."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Field, Model, QuerySet
from django.forms import Field as FormField
from django.http import HttpRequest
from django.utils.translation import ngettext

from recommendations.services.profiles import mark_stale
from recommendations.tasks import recompute_stale_profiles

AnyModel = TypeVar("AnyModel", bound=Model)


class UnknownMayBeEmpty:
    """For forms of rows whose null means unknown: such a field may be left empty."""

    def formfield_for_dbfield(
        self,
        db_field: Field[Any, Any],
        request: HttpRequest,
        **kwargs: Any,  # noqa: ANN401 - as in Django
    ) -> FormField | None:
        """Ask only for what cannot be unknown."""
        if db_field.null:
            kwargs["required"] = False
        formfield: FormField | None = super().formfield_for_dbfield(  # type: ignore[misc]
            db_field, request, **kwargs
        )
        return formfield


class BigTableAdmin(UnknownMayBeEmpty, admin.ModelAdmin[AnyModel]):
    """For tables of up to millions of rows: searched by prefix, never counted in vain."""

    show_full_result_count = False
    list_per_page = 50

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AnyModel], search_term: str
    ) -> tuple[QuerySet[AnyModel], bool]:
        """Take the term as a whole: names have spaces, and prefixes are of whole names."""
        whole = search_term.replace('"', "").strip()
        return super().get_search_results(request, queryset, f'"{whole}"' if whole else "")


class ReadOnlyAdmin(BigTableAdmin[AnyModel]):
    """For rows that only the site itself writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody may."""
        return False

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002
        obj: AnyModel | None = None,  # noqa: ARG002
    ) -> bool:
        """Nobody may."""
        return False

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002
        obj: AnyModel | None = None,  # noqa: ARG002
    ) -> bool:
        """Nobody may."""
        return False


def recompute_soon(request: HttpRequest, user_ids: Iterable[int]) -> None:
    """Mark listeners stale, start a sweep once that is committed, and say how many.

    One sweep rather than a task each: it works in batches, however many were selected.
    """
    chosen = sorted(set(user_ids))
    with transaction.atomic():
        mark_stale(chosen)
        transaction.on_commit(recompute_stale_profiles.delay)
    text = ngettext(
        "%(count)d listener will be recomputed.",
        "%(count)d listeners will be recomputed.",
        len(chosen),
    )
    messages.success(request, text % {"count": len(chosen)})
