import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.sharing import Card, UnseenListener
from recommendations.cards.words import build_card_words
from recommendations.models import Artist, TopArtist, TopTrack
from recommendations.services import cards
from recommendations.services.cards import make_card, open_card
from recommendations.services.forget import forget_listener
from recommendations.services.profiles import recompute_profiles
from recommendations.services.unseen_listeners import hide_listener
from recommendations.services.visibility import set_active, set_discoverable
from tests.recommendations.conftest import Cast
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db

CARDS = reverse("recommendations:cards")


def make_address(user_id: int) -> str:
    return reverse("recommendations:make_card", args=[user_id])


def remove_address(card_id: int) -> str:
    return reverse("recommendations:remove_card", args=[card_id])


def addresses(card: Card) -> list[str]:
    return [
        reverse("recommendations:card", args=[card.token]),
        reverse("recommendations:card_picture", args=[card.token]),
        f"/api/v1/cards/{card.token}/",
    ]


def statuses(card: Card) -> set[int]:
    return {Client().get(address).status_code for address in addresses(card)}


@pytest.fixture
def card(cast: Cast) -> Card:
    return make_card(cast.ana, cast.sibling.pk, language="en")


@pytest.mark.parametrize("address", [CARDS, make_address(1), remove_address(1)])
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_sign_in(client: Client, address: str, method: str) -> None:
    response = getattr(client, method)(address)

    assert response["Location"] == f"{reverse('account_login')}?next={address}"


def test_a_card_is_made_and_everybody_with_its_address_sees_it(ana: Client, cast: Cast) -> None:
    assert "signed in or not" in read_text(ana.get(make_address(cast.sibling.pk)))
    response = ana.post(make_address(cast.sibling.pk))
    card = Card.objects.get()
    page_address, picture_address, _ = addresses(card)
    assert response["Location"] == page_address

    page = Client().get(page_address)
    html = page.content.decode()
    meta = dict(re.findall(r'<meta property="([^"]+)" content="([^"]*)"', html))
    assert meta["og:title"] == "ana &amp; sibling"
    assert meta["og:image"] == f"http://testserver{picture_address}"
    assert (meta["og:image:width"], meta["og:image:height"]) == ("1200", "630")
    alt = re.findall(r'<img[^>]+alt="([^"]+)"', html)
    assert alt == [meta["og:image:alt"]]
    assert "ana and sibling: closer than 9" in alt[0]
    assert "Both listen to: Portishead, Radiohead." in alt[0]
    assert "Most alike in sound: " in alt[0]
    assert 'name="robots" content="noindex"' in html
    assert "Both listen to: Portishead , Radiohead" in read_text(page)
    assert html.count("https://open.spotify.com/artist/") == 2
    assert page["Cache-Control"] == "no-cache"


def test_the_picture_is_asked_about_each_time_and_sent_once(card: Card) -> None:
    address = addresses(card)[1]

    first = Client().get(address)
    again = Client().get(address, headers={"if-none-match": first["ETag"]})
    TopArtist.objects.filter(user=card.sibling, artist__name="Radiohead").delete()
    TopTrack.objects.filter(user=card.sibling, track__credits__artist__name="Radiohead").delete()
    recompute_profiles([card.sibling.pk])
    changed = Client().get(address, headers={"if-none-match": first["ETag"]})

    assert (first["Content-Type"], first["Cache-Control"]) == ("image/png", "public, no-cache")
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_a_card_keeps_the_language_that_it_was_made_in(ana: Client, cast: Cast) -> None:
    ana.post(make_address(cast.sibling.pk), headers={"accept-language": "es"})
    page_address, picture_address, _ = addresses(Card.objects.get())

    html = Client().get(page_address, headers={"accept-language": "en"}).content.decode()
    pictures = {
        Client().get(picture_address, headers={"accept-language": language})["ETag"]
        for language in ("en", "es")
    }

    assert '<html lang="en">' in html
    assert 'lang="es" src=' in html
    assert "ana y sibling" in html
    assert len(pictures) == 1


@pytest.mark.parametrize("side", ["maker", "sibling"])
@pytest.mark.parametrize("way", ["hide from all", "hide", "block", "lock", "delete", "remove"])
def test_a_card_is_gone_at_once_when_either_wants_it(card: Card, side: str, way: str) -> None:
    user: User = getattr(card, side)
    other = card.sibling if side == "maker" else card.maker
    assert statuses(card) == {200}

    match way:
        case "hide from all":
            set_discoverable(user, value=False)
            set_discoverable(user, value=True)
        case "hide" | "block":
            hide_listener(user, other.pk, is_blocked=way == "block")
            UnseenListener.objects.all().delete()
        case "lock":
            set_active(user, value=False)
        case "delete":
            forget_listener(user)
        case "remove":
            browser = Client()
            browser.force_login(user)
            browser.post(remove_address(card.pk))

    assert statuses(card) == {404}


