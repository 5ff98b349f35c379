"""Similar users of chosen artists over the API."""

from collections.abc import Sequence
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from recommendations.models import Artist
from tests.factories import make_artist
from tests.recommendations.api.conftest import api_client, set_throttle_rates
from tests.recommendations.api.test_errors import error_of
from tests.recommendations.trial_groups import Groups, make_groups

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/similar-users/"


@pytest.fixture(name="groups")
def make_the_groups(db: None) -> Groups:  # noqa: ARG001 - asks for the database
    return make_groups()


def ask(client: APIClient, artists: Sequence[Artist | int], **query: Any) -> Any:
    ids = [artist.pk if isinstance(artist, Artist) else artist for artist in artists]
    return client.get(ADDRESS, {"artist": ids, **query})


def test_everybody_gets_the_nearest_with_reasons(anonymous: APIClient, groups: Groups) -> None:
    answer = ask(anonymous, groups.slow_artists, limit=3).json()

    names = [one["user"]["username"] for one in answer["results"]]
    assert names == ["slow-0", "slow-1", "slow-2"]
    assert [artist["name"] for artist in answer["artists"]] == ["Slow 0", "Slow 1", "Slow 2"]
    assert answer["ranking"] == "hybrid"
    shared = answer["results"][0]["shared_artists"]
    assert {one["artist"]["id"] for one in shared} == {a.pk for a in groups.slow_artists}


def test_the_asker_is_not_among_the_results(groups: Groups) -> None:
    answer = ask(api_client(groups.slow[0]), groups.slow_artists, limit=2).json()

    assert [one["user"]["username"] for one in answer["results"]] == ["slow-1", "slow-2"]


def test_the_seeds_ranking_is_there_too(anonymous: APIClient, groups: Groups) -> None:
    answer = ask(anonymous, groups.slow_artists, ranking="seed", limit=3).json()

    assert answer["ranking"] == "seed"
    assert {one["user"]["username"] for one in answer["results"]} == {"slow-0", "slow-1", "slow-2"}


@pytest.mark.parametrize(
    ("ids", "query", "field"),
    [
        ([], {}, "artist"),
        ([1, 2], {}, "artist"),
        (list(range(1, 12)), {}, "artist"),
        ([1, 1, 2], {}, "artist"),
        ([1, 2, 0], {}, "artist"),
        ([1, 2, 2**31], {}, "artist"),
        ([1, 2, 3], {"limit": "21"}, "limit"),
        ([1, 2, 3], {"limit": ""}, "limit"),
        ([1, 2, 3], {"ranking": "best"}, "ranking"),
    ],
)
def test_query_out_of_bounds_is_400(
    anonymous: APIClient, ids: list[int], query: dict[str, str], field: str
) -> None:
    assert set(error_of(ask(anonymous, ids, **query), 400)["details"]) == {field}


def test_an_artist_that_is_not_there_is_404(anonymous: APIClient) -> None:
    known = [make_artist(), make_artist()]

    assert error_of(ask(anonymous, [*known, 2**31 - 1]), 404)["code"] == "not_found"


def test_it_is_throttled_as_all_else(
    anonymous: APIClient, settings: Settings, groups: Groups
) -> None:
    set_throttle_rates(settings, {"anon": "2/min"})

    statuses = [ask(anonymous, groups.slow_artists).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
