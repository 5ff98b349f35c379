"""Asking whether anything has changed."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import PASSWORD
from tests.recommendations.api.conftest import api_client
from tests.recommendations.conftest import Cast

RARELY_CHANGE = [
    "/api/v1/schema/",
    "/api/v1/me/profile/",
    "/api/v1/me/top-tracks/",
    "/api/v1/search/?q=sade",
    "/api/v1/listeners/{pk}/",
]


@pytest.mark.parametrize("address", RARELY_CHANGE)
def test_unchanged_answer_is_304_without_a_body(cast: Cast, address: str) -> None:
    address = address.format(pk=cast.sibling.pk)
    client = api_client(cast.ana)
    whole = client.get(address)

    again = client.get(address, HTTP_IF_NONE_MATCH=whole["ETag"])

    assert (whole.status_code, again.status_code) == (200, 304)
    assert (again.content, again["ETag"]) == (b"", whole["ETag"])


def test_change_is_answered_whole(listener: User) -> None:
    client = api_client(listener)
    tag = client.get("/api/v1/me/")["ETag"]

    client.patch("/api/v1/me/", {"is_discoverable": False}, format="json")

    answer = client.get("/api/v1/me/", HTTP_IF_NONE_MATCH=tag)
    assert (answer.status_code, answer.json()["is_discoverable"]) == (200, False)


def test_known_tag_shows_nobody_who_hides(anonymous: APIClient, listener: User) -> None:
    address = f"/api/v1/listeners/{listener.pk}/"
    tag = anonymous.get(address)["ETag"]

    api_client(listener).patch("/api/v1/me/", {"is_discoverable": False}, format="json")

    assert anonymous.get(address, HTTP_IF_NONE_MATCH=tag).status_code == 404


def test_tag_of_somebody_else_is_not_mine(listener: User, other_listener: User) -> None:
    tag = api_client(listener).get("/api/v1/me/")["ETag"]
    answer = api_client(other_listener).get("/api/v1/me/", HTTP_IF_NONE_MATCH=tag)
    assert answer.json()["id"] == other_listener.pk


def test_answers_are_kept_by_the_asker_alone_and_asked_for_again(listener: User) -> None:
    answer = api_client(listener).get("/api/v1/me/")
    assert set(answer["Cache-Control"].split(", ")) == {"private", "no-cache"}


def test_token_is_kept_nowhere(anonymous: APIClient, listener: User) -> None:
    credentials = {"login": listener.username, "password": PASSWORD}
    answer = anonymous.post("/api/v1/auth/login/", credentials, format="json")
    assert "no-store" in answer["Cache-Control"]
    assert not answer.has_header("ETag")
