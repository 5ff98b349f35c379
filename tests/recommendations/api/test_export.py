"""All that the site keeps of the asker, over the API."""

import io
import json
import zipfile

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from tests.recommendations.api.conftest import api_client, set_throttle_rates
from tests.recommendations.api.test_errors import error_of

EXPORT = "/api/v1/me/export/"


@pytest.mark.parametrize("accepted", ["*/*", "application/zip", "application/json"])
def test_the_zip_is_mine_whatever_is_accepted(listener: User, accepted: str) -> None:
    response = api_client(listener).get(EXPORT, headers={"accept": accepted})

    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        [account] = json.loads(archive.read("json/metarec-account.json"))["rows"]
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"].startswith('attachment; filename="metarec-')
    assert account["email"] == listener.email


def test_nobody_gets_none(anonymous: APIClient, db: None) -> None:  # noqa: ARG001
    error_of(anonymous.get(EXPORT, headers={"accept": "application/zip"}), 401)


def test_it_is_bounded(listener: User, settings: Settings) -> None:
    set_throttle_rates(settings, {"export": "1/hour"})
    client = api_client(listener)
    client.get(EXPORT).close()

    error_of(client.get(EXPORT), 429)
