"""Cards over the API; what ends them is tested with their page."""

import pytest
from rest_framework.test import APIClient

from recommendations.services import cards
from recommendations.services.cards import make_card
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of
from tests.recommendations.conftest import Cast

CARDS = "/api/v1/me/cards/"


def test_a_card_is_made_seen_listed_and_removed(
    ana: APIClient, anonymous: APIClient, cast: Cast
) -> None:
    made = ana.post(CARDS, {"user_id": cast.sibling.pk}, format="json")
    assert made.status_code == 201
    card = made.json()
    assert card["address"] == f"http://testserver/cards/{card['token']}/"
    assert ana.post(CARDS, {"user_id": cast.sibling.pk}, format="json").json() == card

    shown = anonymous.get(f"/api/v1/cards/{card['token']}/").json()
    assert {name: shown.pop(name) for name in card} == card
    assert shown.pop("percent") > 90
    assert "ana and sibling" in shown.pop("description")
    assert shown == {}

    sibling = api_client(cast.sibling)
    assert ana.get(CARDS).json() == sibling.get(CARDS).json() == [card]
    error_of(api_client(cast.stranger).delete(f"{CARDS}{card['id']}/"), 404)
    assert sibling.delete(f"{CARDS}{card['id']}/").status_code == 204
    gone = [
        error_of(anonymous.get(f"/api/v1/cards/{token}/"), 404) for token in (card["token"], "x")
    ]
    assert gone[0] == gone[1]


def test_the_hidden_the_unknown_and_oneself_look_the_same(ana: APIClient, cast: Cast) -> None:
    answers = [
        error_of(ana.post(CARDS, {"user_id": user_id}, format="json"), 404)
        for user_id in (cast.hidden.pk, 10**9, cast.ana.pk)
    ]
    assert all(answer == answers[0] for answer in answers)


def test_what_stands_in_the_way_is_told(
    ana: APIClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"user_id": cast.sibling.pk}
    hidden = api_client(cast.hidden).post(CARDS, body, format="json")
    assert error_of(hidden, 409)["code"] == "not_discoverable"

    monkeypatch.setattr(cards, "MAX_CARDS", 0)
    assert error_of(ana.post(CARDS, body, format="json"), 409)["code"] == "too_many"


def test_nobody_makes_and_removes_nothing(anonymous: APIClient, cast: Cast) -> None:
    card = make_card(cast.ana, cast.sibling.pk, language="en")

    error_of(anonymous.get(CARDS), 401)
    error_of(anonymous.post(CARDS, {"user_id": cast.ana.pk}, format="json"), 401)
    error_of(anonymous.delete(f"{CARDS}{card.pk}/"), 401)


@pytest.mark.parametrize("user_id", [None, "x", 0, 10**30])
def test_a_wrong_body_is_400(ana: APIClient, user_id: object) -> None:
    answer = ana.post(CARDS, {"user_id": user_id}, format="json")

    assert set(error_of(answer, 400)["details"]) == {"user_id"}
