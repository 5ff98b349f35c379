"""Similar users over the API."""

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from recommendations.services.profiles import recompute_profiles
from recommendations.services.similar_users import find_similar_users
from tests.factories import make_artist, make_top_artists, make_user
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of
from tests.recommendations.conftest import Cast

ADDRESS = "/api/v1/me/similar-users/"
QUERIES = 11


def test_list_holds_what_the_service_finds_unrounded(ana: APIClient, cast: Cast) -> None:
    answer = ana.get(ADDRESS).json()
    found = find_similar_users(cast.ana, limit=10)
    assert answer["ranking"] == "hybrid"
    assert [item["user"]["id"] for item in answer["results"]] == [
        cast.sibling.pk,
        cast.stranger.pk,
    ]
    for item, similar in zip(answer["results"], found, strict=True):
        assert item["rank"] == similar.rank
        assert item["score"] == similar.score
        assert item["percent"] == similar.percent
        assert [shared["artist"]["id"] for shared in item["shared_artists"]] == [
            shared.artist.pk for shared in similar.shared_artists
        ]
        assert [shared["share"] for shared in item["shared_artists"]] == [
            shared.share for shared in similar.shared_artists
        ]
        assert sum(item["parts"].values()) == pytest.approx(item["score"], abs=1e-6)
        assert len(item["features"]) == len(similar.features)


def test_hidden_listeners_and_oneself_are_not_listed(ana: APIClient, cast: Cast) -> None:
    listed = {item["user"]["id"] for item in ana.get(f"{ADDRESS}?limit=100").json()["results"]}
    assert listed.isdisjoint({cast.hidden.pk, cast.ana.pk})


def test_hidden_listener_may_look_for_others(cast: Cast) -> None:
    results = api_client(cast.hidden).get(ADDRESS).json()["results"]
    assert results[0]["user"]["id"] == cast.stranger.pk


def test_limit_and_ranking_are_followed(ana: APIClient, cast: Cast) -> None:
    answer = ana.get(f"{ADDRESS}?limit=1&ranking=seed").json()
    assert answer["ranking"] == "seed"
    assert [item["user"]["id"] for item in answer["results"]] == [cast.sibling.pk]
    assert answer["results"][0]["score"] > 500


@pytest.mark.parametrize("address", ["", "sibling"])
def test_seeds_score_is_explained_by_what_it_is_made_of(
    ana: APIClient, cast: Cast, address: str
) -> None:
    if address:
        similar = ana.get(f"{ADDRESS}{cast.sibling.pk}/?ranking=seed").json()
    else:
        similar = ana.get(f"{ADDRESS}?ranking=seed").json()["results"][0]
    assert similar["shared_artists"]
    assert similar["score"] == pytest.approx((similar["cosine"] + 1) * 501)
    assert (similar["parts"], similar["related_artists"]) == (None, [])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("limit=1.5", "limit"),
        ("limit=", "limit"),
        ("ranking=best", "ranking"),
        ("ranking=", "ranking"),
        ("time_range=yesterday", "time_range"),
        ("shared_artist=1", "shared_artist"),
        ("cursor=", "cursor"),
        ("cursor=nowhere", "cursor"),
        ("facet=0", "facet"),
        ("facet=5", "facet"),
        ("facet=1&time_range=long_term", "facet"),
    ],
)
def test_wrong_query_is_400(ana: APIClient, query: str, field: str) -> None:
    assert set(error_of(ana.get(f"{ADDRESS}?{query}"), 400)["details"]) == {field}


def test_newcomer_is_told_what_is_missing(cast: Cast) -> None:
    client = api_client(cast.newcomer)
    for address in (ADDRESS, f"{ADDRESS}{cast.ana.pk}/", "/api/v1/me/profile/"):
        error = error_of(client.get(address), 409)
        assert error["code"] == "not_enough_listening"
        assert error["details"] == {"missing": ["top_tracks", "top_artists"]}


def test_one_pair_agrees_with_the_list(ana: APIClient, cast: Cast) -> None:
    listed = ana.get(ADDRESS).json()["results"][1]
    compared = ana.get(f"{ADDRESS}{cast.stranger.pk}/").json()
    assert compared["user"] == listed["user"]
    assert compared["rank"] == 1
    assert compared["score"] == pytest.approx(listed["score"])
    assert compared["shared_artists"] == listed["shared_artists"]


def test_hidden_unknown_locked_and_oneself_look_the_same(ana: APIClient, cast: Cast) -> None:
    locked = make_user(is_active=False)
    user_ids = (cast.hidden.pk, 10**6, 10**30, locked.pk, cast.ana.pk)
    answers = [error_of(ana.get(f"{ADDRESS}{user_id}/"), 404) for user_id in user_ids]
    assert all(answer == answers[0] for answer in answers)


def test_nobody_has_no_similar_users(anonymous: APIClient, cast: Cast) -> None:
    for address in (ADDRESS, f"{ADDRESS}{cast.sibling.pk}/", f"{ADDRESS}{cast.hidden.pk}/"):
        error_of(anonymous.get(address), 401)


@pytest.mark.parametrize("others", [3, 30])
def test_queries_do_not_grow_with_the_list(
    cast: Cast, others: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Two for the token; the rest is the service's.

    Profile, whom they do not see, space, index, users, artists.
    """
    artist = make_artist()
    make_top_artists(cast.newcomer, [artist])
    crowd = [make_user() for _ in range(others)]
    for user in crowd:
        make_top_artists(user, [artist, make_artist()])
    recompute_profiles([user.pk for user in (cast.newcomer, *crowd)])
    client = api_client(cast.newcomer)
    client.get(ADDRESS)
    with django_assert_num_queries(QUERIES):
        found = client.get(f"{ADDRESS}?limit=30").json()["results"]
    assert len(found) >= others


def test_list_goes_on_where_next_leads(ana: APIClient, cast: Cast) -> None:
    first = ana.get(f"{ADDRESS}?limit=1&shared_artist=true").json()
    second = ana.get(first["next"]).json()
    assert [item["user"]["id"] for item in second["results"]] == [cast.stranger.pk]
    assert second["results"][0]["rank"] == 2
    assert (second["next"], second["is_cut"]) == (None, False)


def test_span_is_compared_alone(ana: APIClient, cast: Cast) -> None:
    whole = ana.get(ADDRESS).json()
    assert ana.get(f"{ADDRESS}?time_range=long_term").json()["results"] == whole["results"]
    error = error_of(ana.get(f"{ADDRESS}?time_range=short_term"), 409)
    assert error["details"] == {"missing": ["top_tracks", "top_artists"]}
    assert cast.ana.pk not in {item["user"]["id"] for item in whole["results"]}