def test_what_changed_behind_the_services_backs_hides_a_card_too(card: Card) -> None:
    User.objects.filter(pk=card.sibling.pk).update(is_discoverable=False)
    assert statuses(card) == {404}

    User.objects.filter(pk=card.sibling.pk).update(is_discoverable=True)
    UnseenListener.objects.create(user=card.sibling, unseen=card.maker)
    assert statuses(card) == {404}


def test_a_card_without_anything_to_compare_is_gone(card: Card) -> None:
    for model in (TopArtist, TopTrack):
        model.objects.filter(user=card.sibling).delete()
    recompute_profiles([card.sibling.pk])

    assert statuses(card) == {404}


def test_gone_and_unknown_look_the_same(client: Client, card: Card) -> None:
    known = addresses(card)[0]
    unknown = known.replace(card.token, "x" * 32)
    card.delete()

    assert read_text(client.get(known)) == read_text(client.get(unknown))


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_makes_a_card_of_whom_they_do_not_see(ana: Client, cast: Cast, method: str) -> None:
    hide_listener(cast.stranger, cast.ana.pk, is_blocked=True)

    for user_id in (cast.hidden.pk, cast.stranger.pk, 10**9, 10**30, cast.ana.pk):
        assert getattr(ana, method)(make_address(user_id)).status_code == 404
    assert not Card.objects.exists()


def test_nobody_makes_a_card_of_whom_they_hide(ana: Client, cast: Cast) -> None:
    hide_listener(cast.ana, cast.sibling.pk, is_blocked=False)

    assert ana.post(make_address(cast.sibling.pk)).status_code == 404


@pytest.mark.parametrize(
    ("maker", "words"),
    [("hidden", "Make yourself discoverable first"), ("newcomer", "Make yourself discoverable")],
)
def test_who_is_not_discoverable_makes_none(cast: Cast, maker: str, words: str) -> None:
    browser = Client()
    browser.force_login(getattr(cast, maker))

    assert words in read_text(browser.get(make_address(cast.sibling.pk)))
    assert words in read_text(browser.post(make_address(cast.sibling.pk), follow=True))
    assert not Card.objects.exists()


def test_who_has_no_profile_makes_none(cast: Cast) -> None:
    set_discoverable(cast.newcomer, value=True)
    browser = Client()
    browser.force_login(cast.newcomer)

    text = read_text(browser.post(make_address(cast.sibling.pk), follow=True))

    assert "There is nothing to show yet" in text


def test_two_have_one_card_and_there_is_a_bound(
    ana: Client, cast: Cast, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "MAX_CARDS", 1)

    assert ana.post(make_address(cast.sibling.pk))["Location"] == addresses(card)[0]
    text = read_text(ana.post(make_address(cast.stranger.pk), follow=True))

    assert "Remove one of them first." in text
    assert Card.objects.count() == 1


def test_both_of_a_card_see_it_listed_and_nobody_else_removes_it(cast: Cast, card: Card) -> None:
    for user, is_listed in ((cast.ana, True), (cast.sibling, True), (cast.stranger, False)):
        browser = Client()
        browser.force_login(user)
        assert ("made by ana" in read_text(browser.get(CARDS))) is is_listed
    for card_id in (card.pk, 10**9, 10**30):
        assert browser.post(remove_address(card_id)).status_code == 404
    assert browser.get(remove_address(card.pk)).status_code == 405
    assert Card.objects.exists()


def test_forms_of_other_sites_are_refused(cast: Cast, card: Card) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ana)

    for address in (make_address(cast.stranger.pk), remove_address(card.pk)):
        assert client.post(address).status_code == 403


def test_names_are_shown_as_text(ana: Client, cast: Cast, card: Card) -> None:
    script = '"><script>alert(1)</script>'
    User.objects.filter(pk=cast.sibling.pk).update(username=script)
    Artist.objects.update(name=script)

    for address in (addresses(card)[0], CARDS, make_address(cast.sibling.pk)):
        page = ana.get(address).content.decode()
        assert "<script>a" not in page
        assert "&quot;&gt;&lt;script&gt;" in page
    assert ana.get(addresses(card)[1]).status_code == 200


def test_the_description_says_all_that_is_drawn(card: Card) -> None:
    words = build_card_words(card.maker, open_card(card.token)[1])

    drawn = [words.first, words.second, words.closer, words.artists_title, *words.artists]
    drawn += [words.sound_title, *words.sound, words.footer]
    assert len(drawn) == 11
    assert [text for text in drawn if text not in words.description] == []


def test_the_page_says_who_is_made_up(card: Card) -> None:
    User.objects.filter(pk=card.sibling.pk).update(origin=User.Origin.DEMO)

    assert "with made-up listeners" in Client().get(addresses(card)[0]).content.decode()


def test_a_card_causes_a_fixed_number_of_queries(
    card: Card, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Client().get(addresses(card)[0])  # which loads the space

    # Six for how often, the card, and the comparison's stale ones, space, profiles, user and
    # artists.
    with django_assert_num_queries(13):
        Client().get(addresses(card)[0])
