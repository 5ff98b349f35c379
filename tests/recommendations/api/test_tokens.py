"""Personal tokens over the API: made, shown once, listed, revoked, and by whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.api.tokens import PERSONAL_TOKENS_PER_USER, issue_personal_token, issue_token
from accounts.models import ApiToken, User
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_auth import with_token
from tests.recommendations.api.test_errors import error_of

TOKENS = "/api/v1/auth/tokens/"


@pytest.fixture
def personal(listener: User) -> APIClient:
    """A program of the listener's that has a personal token."""
    return with_token(issue_personal_token(listener, "program", 30).token)


def make(client: APIClient, **fields: object) -> Any:
    return client.post(TOKENS, {"name": "program"} | fields, format="json")


def test_made_token_works_and_is_shown_once(listener: User) -> None:
    client = api_client(listener)

    made = make(client, days=7).json()

    assert with_token(made["token"]).get("/api/v1/me/").json()["id"] == listener.pk
    assert made["token"] not in client.get(TOKENS).content.decode()
    row = ApiToken.objects.get(name="program")
    assert timedelta(days=6) < row.expiry - timezone.now() <= timedelta(days=7)


def test_list_has_names_and_times_of_mine_alone_newest_first(
    listener: User, other_listener: User
) -> None:
    issue_personal_token(other_listener, "theirs", 1)
    client = api_client(listener)
    made = make(client).json()

    newest, signed_in = client.get(TOKENS).json()["results"]

    assert (newest["id"], newest["name"]) == (made["id"], "program")
    assert newest["last_used_at"] is None
    assert signed_in["name"] == ""
    assert set(newest) == {"id", "name", "created_at", "expiry", "last_used_at"}


def test_revoked_token_works_no_more(listener: User) -> None:
    client = api_client(listener)
    made = make(client).json()

    assert client.delete(f"{TOKENS}{made['id']}/").status_code == 204

    error_of(with_token(made["token"]).get("/api/v1/me/"), 401)
    error_of(client.delete(f"{TOKENS}{made['id']}/"), 404)


@pytest.mark.parametrize("days", [0, 367, "many", None])
def test_days_are_bounded(listener: User, days: object) -> None:
    assert set(error_of(make(api_client(listener), days=days), 400)["details"]) == {"days"}


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_name_is_needed_and_bounded(listener: User, name: str) -> None:
    assert set(error_of(make(api_client(listener), name=name), 400)["details"]) == {"name"}


def test_number_is_bounded_and_signing_in_ends_none(listener: User) -> None:
    client = api_client(listener)
    for number in range(PERSONAL_TOKENS_PER_USER):
        issue_personal_token(listener, f"program {number}", 1)

    assert error_of(make(client), 409)["code"] == "too_many_tokens"

    for _ in range(PERSONAL_TOKENS_PER_USER + 5):
        issue_token(listener)
    assert ApiToken.objects.exclude(name="").count() == PERSONAL_TOKENS_PER_USER


def test_personal_token_makes_and_revokes_none_but_ends_itself(
    listener: User, personal: APIClient
) -> None:
    other = issue_personal_token(listener, "other", 30)
    for response in (
        make(personal),
        personal.delete(f"{TOKENS}{other.row.public_id}/"),
        personal.post("/api/v1/auth/logout-all/"),
    ):
        assert error_of(response, 403)["code"] == "permission_denied"
    assert len(personal.get(TOKENS).json()["results"]) == 2

    assert personal.post("/api/v1/auth/logout/").status_code == 204

    error_of(personal.get("/api/v1/me/"), 401)
    assert ApiToken.objects.get() == other.row


def test_token_of_somebody_else_is_not_there(listener: User, other_listener: User) -> None:
    theirs = issue_personal_token(other_listener, "theirs", 30)
    error_of(api_client(listener).delete(f"{TOKENS}{theirs.row.public_id}/"), 404)
    assert ApiToken.objects.filter(pk=theirs.row.pk).exists()


def test_nobody_makes_sees_or_revokes(anonymous: APIClient, listener: User) -> None:
    address = f"{TOKENS}{issue_personal_token(listener, 'program', 30).row.public_id}/"
    for response in (anonymous.get(TOKENS), make(anonymous), anonymous.delete(address)):
        error_of(response, 401)


def test_use_is_noted_at_most_once_a_minute(
    listener: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    issued = issue_personal_token(listener, "program", 30)
    client = with_token(issued.token)
    client.get("/api/v1/me/")
    first = ApiToken.objects.get().last_used_at

    with django_assert_num_queries(2):  # The token and, by knox, the user's others.
        client.get("/api/v1/me/")
    assert ApiToken.objects.get().last_used_at == first

    ApiToken.objects.update(last_used_at=timezone.now() - timedelta(minutes=1))
    client.get("/api/v1/me/")
    assert ApiToken.objects.get().last_used_at >= first


def test_expired_token_is_listed_no_more(listener: User) -> None:
    issued = issue_personal_token(listener, "program", 30)
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    client = api_client(listener)
    assert str(issued.row.public_id) not in client.get(TOKENS).content.decode()
