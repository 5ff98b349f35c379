"""The schema, and Swagger UI over it."""

import re

from django.contrib.staticfiles import finders
from django.test import Client
from rest_framework.test import APIClient


def test_every_endpoint_documents_its_errors_in_the_one_shape(anonymous: APIClient) -> None:
    schema = anonymous.get("/api/v1/schema/").json()
    shape = {"$ref": "#/components/schemas/Error"}
    operations = [
        operation for methods in schema["paths"].values() for operation in methods.values()
    ]
    assert len(operations) > 20
    for operation in operations:
        errors = {code: item for code, item in operation["responses"].items() if code >= "400"}
        assert {"401", "406", "429", "500", "503"} <= set(errors)
        for error in errors.values():
            assert error["content"]["application/json"]["schema"] == shape


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
