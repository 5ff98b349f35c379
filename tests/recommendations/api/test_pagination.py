"""Lists by cursor: nothing is repeated or left out, whatever changes meanwhile."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from recommendations.models import Upload
from tests.factories import make_artist, make_top_artists
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of

UPLOADS = "/api/v1/me/uploads/"
ARTISTS = "/api/v1/me/top-artists/"


def make_uploads(user: User, *names: str) -> None:
    """Make uploads, each newer than the one before."""
    for name in names:
        Upload.objects.create(
            user=user, file_name=name, digest=name, size_bytes=1, uploaded_at=timezone.now()
        )


def names_of(page: Any) -> list[str]:
    return [upload["file_name"] for upload in page["results"]]


def walk(client: APIClient, address: str, direction: str = "next") -> Iterator[Any]:
    """Yield each page from an address on."""
    following: str | None = address
    while following:
        page = client.get(following).json()
        yield page
        following = page[direction]


def test_pages_follow_each_other_without_gap(listener: User) -> None:
    make_top_artists(listener, [make_artist() for _ in range(5)])

    pages = list(walk(api_client(listener), f"{ARTISTS}?page_size=2"))

    ranks = [[entry["rank"] for entry in page["results"]] for page in pages]
    assert ranks == [[1, 2], [3, 4], [5]]
    assert pages[0]["previous"] is None


def test_way_back_shows_the_same_pages(listener: User) -> None:
    make_top_artists(listener, [make_artist() for _ in range(5)])
    client = api_client(listener)
    *_, last = walk(client, f"{ARTISTS}?page_size=2")

    back = list(walk(client, last["previous"], "previous"))

    assert [[entry["rank"] for entry in page["results"]] for page in back] == [[3, 4], [1, 2]]
    assert client.get(back[0]["next"]).json()["results"] == last["results"]


def test_what_comes_meanwhile_repeats_nothing(listener: User) -> None:
    client = api_client(listener)
    make_uploads(listener, "1", "2", "3", "4")
    first = client.get(f"{UPLOADS}?page_size=2").json()

    make_uploads(listener, "5", "6")
    second = client.get(first["next"]).json()

    assert (names_of(first), names_of(second)) == (["4", "3"], ["2", "1"])
    assert names_of(client.get(second["previous"]).json()) == ["4", "3"]


def test_what_goes_meanwhile_hides_nothing(listener: User) -> None:
    client = api_client(listener)
    make_uploads(listener, "1", "2", "3", "4")
    first = client.get(f"{UPLOADS}?page_size=2").json()

    Upload.objects.filter(file_name__in=["4", "3"]).delete()

    second = client.get(first["next"]).json()
    assert names_of(second) == ["2", "1"]
    # Nothing is before it any more, so that this is where the list begins.
    assert names_of(client.get(second["previous"]).json()) == ["2", "1"]


def test_rows_of_one_moment_are_told_apart(listener: User) -> None:
    make_uploads(listener, "1", "2", "3")
    Upload.objects.update(uploaded_at=timezone.now() - timedelta(microseconds=1))

    pages = walk(api_client(listener), f"{UPLOADS}?page_size=1")

    assert [names_of(page) for page in pages] == [["3"], ["2"], ["1"]]


def test_cursor_shows_nothing_of_somebody_else(listener: User, other_listener: User) -> None:
    make_uploads(listener, "1", "2")
    cursor = api_client(listener).get(f"{UPLOADS}?page_size=1").json()["next"]

    assert names_of(api_client(other_listener).get(cursor).json()) == []


def test_cursor_of_another_list_is_400(listener: User) -> None:
    make_uploads(listener, "1", "2")
    client = api_client(listener)
    cursor = client.get(f"{UPLOADS}?page_size=1").json()["next"].partition("?")[2]

    assert set(error_of(client.get(f"{ARTISTS}?{cursor}"), 400)["details"]) == {"cursor"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=many", "page_size"),
        ("cursor=made-up", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=", "cursor"),
        (f"cursor={'x' * 501}", "cursor"),
    ],
)
def test_query_out_of_bounds_is_400(listener: User, query: str, field: str) -> None:
    error = error_of(api_client(listener).get(f"{ARTISTS}?{query}"), 400)
    assert set(error["details"]) == {field}
