"""The asker's own account."""

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import PASSWORD
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of
from tests.recommendations.conftest import Cast


def test_me_shows_my_account_and_nothing_of_administration(listener: User) -> None:
    assert api_client(listener).get("/api/v1/me/").json() == {
        "id": listener.pk,
        "username": listener.username,
        "email": listener.email,
        "origin": "sign_up",
        "date_joined": listener.date_joined.isoformat().replace("+00:00", "Z"),
        "is_discoverable": True,
    }


def test_me_costs_the_token_only(
    listener: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = api_client(listener)
    with django_assert_num_queries(2):
        client.get("/api/v1/me/")


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_nobody_has_no_account(anonymous: APIClient, method: str, db: None) -> None:  # noqa: ARG001
    error_of(getattr(anonymous, method)("/api/v1/me/"), 401)


def test_patch_hides_me_from_the_next_request_on(ana: APIClient, cast: Cast) -> None:
    sibling = api_client(cast.sibling)
    listed = sibling.get("/api/v1/me/similar-users/").json()["results"]
    assert cast.ana.pk in [found["user"]["id"] for found in listed]
    response = ana.patch("/api/v1/me/", {"is_discoverable": False}, format="json")
    assert response.json()["is_discoverable"] is False
    listed = sibling.get("/api/v1/me/similar-users/").json()["results"]
    assert cast.ana.pk not in [found["user"]["id"] for found in listed]
    error_of(sibling.get(f"/api/v1/listeners/{cast.ana.pk}/"), 404)


def test_patch_changes_nothing_else(listener: User) -> None:
    change = {"username": "other", "is_staff": True, "origin": "demo"}
    assert api_client(listener).patch("/api/v1/me/", change, format="json").status_code == 200
    before = (listener.username, listener.origin, listener.is_discoverable)
    listener.refresh_from_db()
    assert (listener.username, listener.origin, listener.is_discoverable) == before
    assert not listener.is_staff


def test_delete_needs_the_password(listener: User) -> None:
    client = api_client(listener)
    assert "password" in error_of(client.delete("/api/v1/me/"), 400)["details"]
    wrong = client.delete("/api/v1/me/", {"password": "wrong"}, format="json")
    assert error_of(wrong, 403)["code"] == "permission_denied"
    assert User.objects.filter(pk=listener.pk).exists()


def test_delete_leaves_nobody_to_sign_in_or_to_find(ana: APIClient, cast: Cast) -> None:
    assert ana.delete("/api/v1/me/", {"password": PASSWORD}, format="json").status_code == 204
    assert not User.objects.filter(pk=cast.ana.pk).exists()
    error_of(ana.get("/api/v1/me/"), 401)
    listed = api_client(cast.sibling).get("/api/v1/me/similar-users/").json()["results"]
    assert cast.ana.pk not in [found["user"]["id"] for found in listed]
    error_of(api_client(cast.sibling).get(f"/api/v1/listeners/{cast.ana.pk}/"), 404)


def test_delete_takes_the_name_of_who_has_no_password(listener: User) -> None:
    client = api_client(listener)
    listener.set_unusable_password()
    listener.save()

    wrong = client.delete("/api/v1/me/", {"password": PASSWORD}, format="json")
    assert "user name" in error_of(wrong, 403)["message"]
    right = client.delete("/api/v1/me/", {"password": listener.username}, format="json")
    assert right.status_code == 204


def test_delete_ends_the_session(listener: User) -> None:
    client = APIClient()
    client.force_login(listener)
    assert client.delete("/api/v1/me/", {"password": PASSWORD}, format="json").status_code == 204
    assert "_auth_user_id" not in client.session
