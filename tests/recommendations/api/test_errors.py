"""Every error has one shape."""

from typing import Any

import pytest
from django.db import OperationalError
from django.utils import translation
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory

from accounts.models import User
from recommendations.api.errors import exception_handler
from tests.recommendations.api.conftest import api_client

pytestmark = pytest.mark.django_db


def error_of(response: Any, status_code: int) -> dict[str, Any]:
    """Return the error of a response after checking its shape."""
    assert response.status_code == status_code
    assert response["Content-Type"] == "application/json"
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "details"}
    assert body["error"]["message"]
    error: dict[str, Any] = body["error"]
    return error


def handle(exception: Exception) -> Response:
    return exception_handler(exception, {"request": APIRequestFactory().get("/api/v1/me/")})


@pytest.mark.parametrize("address", ["/api/", "/api/v1/nothing/", "/api/v1/me", "/api/v2/me/"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_unknown_address_is_404_in_shape(anonymous: APIClient, address: str, method: str) -> None:
    assert error_of(getattr(anonymous, method)(address), 404)["code"] == "not_found"


def test_nobody_is_401_and_told_how_to_sign_in(anonymous: APIClient) -> None:
    response = anonymous.get("/api/v1/me/")
    assert error_of(response, 401)["code"] == "not_authenticated"
    assert response["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("token", ["wrong", "wrong token", "\u00e4\u00e4", ""])
def test_wrong_token_is_401(anonymous: APIClient, token: str) -> None:
    anonymous.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    assert error_of(anonymous.get("/api/v1/me/"), 401)["code"] == "authentication_failed"


def test_wrong_method_is_405_and_names_the_right_ones(listener: User) -> None:
    response = api_client(listener).put("/api/v1/me/", {}, format="json")
    assert error_of(response, 405)["code"] == "method_not_allowed"
    assert response["Allow"].startswith("GET, PATCH, DELETE")


def test_other_formats_are_406(listener: User) -> None:
    response = api_client(listener).get("/api/v1/me/", HTTP_ACCEPT="text/csv")
    assert error_of(response, 406)["code"] == "not_acceptable"


def test_other_bodies_are_415(listener: User) -> None:
    response = api_client(listener).patch("/api/v1/me/", "a=b", content_type="text/plain")
    assert error_of(response, 415)["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"is_discoverable": NaN}', b"\xff", b"[" * 100_000, b"1" * 10_000],
    ids=["cut short", "NaN", "not UTF-8", "deep", "long number"],
)
def test_body_that_is_not_json_is_400(listener: User, body: bytes) -> None:
    client = api_client(listener)
    response = client.patch("/api/v1/me/", body, content_type="application/json")
    assert error_of(response, 400)["code"] == "parse_error"


def test_codec_of_the_content_type_is_not_followed(listener: User) -> None:
    client = api_client(listener)
    response = client.patch("/api/v1/me/", b"{}", content_type="application/json; charset=zlib")
    assert response.status_code == 200


def test_large_body_is_413_unread(listener: User) -> None:
    body = b'{"is_discoverable": false, "x": "' + b"x" * 3_000_000 + b'"}'
    client = api_client(listener)
    response = client.patch("/api/v1/me/", body, content_type="application/json")
    assert error_of(response, 413)["code"] == "too_large"
    listener.refresh_from_db()
    assert listener.is_discoverable


def test_wrong_fields_have_messages_by_name(listener: User) -> None:
    response = api_client(listener).patch("/api/v1/me/", {"is_discoverable": "on"}, format="json")
    error = error_of(response, 400)
    assert error["code"] == "invalid"
    assert error["details"] == {"is_discoverable": ["Must be a valid boolean."]}


def test_body_that_is_no_object_is_400(listener: User) -> None:
    error = error_of(api_client(listener).patch("/api/v1/me/", [1], format="json"), 400)
    assert set(error["details"]) == {"non_field_errors"}


def test_busy_database_is_503_with_a_time_to_come_back() -> None:
    response = handle(OperationalError("database is locked"))
    assert response.status_code == status.HTTP_503_SERVICE_UNAVAILABLE
    assert response.data["error"]["code"] == "unavailable"
    assert response["Retry-After"] == str(response.data["error"]["details"]["retry_after_s"])


def test_fault_is_500_without_its_text_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    response = handle(ZeroDivisionError("secret"))
    assert response.status_code == status.HTTP_500_INTERNAL_SERVER_ERROR
    assert response.data["error"]["code"] == "internal_error"
    assert "secret" not in str(response.data)
    assert "ZeroDivisionError: secret" in caplog.text


def test_codes_do_not_change_with_the_language(anonymous: APIClient) -> None:
    response = anonymous.get("/api/v1/me/", HTTP_ACCEPT_LANGUAGE="es")
    assert error_of(response, 401)["code"] == "not_authenticated"


def test_message_with_many_codes_is_the_general_one() -> None:
    with translation.override("en"):
        error = handle(exceptions.ValidationError({"a": ["x"], "b": ["y"]})).data["error"]
    assert error["message"] == "Invalid input."
    assert error["code"] == "invalid"


def test_messages_are_in_the_askers_language_and_codes_are_not(listener: User) -> None:
    error = error_of(
        api_client(listener).get("/api/v1/me/profile/", HTTP_ACCEPT_LANGUAGE="es"), 409
    )
    assert error["code"] == "not_enough_listening"
    assert error["message"] == "Todavía no hay suficientes escuchas."


def test_a_wrong_password_is_told_in_the_askers_language(anonymous: APIClient) -> None:
    response = anonymous.post(
        "/api/v1/auth/login/",
        {"login": "nobody", "password": "wrong"},
        format="json",
        HTTP_ACCEPT_LANGUAGE="es",
    )
    assert error_of(response, 401)["message"].startswith("Este nombre de usuario")
