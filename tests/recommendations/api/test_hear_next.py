"""What to hear next, over the API."""

import pytest
from rest_framework.test import APIClient

from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of
from tests.recommendations.conftest import Cast

ADDRESS = "/api/v1/me/hear-next/"


def test_each_comes_with_who_plays_it(ana: APIClient, cast: Cast) -> None:
    answer = ana.get(ADDRESS, {"limit": 1}).json()

    [artist] = answer["artists"]
    assert artist["artist"]["name"] == "Sade"
    assert [one["user"]["id"] for one in artist["siblings"]] == [cast.stranger.pk]
    assert 0 <= artist["siblings"][0]["percent"] < 100
    assert artist["near_to"] is None
    assert len(answer["tracks"]) == 1
    assert answer["sibling_count"] == 2


@pytest.mark.parametrize("limit", ["0", "101", "many", ""])
def test_limit_out_of_bounds_is_400(ana: APIClient, limit: str) -> None:
    error_of(ana.get(ADDRESS, {"limit": limit}), 400)


def test_newcomers_get_what_is_missing(cast: Cast) -> None:
    error = error_of(api_client(cast.newcomer).get(ADDRESS), 409)

    assert error["details"] == {"missing": ["top_tracks", "top_artists"]}


def test_nobody_gets_nothing(anonymous: APIClient, cast: Cast) -> None:  # noqa: ARG001
    error_of(anonymous.get(ADDRESS), 401)
