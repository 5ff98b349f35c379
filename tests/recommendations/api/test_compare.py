"""Comparisons and links for friends over the API."""

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import ApiToken
from accounts.sharing import CompareLink
from recommendations.services import compare_links
from recommendations.services.compare_links import make_compare_link
from recommendations.services.unseen_listeners import hide_listener
from tests.recommendations.api.conftest import api_client, set_throttle_rates
from tests.recommendations.api.test_errors import error_of
from tests.recommendations.conftest import Cast

COMPARE = "/api/v1/compare/"
LINKS = "/api/v1/me/compare-links/"


def by_link(token: str) -> str:
    return f"{COMPARE}with/{token}/"


def test_a_comparison_agrees_with_the_pair(ana: APIClient, cast: Cast) -> None:
    answer = ana.get(f"{COMPARE}?with={cast.stranger.pk}").json()

    assert answer["first"]["id"] == cast.ana.pk
    assert answer["pair"] == ana.get(f"/api/v1/me/similar-users/{cast.stranger.pk}/").json()
    assert [artist["name"] for artist in answer["apart"]["only_yours"]] == ["Radiohead"]
    assert [part["part"] for part in answer["apart"]["parts"]] == ["artists", "sound"]
    assert (answer["shared_tracks"], answer["shared_track_count"]) == ([], 0)


def test_two_others_are_compared(ana: APIClient, cast: Cast) -> None:
    answer = ana.get(f"{COMPARE}?of={cast.sibling.pk}&with={cast.stranger.pk}&ranking=seed").json()

    assert (answer["first"]["id"], answer["pair"]["user"]["id"]) == (
        cast.sibling.pk,
        cast.stranger.pk,
    )
    assert answer["apart"]["parts"] == []


def test_the_hidden_the_blocking_and_the_unknown_look_the_same(ana: APIClient, cast: Cast) -> None:
    hide_listener(cast.stranger, cast.ana.pk, is_blocked=True)

    answers = [
        error_of(ana.get(f"{COMPARE}?{query}"), 404)
        for user_id in (cast.hidden.pk, cast.stranger.pk, 10**9)
        for query in (f"with={user_id}", f"of={user_id}&with={cast.sibling.pk}")
    ]
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("query", ["", "with=", "with=x", "with=0", f"with={10**30}"])
def test_a_wrong_query_is_400(ana: APIClient, query: str) -> None:
    assert set(error_of(ana.get(f"{COMPARE}?{query}"), 400)["details"]) == {"with"}


def test_one_is_not_compared_with_oneself(ana: APIClient, cast: Cast) -> None:
    error_of(ana.get(f"{COMPARE}?with={cast.ana.pk}"), 404)


def test_a_link_is_made_used_listed_and_ended(ana: APIClient, cast: Cast) -> None:
    hidden = api_client(cast.hidden)
    made = hidden.post(LINKS, {"name": "Ana"}, format="json")
    assert made.status_code == 201
    link = made.json()
    assert link["address"] == f"http://testserver/compare/with/{link['token']}/"

    assert ana.get(by_link(link["token"])).json()["pair"]["user"]["id"] == cast.hidden.pk
    [listed] = hidden.get(LINKS).json()
    assert listed["last_used_at"]
    assert ana.get(LINKS).json() == []

    error_of(ana.delete(f"{LINKS}{link['id']}/"), 404)
    assert hidden.delete(f"{LINKS}{link['id']}/").status_code == 204
    gone = [error_of(ana.get(by_link(token)), 404) for token in (link["token"], "unknown")]
    assert gone[0] == gone[1]


def test_ones_own_link_compares_nothing(ana: APIClient, cast: Cast) -> None:
    error_of(ana.get(by_link(make_compare_link(cast.ana, "me").token)), 404)


def test_nobody_compares_anybody(anonymous: APIClient, cast: Cast) -> None:
    token = make_compare_link(cast.ana, "friend").token

    for address in (f"{COMPARE}?with={cast.ana.pk}", by_link(token), LINKS):
        error_of(anonymous.get(address), 401)
    error_of(anonymous.post(LINKS, {"name": "x"}, format="json"), 401)
    error_of(anonymous.delete(f"{LINKS}1/"), 401)


@pytest.mark.parametrize("name", ["", " ", "x" * 61, None])
def test_a_link_has_a_name(ana: APIClient, name: str | None) -> None:
    assert set(error_of(ana.post(LINKS, {"name": name}, format="json"), 400)["details"]) == {"name"}
    assert not CompareLink.objects.exists()


def test_the_number_of_links_is_bounded(ana: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_links, "MAX_LINKS", 0)

    assert error_of(ana.post(LINKS, {"name": "x"}, format="json"), 409)["code"] == "too_many"


def test_comparing_is_rationed(ana: APIClient, cast: Cast, settings: Settings) -> None:
    set_throttle_rates(settings, {"compare": "1/min"})
    addresses = [f"{COMPARE}?with={cast.sibling.pk}", by_link("unknown")]

    assert [ana.get(address).status_code for address in addresses] == [200, 429]


def test_a_personal_token_makes_and_ends_nothing_that_outlives_it(cast: Cast) -> None:
    link = make_compare_link(cast.ana, "friend")
    _, token = ApiToken.objects.create(user=cast.ana, name="feed reader")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")

    assert client.get(LINKS).status_code == 200
    error_of(client.post(LINKS, {"name": "x"}, format="json"), 403)
    error_of(client.delete(f"{LINKS}{link.pk}/"), 403)
    error_of(client.post("/api/v1/me/cards/", {"user_id": cast.sibling.pk}, format="json"), 403)
