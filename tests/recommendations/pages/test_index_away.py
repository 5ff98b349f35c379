"""Without an index the page and the API say so, and everything else works."""

from collections.abc import Iterator

import pytest
from django.test import Client

from recommendations.index import use_shared
from recommendations.index.elasticsearch import ElasticsearchIndex, connect
from tests.recommendations.conftest import Cast


@pytest.fixture(autouse=True)
def index_away() -> Iterator[None]:
    """Search in a server that is not there."""
    with connect("http://127.0.0.1:1", "") as client:
        use_shared(ElasticsearchIndex(client))
        yield
        use_shared(None)


def test_similar_users_are_not_available_just_now(ana: Client) -> None:
    page = ana.get("/similar-users/")

    assert page.status_code == 503
    assert page["Retry-After"] == "30"
    assert "Similar users are not available just now" in page.content.decode()


def test_the_api_says_the_same(ana: Client) -> None:
    answer = ana.get("/api/v1/me/similar-users/")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert answer.json()["error"]["code"] == "unavailable"
    assert "not available just now" in answer.json()["error"]["message"]


def test_pairs_are_compared_all_the_same(ana: Client, cast: Cast) -> None:
    page = ana.get(f"/listeners/{cast.sibling.pk}/")

    assert page.status_code == 200
    assert "Radiohead" in page.content.decode()
