"""Whatever somebody is called or calls something stays text, on each page and in each file."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import CharField, F, Model, TextField, Value
from django.db.models.functions import Concat
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from recommendations.models import Artist, Track, Upload
from recommendations.services.import_history import import_upload
from recommendations.services.mapping import compute_map
from tests.addresses import ADDRESSES, PAGES
from tests.askers import Listeners
from tests.asking import Asking, fill, fill_body
from tests.factories import make_user
from tests.recommendations.imports.files import csv_text, row_exportify_net
from tests.security.reading import MARK, PAYLOAD, find_faults

ASKERS = ("anonymous", "other", "owner")
# What the site makes itself, in a form of its own: nobody chooses it.
OWN_FORM = {
    "body",
    "digest",
    "encrypted_secret",
    "encrypted_token",
    "error",
    "folder",
    "isrc",
    "language",
    "name_key",
    "password",
    "scopes",
    "spotify_id",
    "token",
    "token_key",
}
Values = Mapping[str, object]


def _list_texts(model: type[Model]) -> list[str]:
    """Return the columns whose text somebody chooses."""
    return [
        field.name
        for field in model._meta.get_fields()  # noqa: SLF001 - Django documents it
        if isinstance(field, CharField | TextField)
        and not field.choices
        and not field.primary_key
        and field.name not in OWN_FORM
    ]


def _poison() -> set[str]:
    """Put the payload before each text of each row that there is; return the columns."""
    poisoned = set()
    for app in ("accounts", "recommendations"):
        for model in apps.get_app_config(app).get_models():
            texts = _list_texts(model)
            changes: dict[str, Any] = {name: Concat(Value(PAYLOAD), F(name)) for name in texts}
            if texts and model._default_manager.update(**changes):  # noqa: SLF001
                poisoned |= {f"{model.__name__}.{name}" for name in texts}
    Upload.objects.update(
        unmatched=[[PAYLOAD, PAYLOAD, 1, "unknown"]], counts={"files": [PAYLOAD], "rows": 1}
    )
    return poisoned


@pytest.fixture
def poisoned(listeners: Listeners, values: Values) -> set[str]:  # noqa: ARG001 - asks for rows
    """All that the owner and others have, under names that would like to run."""
    return _poison()


def ask_all(asking: Asking, values: Values) -> dict[str, Any]:
    return {
        f"{route} {asker}": asking.ask(
            asker, "GET", fill(route, values) + methods["GET"].query.format_map(values), {}
        )
        for route, methods in ADDRESSES.items()
        if "GET" in methods
        for asker in ASKERS
    }


def test_names_are_text_wherever_they_stand(
    asking: Asking, values: Values, poisoned: set[str]
) -> None:
    compute_map()

    answers = ask_all(asking, values)

    assert {"User.username", "Artist.name", "Track.name", "ApiToken.name"} <= poisoned
    assert {key: faults for key, one in answers.items() if (faults := find_faults(one))} == {}
    shown = {key.rpartition(" ")[0] for key, one in answers.items() if _shows(one)}
    assert len(shown) > 40, shown


def _shows(response: Any) -> bool:
    return not response.streaming and MARK.encode() in response.content


def test_what_is_asked_for_is_text_in_the_answer(asking: Asking, values: Values) -> None:
    parameters = ("q", "with", "of", "cursor", "page", "next", "time_range", "facet", "error")
    query = "?" + "&".join(f"{name}={PAYLOAD.replace('=', '%3D')}" for name in parameters)
    faults = {}
    for route, methods in PAGES.items():
        for method, answers in methods.items():
            body = fill_body(answers, values)
            sent = {key: PAYLOAD if isinstance(one, str) else one for key, one in body.items()}
            response = asking.ask("owner", method, fill(route, values) + query, sent)
            if found := find_faults(response):
                faults[f"{method} {route}"] = found

    assert faults == {}


def test_names_in_a_file_come_in_as_text(asking: Asking, listeners: Listeners) -> None:
    """They are stored as they are, neither cut nor escaped, and so is the file's own."""
    owner = listeners["owner"]
    client = Client()
    client.force_login(owner)
    row = row_exportify_net(**{"Track Name": PAYLOAD, "Artist Name(s)": PAYLOAD})
    # A browser writes a quote in a file's name as %22.
    file_name = PAYLOAD.replace('"', "") + ".csv"
    file = SimpleUploadedFile(file_name, csv_text([row]).encode())

    client.post(reverse("recommendations:uploads"), {"files": file})
    upload = Upload.objects.get()
    import_upload(upload.pk, timezone.now())

    upload.refresh_from_db()
    assert upload.file_name == file_name
    assert Track.objects.filter(name=PAYLOAD).exists()
    assert Artist.objects.filter(name=PAYLOAD).exists()
    pages = ["/uploads/", f"/uploads/{upload.pk}/", "/top-tracks/", f"/listeners/{owner.pk}/"]
    for page in pages:
        response = asking.ask("owner", "GET", page, {})
        assert _shows(response)
        assert find_faults(response) == []


def test_names_are_text_in_the_admin(poisoned: set[str]) -> None:  # noqa: ARG001 - asks for rows
    admins = make_user(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(admins)

    answers = {page: client.get(page) for page in _list_admin_pages()}

    assert {one.status_code for one in answers.values()} == {200}
    assert {page: faults for page, one in answers.items() if (faults := _foreign(one))} == {}
    assert sum(map(_shows, answers.values())) > 15


def _list_admin_pages() -> list[str]:
    pages = [reverse("site_state")]
    for model in admin.site._registry:  # noqa: SLF001 - Django documents it
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"  # noqa: SLF001
        pages.append(reverse(f"{name}_changelist"))
        row = model._default_manager.order_by("pk").first()  # noqa: SLF001
        if row is not None:
            pages.append(reverse(f"{name}_change", args=[row.pk]))
    return [*pages, reverse("admin:accounts_user_delete", args=[User.objects.earliest("pk").pk])]


def _foreign(response: Any) -> list[str]:
    """Return the faults but for Django's own, which the policy keeps from running."""
    return [fault for fault in find_faults(response) if MARK in fault]
