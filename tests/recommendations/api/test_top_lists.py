"""Top tracks and top artists."""

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from recommendations.models import Source, Upload
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
    assert api_client(listener).get(address).json()["results"]
    assert api_client(other_listener).get(address).json() == {
        "next": None,
        "previous": None,
        "results": [],
    }


@pytest.mark.parametrize("address", LISTS)
def test_nobody_has_no_lists(address: str, anonymous: APIClient, db: None) -> None:  # noqa: ARG001
    error_of(anonymous.get(address), 401)


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize(("address", "queries"), [(LISTS[0], 6), (LISTS[1], 5)])
def test_queries_do_not_grow_with_rows(
    listener: User,
    count: int,
    address: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """Two for the token, two for what brought them, the rows and, for tracks, the credits."""
    fill(listener, count)
    client = api_client(listener)
    with django_assert_num_queries(queries):
        client.get(address)


@pytest.mark.parametrize("address", LISTS)
def test_each_row_says_what_brought_it(address: str, listener: User) -> None:
    fill(listener, 2)
    upload = Upload.objects.create(
        user=listener,
        source=Source.FILE,
        file_name="a.csv",
        digest="0" * 64,
        size_bytes=1,
        uploaded_at=timezone.now(),
        is_current=True,
    )
    entry = api_client(listener).get(address).json()["results"][0]
    brought = {"upload_id": upload.pk, "service": None, "sync_id": None, "read_at": None}
    assert (entry["brought_by"], entry["exported_source"]) == (brought, "")
    assert entry["stored_at"]


@pytest.mark.parametrize("address", LISTS)
def test_lists_of_one_source(address: str, listener: User) -> None:
    fill(listener, 2)
    client = api_client(listener)
    assert client.get(address, {"source": "file"}).json()["results"]
    assert client.get(address, {"source": "spotify"}).json()["results"] == []
    assert "source" in error_of(client.get(address, {"source": "x"}), 400)["details"]
