"""The site tried without an account, on its own page and on the front page."""

import re
from collections.abc import Iterable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from accounts.sharing import UnseenListener
from recommendations.index import use_shared
from recommendations.index.elasticsearch import ElasticsearchIndex, connect
from recommendations.models import Artist, TasteProfile, TopArtist
from recommendations.services.chosen_artists import MOST_ARTISTS
from recommendations.services.visibility import set_discoverable
from recommendations.views.try_it import SUGGESTIONS_SHOWN
from tests.factories import make_artist, make_track, make_user
from tests.recommendations.api.conftest import set_throttle_rates
from tests.recommendations.pages.reading import read_text
from tests.recommendations.trial_groups import Groups, make_groups

pytestmark = pytest.mark.django_db

TRY = reverse("recommendations:try_it")


@pytest.fixture(name="groups")
def make_the_groups(db: None) -> Groups:  # noqa: ARG001 - asks for the database
    return make_groups()


def query_of(artists: Iterable[Artist]) -> str:
    return "?" + "&".join(f"artist={artist.pk}" for artist in artists)


def names_shown(page: str) -> list[str]:
    """Return the listeners whom the page shows, in its order."""
    return re.findall(r'class="listener-link" href="[^"]*"><bdi>([^<]*)', page)


def test_three_artists_show_the_nearest_with_reasons(client: Client, groups: Groups) -> None:
    page = client.get(TRY + query_of(groups.slow_artists))

    text = read_text(page)
    assert names_shown(page.content.decode())[:3] == ["slow-0", "slow-1", "slow-2"]
    assert "closer than" in text
    assert all(artist.name in text for artist in groups.slow_artists)
    assert "Keep this: sign up" in text


def test_nobody_hidden_is_shown_and_who_hides_is_gone_at_once(
    client: Client, groups: Groups
) -> None:
    address = TRY + query_of(groups.slow_artists)
    assert "hidden-slow" not in client.get(address).content.decode()

    set_discoverable(groups.slow[0], value=False)

    page = client.get(address)
    assert "slow-0" not in names_shown(page.content.decode())
    assert page["Cache-Control"] == "private, no-cache"


def test_the_sound_of_their_tracks_counts(client: Client, groups: Groups) -> None:
    without = read_text(client.get(TRY + query_of(groups.slow_artists)))
    make_track(artists=groups.slow_artists[:1])

    with_sound = read_text(client.get(TRY + query_of(groups.slow_artists)))

    assert "it is known of no track of either of you" in without
    assert "it is known of no track of theirs" in with_sound


def test_fewer_artists_ask_for_more(client: Client, groups: Groups) -> None:
    two = read_text(client.get(TRY + query_of(groups.slow_artists[:2])))
    one = read_text(client.get(TRY + query_of(groups.slow_artists[:1])))

    assert "One more artist, and you see" in two
    assert "2 more artists, and you see" in one
    assert "closer than" not in one + two


def test_artists_are_added_and_removed_by_links(client: Client, groups: Groups) -> None:
    first, second, third = groups.slow_artists

    page = client.get(TRY + query_of([first, second]) + "&q=slow").content.decode()

    assert f'href="{TRY}{query_of([first, second, third])}"'.replace("&", "&amp;") in page
    assert f'href="{TRY}{query_of([second])}" aria-label="Remove Slow 0"' in page
    assert page.count('type="hidden" name="artist"') == 2


def test_suggestions_come_alone_where_htmx_asks_for_them(client: Client, groups: Groups) -> None:
    headers = {"HX-Request": "true", "HX-Target": "suggestions"}

    part = client.get(TRY, {"q": "loud"}, headers=headers)

    page = part.content.decode()
    assert "<html" not in page
    assert re.findall(r"<bdi>([^<]*)</bdi>", page) == [a.name for a in groups.loud_artists]
    assert "HX-Target" in part["Vary"]


def test_choices_and_suggestions_are_bounded(client: Client) -> None:
    artists = [make_artist(f"Many {number:02}") for number in range(MOST_ARTISTS + 5)]

    some = client.get(TRY, {"q": "many"}).content.decode()
    all_of_them = client.get(TRY + query_of(artists)).content.decode()

    assert some.count("<bdi>Many") == SUGGESTIONS_SHOWN
    assert all_of_them.count('aria-label="Remove ') == MOST_ARTISTS
    assert "That is as many as can be chosen." in all_of_them


@pytest.mark.parametrize(
    "query",
    ["?artist=", "?artist=x&artist=-1", "?artist=²", "?artist=99999999999999999999", "?artist=4"],
)
def test_what_is_no_artist_is_passed_over(client: Client, query: str) -> None:
    page = client.get(TRY + query)

    assert page.status_code == 200
    assert 'aria-label="Remove' not in page.content.decode()


