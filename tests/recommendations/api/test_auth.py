"""Signing in with a password for a token, and out."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.api.tokens import TOKENS_PER_USER
from accounts.models import ApiToken, User
from tests.factories import PASSWORD
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of


def sign_in(client: APIClient, login: str, password: str = PASSWORD) -> Any:
    credentials = {"login": login, "password": password}
    return client.post("/api/v1/auth/login/", credentials, format="json")


def with_token(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


@pytest.mark.parametrize("name", ["username", "email"])
def test_user_name_or_email_give_a_token_that_works(
    anonymous: APIClient, listener: User, name: str
) -> None:
    response = sign_in(anonymous, getattr(listener, name))
    assert response.status_code == 200
    assert set(response.json()) == {"token", "expiry"}
    me = with_token(response.json()["token"]).get("/api/v1/me/")
    assert me.json()["id"] == listener.pk


def test_wrong_password_unknown_name_and_locked_account_look_the_same(
    anonymous: APIClient, listener: User, other_listener: User
) -> None:
    other_listener.is_active = False
    other_listener.save()
    answers = [
        error_of(sign_in(anonymous, listener.username, "wrong"), 401),
        error_of(sign_in(anonymous, "nobody"), 401),
        error_of(sign_in(anonymous, other_listener.username), 401),
    ]
    assert answers[0] == answers[1] == answers[2]
    assert not ApiToken.objects.exists()


def test_both_fields_are_needed(anonymous: APIClient, db: None) -> None:  # noqa: ARG001
    error = error_of(anonymous.post("/api/v1/auth/login/", {}, format="json"), 400)
    assert set(error["details"]) == {"login", "password"}


def test_old_token_in_the_header_does_not_prevent_sign_in(listener: User) -> None:
    assert sign_in(with_token("expired"), listener.username).status_code == 200


def test_too_many_wrong_passwords_are_429(anonymous: APIClient, listener: User) -> None:
    # The sign-in page's own limit: five wrong attempts for an account in five minutes.
    for _ in range(5):
        error_of(sign_in(anonymous, listener.username, "wrong"), 401)
    assert error_of(sign_in(anonymous, listener.username), 429)["code"] == "throttled"


def test_expired_token_is_401_and_gone(listener: User) -> None:
    client = api_client(listener)
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    error_of(client.get("/api/v1/me/"), 401)
    assert not ApiToken.objects.exists()


def test_token_lasts_thirty_days(listener: User) -> None:
    row, _ = ApiToken.objects.create(user=listener)
    assert timedelta(days=29) < row.expiry - timezone.now() <= timedelta(days=30)


def test_token_of_a_locked_account_is_401(listener: User) -> None:
    client = api_client(listener)
    listener.is_active = False
    listener.save()
    error_of(client.get("/api/v1/me/"), 401)


def test_logout_ends_one_token(listener: User) -> None:
    client, other_device = api_client(listener), api_client(listener)
    assert client.post("/api/v1/auth/logout/").status_code == 204
    error_of(client.get("/api/v1/me/"), 401)
    assert other_device.get("/api/v1/me/").status_code == 200


def test_logout_all_ends_every_token_of_this_user_only(
    listener: User, other_listener: User
) -> None:
    devices = [api_client(listener), api_client(listener)]
    someone_else = api_client(other_listener)
    assert devices[0].post("/api/v1/auth/logout-all/").status_code == 204
    for device in devices:
        error_of(device.get("/api/v1/me/"), 401)
    assert someone_else.get("/api/v1/me/").status_code == 200


@pytest.mark.parametrize("address", ["/api/v1/auth/logout/", "/api/v1/auth/logout-all/"])
def test_logout_needs_somebody_signed_in(anonymous: APIClient, address: str, db: None) -> None:  # noqa: ARG001
    error_of(anonymous.post(address), 401)


def test_oldest_tokens_end_when_there_are_too_many(anonymous: APIClient, listener: User) -> None:
    tokens = [sign_in(anonymous, listener.username).json()["token"] for _ in range(3)]
    for _ in range(TOKENS_PER_USER - 2):
        sign_in(anonymous, listener.username)
    assert ApiToken.objects.count() == TOKENS_PER_USER
    error_of(with_token(tokens[0]).get("/api/v1/me/"), 401)
    assert with_token(tokens[1]).get("/api/v1/me/").status_code == 200


def test_session_signs_in_too_but_only_with_its_csrf_token(listener: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(listener)
    assert client.get("/api/v1/me/").json()["id"] == listener.pk
    client.get("/accounts/password/change/")
    change = {"is_discoverable": False}
    refused = client.patch("/api/v1/me/", change, format="json")
    assert error_of(refused, 403)["code"] == "permission_denied"
    allowed = client.patch(
        "/api/v1/me/", change, format="json", HTTP_X_CSRFTOKEN=client.cookies["csrftoken"].value
    )
    assert allowed.json()["is_discoverable"] is False
