"""The search of tracks and artists over the API."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from accounts.models import User
from recommendations.index import use_catalogue
from recommendations.index.elasticsearch import connect
from recommendations.index.elasticsearch_catalogue import ElasticsearchCatalogue
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track
from tests.recommendations.api.conftest import api_client, set_throttle_rates
from tests.recommendations.api.test_errors import error_of

pytestmark = pytest.mark.django_db

SEARCH = "/api/v1/search/"


@pytest.fixture
def index_away() -> Iterator[None]:
    with connect("http://127.0.0.1:1", "") as client:
        use_catalogue(ElasticsearchCatalogue(client))
        yield
        use_catalogue(None)


def test_everybody_finds_tracks_with_artists_and_features(
    anonymous: APIClient, listener: User
) -> None:
    artist = make_artist("Sade")
    track = make_track(name="Jezebel", artists=[artist], features={"energy": 0.25})

    for client in (anonymous, api_client(listener)):
        found = client.get(SEARCH, {"q": "sade jez"}).json()
        (only,) = found["tracks"]
        assert (only["id"], only["name"], only["audio_features"]["energy"]) == (
            track.pk,
            "Jezebel",
            0.25,
        )
        shown = {"id": artist.pk, "name": "Sade", "spotify_id": artist.spotify_id}
        assert only["artists"] == [shown]
        assert client.get(SEARCH, {"q": "sade"}).json()["artists"] == [shown]


def test_nothing_tells_who_listens(anonymous: APIClient, listener: User) -> None:
    artist = make_artist("Sade")
    make_track(name="Sade Song", artists=[artist])
    before = anonymous.get(SEARCH, {"q": "sade"}).json()

    make_top_artists(listener, [artist], play_counts=[584])
    make_top_tracks(listener, [make_track(name="Other", artists=[artist])])

    assert anonymous.get(SEARCH, {"q": "sade"}).json()["artists"] == before["artists"]
    answer = anonymous.get(SEARCH, {"q": "sade"}).content.decode()
    assert listener.username not in answer
    assert "584" not in answer
    assert anonymous.get(SEARCH, {"q": listener.username}).json() == {"tracks": [], "artists": []}


@pytest.mark.parametrize("text", ["", "  ", "nothing of that name", "%", "'; --", '"*"'])
def test_what_is_not_there_is_two_empty_lists(anonymous: APIClient, text: str) -> None:
    make_track(artists=[make_artist()])
    assert anonymous.get(SEARCH, {"q": text}).json() == {"tracks": [], "artists": []}


def test_limit_bounds_both_lists(anonymous: APIClient) -> None:
    for number in range(3):
        make_track(name=f"Blue {number}", artists=[make_artist(f"Blue {number}")])
    found = anonymous.get(SEARCH, {"q": "blue", "limit": "2"}).json()
    assert (len(found["tracks"]), len(found["artists"])) == (2, 2)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "q"),
        ({"q": "x" * 101}, "q"),
        ({"q": "a\x00b"}, "q"),
        ({"q": "x", "limit": "0"}, "limit"),
        ({"q": "x", "limit": "51"}, "limit"),
        ({"q": "x", "limit": ""}, "limit"),
    ],
)
def test_query_out_of_bounds_is_400(
    anonymous: APIClient, query: dict[str, Any], field: str
) -> None:
    assert set(error_of(anonymous.get(SEARCH, query), 400)["details"]) == {field}


@pytest.mark.parametrize("count", [1, 15])
def test_queries_do_not_grow_with_what_is_found(
    anonymous: APIClient, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Four to find tracks, one of them for artists, three to find artists; three to load all."""
    artists = [make_artist(f"Sade {number}") for number in range(count)]
    for artist in artists:
        make_track(name=f"Sade {artist.pk}", artists=artists)
    with django_assert_num_queries(10):
        found = anonymous.get(SEARCH, {"q": "sade"}).json()
    assert len(found["tracks"]) == count


def test_searches_are_throttled_as_all_else(anonymous: APIClient, settings: Settings) -> None:
    cache.clear()
    set_throttle_rates(settings, {"anon": "2/min"})
    statuses = [anonymous.get(SEARCH, {"q": "x"}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


@pytest.mark.usefixtures("index_away")
def test_without_its_index_the_search_alone_is_not_available(
    anonymous: APIClient, listener: User
) -> None:
    answer = anonymous.get(SEARCH, {"q": "sade"})
    error = error_of(answer, 503)
    assert (error["code"], error["details"]) == ("unavailable", {"retry_after_s": 5})
    assert "search is not available just now" in error["message"]
    assert answer["Retry-After"] == "5"
    assert api_client(listener).get("/api/v1/me/top-tracks/").status_code == 200