def test_names_and_texts_are_shown_as_text(client: Client) -> None:
    script = "<script>alert(1)</script>"
    artist = make_artist(script, name_key="script alert 1 script")

    page = client.get(TRY, {"artist": str(artist.pk), "q": script}).content.decode()

    assert "<script>alert" not in page


def test_nothing_is_stored(client: Client, groups: Groups) -> None:
    kinds = (User, TasteProfile, TopArtist)
    before = [kind.objects.count() for kind in kinds]

    response = client.get(TRY + query_of(groups.slow_artists))

    assert [kind.objects.count() for kind in kinds] == before
    assert "sessionid" not in response.cookies


def test_signed_in_neither_oneself_nor_whom_one_hides_is_shown(
    client: Client, groups: Groups
) -> None:
    client.force_login(groups.slow[0])
    UnseenListener.objects.create(user=groups.slow[0], unseen=groups.slow[1])

    page = client.get(TRY + query_of(groups.slow_artists)).content.decode()

    assert names_shown(page)[0] == "slow-2"
    assert "slow-1" not in names_shown(page)
    assert "slow-0" not in names_shown(page)


def test_signing_up_comes_back_to_the_choice(client: Client, groups: Groups) -> None:
    query = query_of(groups.slow_artists)
    page = client.get(TRY + query).content.decode()
    [sign_up] = re.findall(r'class="button" href="(/accounts/signup/[^"]*)"', page)
    password = "correct horse battery staple"

    response = client.post(
        sign_up, {"username": "newcomer", "password1": password, "password2": password}
    )
    form = client.get(sign_up)

    assert form.status_code in {200, 302}
    assert response["Location"] == TRY + query


def test_visitors_try_as_often_as_by_the_api(
    settings: Settings, client: Client, groups: Groups
) -> None:
    set_throttle_rates(settings, {"anon": "2/min"})
    address = TRY + query_of(groups.slow_artists)

    statuses = [client.get(address).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert client.get(TRY).status_code == 200


@pytest.fixture
def index_away() -> Iterator[None]:
    """Search in a server that is not there."""
    with connect("http://127.0.0.1:1", "") as client:
        use_shared(ElasticsearchIndex(client, shards=1, replicas=0))
        yield
        use_shared(None)


@pytest.mark.usefixtures("index_away")
def test_without_the_index_the_choice_stays(client: Client, groups: Groups) -> None:
    page = client.get(TRY + query_of(groups.slow_artists))

    assert page.status_code == 503
    assert "Similar users are not available just now" in read_text(page)
    assert "Slow 0" in read_text(page)


@pytest.mark.usefixtures("index_away")
def test_what_htmx_would_not_show_is_opened_as_a_page(client: Client, groups: Groups) -> None:
    address = TRY + query_of(groups.slow_artists)

    part = client.get(address, headers={"HX-Request": "true", "HX-Target": "trial"})

    assert part["HX-Redirect"] == address
    assert not client.get(address).has_header("HX-Redirect")


@pytest.mark.parametrize("count", [3, 10])
def test_the_number_of_queries_does_not_grow_with_the_choice(
    client: Client,
    groups: Groups,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    artists = [*groups.slow_artists, *(make_artist() for _ in range(count - 3))]
    make_track(artists=artists)
    client.get(TRY + query_of(artists))

    # Six of the rate and one of what is kept, in the database's cache. Artists; those of the
    # examples; the space, tracks, their features; the index, whom the viewer unsees, profiles,
    # listeners, artists.
    with django_assert_num_queries(18):
        client.get(TRY + query_of(artists))


def test_the_front_page_begins_with_it_for_visitors(client: Client, groups: Groups) -> None:
    page = client.get("/").content.decode()

    text = read_text(client.get("/"))
    assert "Try it: choose some artists" in text
    assert "7 listeners are discoverable" in text
    assert f'href="{TRY}{query_of(groups.loud_artists)}"'.replace("&", "&amp;") in page
    client.force_login(make_user())
    assert "Try it: choose some artists" not in read_text(client.get("/"))


def test_an_example_shows_siblings_by_one_click(client: Client, groups: Groups) -> None:
    page = client.get("/").content.decode()
    [first, _second] = re.findall(rf'class="button button-quiet" href="({TRY}[^"]*)"', page)

    found = client.get(first.replace("&amp;", "&")).content.decode()

    assert names_shown(found)[:4] == [user.username for user in groups.loud]
