"""The schema, and Swagger UI over it."""

import re
from typing import Any

import jsonschema_rs
import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from rest_framework.test import APIClient


@pytest.fixture
def schema(anonymous: APIClient) -> dict[str, Any]:
    """The schema as everybody gets it."""
    read: dict[str, Any] = anonymous.get("/api/v1/schema/").json()
    return read


def operations_of(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def is_valid(schema: dict[str, Any], part: dict[str, Any], value: object) -> bool:
    whole = {**part, "components": schema["components"]}
    return jsonschema_rs.is_valid(whole, value, validate_formats=True)


def test_every_endpoint_documents_its_errors_in_the_one_shape(schema: dict[str, Any]) -> None:
    shape = {"$ref": "#/components/schemas/Error"}
    operations = operations_of(schema)
    assert len(operations) > 20
    for _name, operation in operations:
        errors = {code: item for code, item in operation["responses"].items() if code >= "400"}
        assert {"401", "406", "429", "500", "503"} <= set(errors)
        for code, error in errors.items():
            content = error["content"]["application/json"]
            assert content["schema"] == shape
            assert is_valid(schema, shape, content["example"])
            # A conflict has a code of its own, with which its description begins.
            assert content["example"]["error"]["code"] != "conflict", (_name, code)


def test_every_endpoint_has_an_example_of_what_it_takes_and_answers(
    schema: dict[str, Any],
) -> None:
    for name, operation in operations_of(schema):
        successes = [code for code in operation["responses"] if code < "300"]
        assert successes, name
        contents = [
            content
            for code in successes
            for content in operation["responses"][code].get("content", {}).values()
        ]
        assert contents or successes == ["204"], name
        contents += operation.get("requestBody", {}).get("content", {}).values()
        for content in contents:
            assert is_valid(schema, content["schema"], content["example"]), name


def test_schema_is_the_same_for_everybody_and_names_no_admin(anonymous: APIClient) -> None:
    paths = anonymous.get("/api/v1/schema/").json()["paths"]
    assert all(path.startswith("/api/v1/") for path in paths)
    assert "/api/v1/me/similar-users/{user_id}/" in paths


def test_swagger_ui_takes_every_file_from_this_site(client: Client) -> None:
    page = client.get("/api/v1/docs/").content.decode()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(addresses) >= 4
    for address in addresses:
        assert address.startswith("/")
        if address.startswith("/static/"):
            assert finders.find(address.removeprefix("/static/"))


def test_swagger_ui_sends_the_csrf_token_of_a_session(client: Client) -> None:
    script = client.get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert "X-CSRFTOKEN" in script.content.decode().upper()
