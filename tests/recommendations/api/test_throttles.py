"""Asking too often."""

from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import PASSWORD
from tests.recommendations.api.conftest import api_client, set_throttle_rates
from tests.recommendations.api.test_errors import error_of


def test_anonymous_requests_are_bounded_per_address(
    settings: Settings, anonymous: APIClient, listener: User
) -> None:
    set_throttle_rates(settings, {"anon": "2/min"})
    address = f"/api/v1/listeners/{listener.pk}/"
    assert [anonymous.get(address).status_code for _ in range(2)] == [200, 200]
    response = anonymous.get(address)
    error = error_of(response, 429)
    assert error["code"] == "throttled"
    assert 0 < error["details"]["retry_after_s"] <= 60
    assert response["Retry-After"] == str(error["details"]["retry_after_s"])
    assert anonymous.get(address, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_claimed_address_does_not_evade_the_bound(
    settings: Settings, anonymous: APIClient, listener: User
) -> None:
    set_throttle_rates(settings, {"anon": "1/min"})
    address = f"/api/v1/listeners/{listener.pk}/"
    assert anonymous.get(address).status_code == 200
    error_of(anonymous.get(address, HTTP_X_FORWARDED_FOR="192.0.2.7"), 429)


def test_users_are_bounded_each_for_themselves(
    settings: Settings, listener: User, other_listener: User
) -> None:
    set_throttle_rates(settings, {"user": "2/min", "anon": "1/min"})
    client = api_client(listener)
    assert [client.get("/api/v1/me/").status_code for _ in range(2)] == [200, 200]
    error_of(client.get("/api/v1/me/"), 429)
    assert api_client(other_listener).get("/api/v1/me/").status_code == 200


def test_sign_ins_are_bounded_even_for_many_accounts(
    settings: Settings, anonymous: APIClient, listener: User
) -> None:
    set_throttle_rates(settings, {"password": "3/min"})
    for number in range(3):
        credentials = {"login": f"nobody-{number}", "password": "wrong"}
        error_of(anonymous.post("/api/v1/auth/login/", credentials, format="json"), 401)
    right = {"login": listener.username, "password": PASSWORD}
    error_of(anonymous.post("/api/v1/auth/login/", right, format="json"), 429)


def test_guessing_the_password_of_a_deletion_is_bounded(settings: Settings, listener: User) -> None:
    set_throttle_rates(settings, {"password": "2/min"})
    client = api_client(listener)
    for _ in range(2):
        error_of(client.delete("/api/v1/me/", {"password": "wrong"}, format="json"), 403)
    error_of(client.delete("/api/v1/me/", {"password": PASSWORD}, format="json"), 429)
    assert client.get("/api/v1/me/").status_code == 200
