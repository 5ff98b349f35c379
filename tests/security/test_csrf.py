"""No other site's form changes anything here, and looking at a page changes nothing either."""

import re
from collections.abc import Mapping

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from tests.addresses import API, PAGES
from tests.askers import Listeners
from tests.asking import Asking, fill, fill_body
from tests.factories import make_user

SAFE = {"GET", "HEAD", "OPTIONS"}
# What a GET may write: that a link or a token was used, what was told once, rates and the like.
NOTED = re.compile(
    r'(INSERT INTO|REPLACE INTO|UPDATE|DELETE FROM) "'
    r'(accounts_comparelink|accounts_apitoken|django_session|metarec_cache)"'
)
WRITES = re.compile(r"(INSERT|REPLACE|UPDATE|DELETE) ")
# It takes the code that Spotify gave the browser, by a state of its own.
TAKES_A_CODE = "accounts/spotify/login/callback/"

Values = Mapping[str, object]


def checking(listeners: Listeners, asker: str) -> Client:
    """Return a browser in which forms need their token."""
    client = Client(enforce_csrf_checks=True)
    if asker != "anonymous":
        client.force_login(listeners[asker])
    return client


def test_no_page_takes_a_form_of_another_site(listeners: Listeners, values: Values) -> None:
    statuses = {
        f"{route} {asker}": checking(listeners, asker)
        .post(fill(route, values), fill_body(methods["POST"], values))
        .status_code
        for route, methods in PAGES.items()
        if "POST" in methods
        for asker in ("anonymous", "owner")
    }

    assert len(statuses) > 40
    assert statuses == dict.fromkeys(statuses, 403)


def test_refused_form_is_told_in_plain_words(listeners: Listeners) -> None:
    refused = checking(listeners, "owner").post(reverse("recommendations:discoverable"))

    assert "The form was not accepted" in refused.content.decode()


def test_no_page_of_the_admin_takes_one(db: None) -> None:  # noqa: ARG001 - asks for the database
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(is_staff=True, is_superuser=True))
    pages = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")  # noqa: SLF001
        for model in admin.site._registry  # noqa: SLF001
        for page in ("changelist", "add")
    ]

    statuses = {page: client.post(page).status_code for page in pages}

    assert statuses == dict.fromkeys(statuses, 403)


def test_api_takes_a_session_with_its_token_alone(listeners: Listeners, values: Values) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(listeners["owner"])
    asked = [
        (route, method, answers)
        for route, methods in API.items()
        for method, answers in methods.items()
        # Who signs in brings a password in place of a session.
        if route not in {"", "v1/auth/login/"} and method not in SAFE
    ]

    statuses = {
        f"{method} {route}": getattr(client, method.lower())(
            f"/api{fill(route, values)}",
            fill_body(answers, values),
            format="multipart" if "files" in answers.body else "json",
        ).status_code
        for route, method, answers in asked
    }

    assert len(statuses) > 15
    # Signing out takes tokens only.
    assert statuses == {
        address: 401 if address == "POST v1/auth/logout/" else 403 for address in statuses
    }


@pytest.mark.parametrize("asker", ["owner", "anonymous"])
def test_looking_at_a_page_changes_nothing(asking: Asking, values: Values, asker: str) -> None:
    changed = {}
    for route, methods in PAGES.items():
        if "GET" not in methods or route == TAKES_A_CODE:
            continue
        with CaptureQueriesContext(connection) as queries:
            asking.ask(asker, "GET", fill(route, values) + methods["GET"].query, {})
        statements = [query["sql"] for query in queries]
        written = [sql for sql in statements if WRITES.match(sql) and not NOTED.match(sql)]
        if written:
            changed[route] = written

    assert changed == {}
