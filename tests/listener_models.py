"""Every model of the site, and which of them hold what belongs to a listener."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db.models import Field, Model

from accounts.models import User


def label_of(model: type[Model]) -> str:
    """Return the app and the name of a model."""
    return model._meta.label  # noqa: SLF001 - Django documents it


def list_columns(model: type[Model]) -> Iterator["Field[Any, Any]"]:
    """Yield the columns of a model's table."""
    yield from model._meta.concrete_fields  # noqa: SLF001 - Django documents it


def find_models_of_listeners() -> list[type[Model]]:
    """Return the models whose rows belong to a listener, or to something that does."""
    found: list[type[Model]] = [User]
    for owner in found:
        found += [
            model
            for model in apps.get_models()
            if model not in found
            and any(field.related_model is owner for field in list_columns(model))
        ]
    return found


def list_rows() -> Iterator[tuple[type[Model], Mapping[str, Any]]]:
    """Yield every row of every table, as its columns."""
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.swapped:  # noqa: SLF001 - Django documents it
            for row in model._default_manager.values():  # noqa: SLF001 - Django documents it
                yield model, row
