import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from recommendations.services.clustering import compute_clusters
from recommendations.services.visibility import set_discoverable
from tests.recommendations.camps import Camps, make_camps
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def camps() -> Camps:
    """Make the camps and find their clusters."""
    made = make_camps()
    compute_clusters()
    return made


def test_before_the_first_run_the_page_says_so(client: Client) -> None:
    assert "No clusters yet" in read_text(client.get("/clusters/"))


@pytest.mark.parametrize("viewer", [None, "calm-0", "calm-hidden"])
def test_clusters_are_listed_with_names_and_sizes(
    client: Client, camps: Camps, viewer: str | None
) -> None:
    if viewer is not None:
        client.force_login(camps.hidden if viewer == "calm-hidden" else camps.calm[0])

    text = read_text(client.get("/clusters/"))

    assert "Calm Artist" in text
    assert "4 listeners" in text
    assert "5 listeners" not in text
    assert ("You are here" in text) == (viewer is not None)


def test_a_cluster_lists_who_may_be_found(client: Client, camps: Camps) -> None:
    text = read_text(client.get("/clusters/sound/1/"))

    assert all(user.username in text for user in camps.calm)
    assert camps.hidden.username not in text


def test_a_hidden_listener_sees_their_cluster_and_that_nobody_else_does(
    client: Client, camps: Camps
) -> None:
    client.force_login(camps.hidden)

    text = read_text(client.get("/clusters/sound/1/"))

    assert "You are in this cluster. Only you see that" in text


def test_a_cluster_of_tracks_lists_them(client: Client, camps: Camps) -> None:  # noqa: ARG001
    pages = [read_text(client.get(f"/clusters/tracks/{number}/")) for number in (1, 2, 3)]

    assert sum("loud 1" in page for page in pages) == 1


@pytest.mark.parametrize("address", ["sound/9/", "no/1/", "sound/1/?page=2", "sound/1/?page=x"])
def test_what_is_not_there_is_not_found(client: Client, camps: Camps, address: str) -> None:  # noqa: ARG001
    assert client.get(f"/clusters/{address}").status_code == 404


def test_a_cluster_of_the_hidden_looks_like_none(client: Client, camps: Camps) -> None:
    for user in camps.spoken:
        set_discoverable(user, value=False)

    hidden, unknown = client.get("/clusters/sound/3/"), client.get("/clusters/sound/4/")

    assert hidden.status_code == unknown.status_code == 404
    assert read_text(hidden) == read_text(unknown)


@pytest.mark.parametrize(("address", "queries"), [("", 3), ("sound/1/", 5), ("tracks/1/", 6)])
def test_pages_cause_a_fixed_number_of_queries(
    client: Client,
    camps: Camps,  # noqa: ARG001
    address: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(queries):
        client.get(f"/clusters/{address}")
