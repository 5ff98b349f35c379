"""Hiding and blocking over the API."""

import pytest
from rest_framework.test import APIClient

from accounts.sharing import UnseenListener
from recommendations.services import unseen_listeners
from recommendations.services.unseen_listeners import hide_listener
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of
from tests.recommendations.conftest import Cast

LIST = "/api/v1/me/unseen-listeners/"


def address(user_id: int) -> str:
    return f"{LIST}{user_id}/"


def _found(client: APIClient) -> list[str]:
    results = client.get("/api/v1/me/similar-users/").json()["results"]
    return [item["user"]["username"] for item in results]


def test_a_listener_is_hidden_blocked_and_shown_again(ana: APIClient, cast: Cast) -> None:
    sibling = api_client(cast.sibling)
    assert ana.put(address(cast.sibling.pk), {}, format="json").json()["is_blocked"] is False
    assert (_found(ana), "ana" in _found(sibling)) == (["stranger"], True)

    ana.put(address(cast.sibling.pk), {"is_blocked": True}, format="json")
    [row] = ana.get(LIST).json()
    assert (row["user"]["id"], row["is_blocked"]) == (cast.sibling.pk, True)
    assert "ana" not in _found(sibling)
    assert sibling.get(LIST).json() == []
    for client, other in ((ana, cast.sibling), (sibling, cast.ana)):
        for place in ("listeners", "me/similar-users"):
            error_of(client.get(f"/api/v1/{place}/{other.pk}/"), 404)

    assert ana.delete(address(cast.sibling.pk)).status_code == 204
    assert _found(ana) == ["sibling", "stranger"]


def test_the_hidden_the_blocking_the_unknown_and_oneself_look_the_same(
    ana: APIClient, cast: Cast
) -> None:
    hide_listener(cast.stranger, cast.ana.pk, is_blocked=True)
    user_ids = (cast.hidden.pk, cast.stranger.pk, 10**9, 10**30, cast.ana.pk)

    answers = [error_of(ana.put(address(user_id), {}, format="json"), 404) for user_id in user_ids]
    assert all(answer == answers[0] for answer in answers)
    assert {ana.delete(address(user_id)).status_code for user_id in user_ids} == {204}
    assert UnseenListener.objects.count() == 1


def test_nobody_hides_nobody(anonymous: APIClient, cast: Cast) -> None:
    error_of(anonymous.get(LIST), 401)
    error_of(anonymous.put(address(cast.ana.pk), {}, format="json"), 401)
    error_of(anonymous.delete(address(cast.ana.pk)), 401)


def test_the_bound_is_told(ana: APIClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unseen_listeners, "MAX_UNSEEN", 0)

    assert error_of(ana.put(address(cast.sibling.pk), {}, format="json"), 409)["code"] == "too_many"


def test_only_true_and_false_are_taken(ana: APIClient, cast: Cast) -> None:
    answer = ana.put(address(cast.sibling.pk), {"is_blocked": "yes"}, format="json")

    assert set(error_of(answer, 400)["details"]) == {"is_blocked"}
