import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from metarec.middleware import CONTENT_SECURITY_POLICY
from recommendations.models import ListenerPlace
from recommendations.services.mapping import compute_map
from recommendations.services.visibility import set_discoverable
from tests.recommendations.camps import Camps, make_camps
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def camps() -> Camps:
    """Make the camps and draw their map."""
    made = make_camps()
    compute_map()
    return made


def test_before_the_first_map_the_page_says_so(client: Client) -> None:
    page = client.get("/map/")

    assert "No map yet" in read_text(page)
    assert "<script" not in page.content.decode()


def test_the_table_lists_who_may_be_found_and_tracks(client: Client, camps: Camps) -> None:
    listeners, tracks = (read_text(client.get(f"/map/?show={show}")) for show in ("", "tracks"))

    assert all(user.username in listeners for user in [*camps.calm, *camps.loud])
    assert camps.hidden.username not in listeners
    assert "calm 1" in tracks
    assert "Calm Artist" in tracks


def test_a_track_of_the_table_leads_to_what_it_is(client: Client, camps: Camps) -> None:  # noqa: ARG001
    page = client.get("/map/?show=tracks").content.decode()
    [address] = re.findall(r'<a href="(/tracks/\d+/)"><bdi>calm 1<', page)

    whole, part = client.get(address), client.get(address, headers={"HX-Request": "true"})

    assert "calm 1 Calm Artist · 3:20" in read_text(whole)
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert 'href="/search/?q=Calm%20Artist"' in part.content.decode()
    assert "https://open.spotify.com/track/" in part.content.decode()
    assert client.get("/tracks/1000000/").status_code == 404


@pytest.mark.parametrize(
    ("show", "near", "far"),
    [("listeners", ("calm-0", "calm-3"), "loud-0"), ("tracks", ("calm 1", "calm 2"), "loud 1")],
)
def test_the_nearest_come_first(
    client: Client, camps: Camps, show: str, near: tuple[str, str], far: str
) -> None:
    client.force_login(camps.hidden)

    text = read_text(client.get(f"/map/?show={show}"))

    assert "Nearest to you" in text
    assert all(text.index(name) < text.index(far) for name in near)


def test_who_has_no_place_is_told(client: Client, camps: Camps) -> None:
    ListenerPlace.objects.filter(user=camps.loud[0]).delete()
    client.force_login(camps.loud[0])

    assert "You are not on the map yet" in read_text(client.get("/map/"))


def test_who_hides_is_gone_from_the_next_page(client: Client, camps: Camps) -> None:
    set_discoverable(camps.loud[0], value=False)

    assert "loud-0" not in read_text(client.get("/map/"))


@pytest.mark.parametrize("page", ["2", "x", "0"])
def test_a_page_that_is_not_there_is_not_found(client: Client, camps: Camps, page: str) -> None:  # noqa: ARG001
    assert client.get(f"/map/?page={page}").status_code == 404


def test_plotly_is_loaded_and_let_evaluate_on_this_page_alone(client: Client, camps: Camps) -> None:  # noqa: ARG001
    drawn, other = client.get("/map/"), client.get("/clusters/")

    assert drawn["Content-Security-Policy"] == (
        CONTENT_SECURITY_POLICY + "; script-src 'self' 'unsafe-eval'"
    )
    assert other["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "plotly/plotly.min.js" in drawn.content.decode()
    assert "plotly" not in other.content.decode()


def test_plotly_is_served_from_its_package_and_writes_no_styles(
    client: Client,
    camps: Camps,  # noqa: ARG001
) -> None:
    """What the page has to keep plotly from writing styles into it, plotly looks for."""
    path = finders.find("plotly/plotly.min.js")
    assert path is not None
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        script = file.read()
    page = client.get("/map/").content.decode()

    placeholder = "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53"
    for sign in ("plotly.js-style-", ".no-inline-styles", placeholder):
        assert sign in script
        assert sign.lstrip(".") in page
    assert finders.find("plotly/widgetbundle.js") is None


@pytest.mark.parametrize("show", ["listeners", "tracks"])
def test_the_page_causes_a_fixed_number_of_queries(
    client: Client,
    camps: Camps,
    show: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(camps.calm[0])
    queries = {"listeners": 7, "tracks": 6}
    with django_assert_num_queries(queries[show]):
        client.get(f"/map/?show={show}")
