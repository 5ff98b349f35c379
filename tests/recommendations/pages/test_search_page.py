from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from recommendations.index import use_catalogue
from recommendations.index.elasticsearch import connect
from recommendations.index.elasticsearch_catalogue import ElasticsearchCatalogue
from recommendations.views.search import FOUND_SHOWN
from tests.factories import make_artist, make_top_tracks, make_track, make_user
from tests.recommendations.api.conftest import set_throttle_rates
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db

SEARCH = "/search/"


@pytest.fixture
def index_away() -> Iterator[None]:
    """Search in a server that is not there."""
    with connect("http://127.0.0.1:1", "") as client:
        use_catalogue(ElasticsearchCatalogue(client))
        yield
        use_catalogue(None)


def test_every_page_links_to_the_search(client: Client) -> None:
    for _ in range(2):
        page = client.get("/").content.decode()
        assert '<a href="/search/">Search</a>' in page
        client.force_login(make_user())


def test_without_a_text_there_is_only_the_form(client: Client) -> None:
    text = read_text(client.get(SEARCH))

    assert "Words of a track, an artist, or both" in text
    assert "Nothing found" not in text


def test_tracks_come_with_artists_and_sound(client: Client) -> None:
    artists = [make_artist("Rosalía", name_key="rosalia"), make_artist("Travis Scott")]
    features = {"tempo_bpm": 121.4, "energy": 0.9}
    make_track(name="TKN", artists=artists, features=features, duration_ms=129_000)

    text = read_text(client.get(SEARCH, {"q": "rosalia tkn"}))

    assert "TKN 2:09 Rosalía , Travis Scott 121 BPM energetic" in text


def test_an_artist_leads_to_their_tracks(client: Client) -> None:
    artist = make_artist("AC/DC & Co", name_key="ac dc and co")
    make_track(name="Back in Black", artists=[artist])

    page = client.get(SEARCH, {"q": "ac dc"}).content.decode()

    assert '<a href="?q=AC%2FDC%20%26%20Co"><bdi>AC/DC &amp; Co</bdi></a>' in page
    assert "Back in Black" in read_text(client.get(SEARCH + "?q=AC%2FDC%20%26%20Co"))


def test_what_is_not_there_is_said_in_plain_words(client: Client) -> None:
    page = client.get(SEARCH, {"q": "sade"})

    assert page.status_code == 200
    assert "Nothing found No track and no artist" in read_text(page)
    assert 'value="sade"' in page.content.decode()


def test_a_long_list_is_cut_and_says_so(client: Client) -> None:
    for number in range(FOUND_SHOWN + 1):
        make_track(name=f"Blue {number}")

    page = client.get(SEARCH, {"q": "blue"})

    assert page.content.decode().count('class="track-name"') == FOUND_SHOWN
    assert "One more word narrows the search." in read_text(page)


@pytest.mark.parametrize("text", ["\x00", "x" * 10_000, "%", "🎵", "a " * 60, "' OR 1=1 --", "\\"])
def test_any_text_is_answered(client: Client, text: str) -> None:
    make_track(artists=[make_artist()])

    assert client.get(SEARCH, {"q": text}).status_code == 200


def test_texts_and_names_are_shown_as_text(client: Client) -> None:
    script = '"><script>alert(1)</script>'
    key = "script alert 1 script"
    make_track(name=script, artists=[make_artist(script, name_key=key)])

    page = client.get(SEARCH, {"q": script}).content.decode()

    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4


def test_nothing_tells_who_listens(client: Client, listener: User) -> None:
    make_top_tracks(listener, [make_track(name="Jezebel")])

    assert listener.username not in client.get(SEARCH, {"q": "jezebel"}).content.decode()
    assert "Nothing found" in read_text(client.get(SEARCH, {"q": listener.username}))


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post(SEARCH, {"q": "x"}).status_code == 405


@pytest.mark.parametrize("count", [2, 20])
def test_the_number_of_queries_does_not_grow_with_the_list(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        make_track(name=f"Blue {number}", artists=[make_artist(f"Blue {number}")])

    # Six of the rate in the database's cache. Tracks by name, artists in the text, tracks by
    # beginning and by words; artists in three steps; tracks with features, credits with artists,
    # artists.
    with django_assert_num_queries(16):
        client.get(SEARCH, {"q": "blue"})


@pytest.mark.usefixtures("index_away")
def test_without_its_index_the_search_alone_is_not_available(client: Client) -> None:
    page = client.get(SEARCH, {"q": "sade"})

    assert page.status_code == 503
    assert page["Retry-After"] == "30"
    assert "The search is not available just now" in read_text(page)
    assert client.get("/").status_code == 200
    assert client.get(SEARCH).status_code == 200


def test_visitors_search_as_often_as_by_the_api(settings: Settings, client: Client) -> None:
    set_throttle_rates(settings, {"search": "2/min"})
    by_page = [client.get(SEARCH, {"q": "moby"}).status_code for _ in range(2)]

    response = client.get(SEARCH, {"q": "moby"})

    assert (by_page, response.status_code) == ([200, 200], 429)
    assert "That was too often" in read_text(response)
    assert 0 < int(response["Retry-After"]) <= 60
    assert client.get("/api/v1/search/", {"q": "moby"}).status_code == 429
    # The form alone, and visitors from elsewhere, are not bounded by it.
    assert client.get(SEARCH).status_code == 200
    assert client.get(SEARCH, {"q": "moby"}, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_listeners_search_as_often_as_by_the_api(settings: Settings, client: Client) -> None:
    set_throttle_rates(settings, {"search": "2/min"})
    client.force_login(make_user())

    statuses = [client.get(SEARCH, {"q": "moby"}).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
