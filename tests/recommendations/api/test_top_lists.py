"""Top tracks and top artists in pages."""

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of

LISTS = ["/api/v1/me/top-tracks/", "/api/v1/me/top-artists/"]


def fill(user: User, count: int) -> None:
    artists = [make_artist() for _ in range(count)]
    make_top_artists(user, artists, play_counts=range(count, 0, -1))
    make_top_tracks(user, [make_track(artists=[artist, artists[0]]) for artist in artists[1:]])


def test_top_tracks_come_with_credits_in_order_and_features(listener: User) -> None:
    guest, first = make_artist("Guest"), make_artist("First")
    track = make_track(artists=[first, guest], features={"energy": 0.123456789, "key": None})
    make_top_tracks(listener, [track])
    (entry,) = api_client(listener).get("/api/v1/me/top-tracks/").json()["results"]
    assert (entry["rank"], entry["time_range"], entry["source"]) == (1, "long_term", "file")
    assert entry["track"]["artists"] == [
        {"id": first.pk, "name": "First", "spotify_id": first.spotify_id},
        {"id": guest.pk, "name": "Guest", "spotify_id": guest.spotify_id},
    ]
    assert entry["track"]["audio_features"]["energy"] == 0.123456789
    assert entry["track"]["audio_features"]["key"] is None


def test_track_without_features_says_null(listener: User) -> None:
    make_top_tracks(listener, [make_track(features=None)])
    (entry,) = api_client(listener).get("/api/v1/me/top-tracks/").json()["results"]
    assert entry["track"]["audio_features"] is None


def test_top_artists_come_with_plays(listener: User) -> None:
    make_top_artists(listener, [make_artist("A"), make_artist("B")], play_counts=[7, None])
    results = api_client(listener).get("/api/v1/me/top-artists/").json()["results"]
    assert [(entry["artist"]["name"], entry["play_count"]) for entry in results] == [
        ("A", 7),
        ("B", None),
    ]


@pytest.mark.parametrize("address", LISTS)
def test_lists_are_mine_alone(address: str, listener: User, other_listener: User) -> None:
    fill(listener, 3)
    assert api_client(listener).get(address).json()["count"] > 0
    assert api_client(other_listener).get(address).json() == {
        "count": 0,
        "next": None,
        "previous": None,
        "results": [],
    }


@pytest.mark.parametrize("address", LISTS)
def test_nobody_has_no_lists(address: str, anonymous: APIClient, db: None) -> None:  # noqa: ARG001
    error_of(anonymous.get(address), 401)


def test_pages_follow_each_other_without_gap(listener: User) -> None:
    fill(listener, 5)
    client = api_client(listener)
    address, ranks = "/api/v1/me/top-artists/?page_size=2", []
    while address:
        page = client.get(address).json()
        ranks += [entry["rank"] for entry in page["results"]]
        address = page["next"]
    assert ranks == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=many", "page_size"),
        ("page=0", "page"),
        ("page=", "page"),
        ("page=last", "page"),
        ("page=99999999999999999999", "page"),
    ],
)
def test_query_out_of_bounds_is_400(listener: User, query: str, field: str) -> None:
    error = error_of(api_client(listener).get(f"/api/v1/me/top-tracks/?{query}"), 400)
    assert set(error["details"]) == {field}


def test_page_beyond_the_last_is_404(listener: User) -> None:
    error_of(api_client(listener).get("/api/v1/me/top-tracks/?page=2"), 404)


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize(("address", "queries"), [(LISTS[0], 5), (LISTS[1], 4)])
def test_queries_do_not_grow_with_rows(
    listener: User,
    count: int,
    address: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """Two for the token, then the count, the rows and, for tracks, the credits."""
    fill(listener, count)
    client = api_client(listener)
    with django_assert_num_queries(queries):
        client.get(address)
