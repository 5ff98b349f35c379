import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from accounts.sharing import CompareLink
from recommendations.models import Artist, TimeRange
from recommendations.services import compare_links
from recommendations.services.compare_links import make_compare_link
from recommendations.services.unseen_listeners import hide_listener
from recommendations.services.visibility import set_active, set_discoverable
from tests.factories import make_artist, make_top_tracks, make_track, make_user
from tests.recommendations.conftest import Cast
from tests.recommendations.pages.reading import Page, read_text

pytestmark = pytest.mark.django_db

COMPARE = reverse("recommendations:compare")
LINKS = reverse("recommendations:compare_links")
SCRIPT = "<script>alert(1)</script>"


def link_address(token: str) -> str:
    return reverse("recommendations:compare_by_link", args=[token])


def end_address(link_id: int) -> str:
    return reverse("recommendations:revoke_compare_link", args=[link_id])


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(client: Client, **names: str) -> Any:
    return client.get(COMPARE, {name.rstrip("_"): value for name, value in names.items()})


@pytest.mark.parametrize("address", [COMPARE, LINKS, link_address("x"), end_address(1)])
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_sign_in(client: Client, address: str, method: str) -> None:
    response = getattr(client, method)(address)

    assert response["Location"] == f"{reverse('account_login')}?next={address}"


def test_the_viewer_is_compared_with_a_listener(ana: Client, cast: Cast) -> None:
    track = make_track(name="Glory Box", artists=[make_artist("Portishead again")])
    for user in (cast.ana, cast.stranger):
        make_top_tracks(user, [track], time_range=TimeRange.SHORT_TERM)

    text = read_text(ask(ana, with_="stranger"))

    assert "You and stranger closer than" in text
    assert "Portishead" in text
    assert "Shared tracks (1) Glory Box Portishead again" in text
    assert "Weighs most with you, and stranger does not have it Radiohead" in text
    assert "Weighs most with stranger , and you do not have it Sade" in text


def test_sides_are_told_by_number_name_and_value(ana: Client) -> None:
    text = read_text(ask(ana, with_="stranger"))

    assert "5 Tempo 80 BPM 150 BPM" in text
    assert "On different sides of the average listener" in text


def test_two_others_are_compared_by_their_names(ana: Client, cast: Cast) -> None:
    text = read_text(ask(ana, of="sibling", with_="stranger"))

    assert "sibling and stranger closer than" in text
    assert "Weighs most with sibling , and stranger does not have it Radiohead" in text
    assert "you" not in text.casefold().replace("your", "").split()
    assert cast.ana.username not in text.split()


def test_the_viewer_comes_first_whichever_way_they_are_named(ana: Client) -> None:
    forward, back = ask(ana, with_="sibling"), ask(ana, of="sibling", with_="ana")

    assert read_text(forward) == read_text(back)


def test_the_sum_is_taken_apart_and_the_seeds_is_none(ana: Client, settings: Settings) -> None:
    assert "What is missing most is shared artists" in read_text(ask(ana, with_="stranger"))

    settings.METAREC_RANKING = "seed"
    text = read_text(ask(ana, with_="stranger"))
    assert "What is missing most" not in text
    assert "Weighs most with you" in text


@pytest.mark.parametrize("side", ["of", "with"])
def test_the_hidden_the_blocked_and_the_unknown_look_the_same(
    ana: Client, cast: Cast, side: str
) -> None:
    hide_listener(cast.stranger, cast.ana.pk, is_blocked=True)
    other = "with" if side == "of" else "of"
    make_user(username="locked", is_active=False)
    make_user(username="concealed", is_discoverable=False)

    texts = set()
    for name in ("concealed", "stranger", "locked", "nobody"):
        page = ana.get(COMPARE, {side: name, other: "sibling"})
        assert page.status_code == 404
        text = page.content.decode().replace(name, "")
        texts.add(re.sub(r"csrfmiddlewaretoken[^>]+", "", text))

    assert len(texts) == 1


@pytest.mark.parametrize("name", ["", "ana", "x" * 151, "a\0b"])
def test_what_names_nobody_else_gives_the_form_again(ana: Client, name: str) -> None:
    page = ask(ana, with_=name)

    assert page.status_code == 404
    assert "Compare two listeners" in read_text(page)


def test_hidden_listeners_compare_themselves(cast: Cast) -> None:
    assert "You and sibling" in read_text(ask(browser_of(cast.hidden), with_="sibling"))


def test_without_a_profile_there_is_nothing_to_compare(cast: Cast) -> None:
    text = read_text(ask(browser_of(cast.newcomer), with_="sibling"))

    assert "One of the two has no taste profile yet." in text


def test_a_link_compares_with_whoever_made_it_though_hidden(ana: Client, cast: Cast) -> None:
    page = browser_of(cast.hidden)
    text = read_text(page.post(LINKS, {"name": "Ana from work"}, follow=True))
    link = CompareLink.objects.get(maker=cast.hidden)
    assert f"http://testserver{link_address(link.token)}" in text
    assert "never used" in text

    text = read_text(ana.get(link_address(link.token)))
    assert "You and hidden closer than" in text
    assert "by whom" in text
    assert ana.get(reverse("recommendations:listener", args=[cast.hidden.pk])).status_code == 404
    assert "last used on" in read_text(page.get(LINKS))

    page.post(end_address(link.pk))
    gone, unknown = ana.get(link_address(link.token)), ana.get(link_address("x" * 32))
    assert gone.status_code == unknown.status_code == 404
    assert read_text(gone) == read_text(unknown)


def test_tokens_have_192_bits_and_differ(cast: Cast) -> None:
    tokens = {make_compare_link(cast.ana, "friend").token for _ in range(5)}

    assert len(tokens) == 5
    assert {len(token) for token in tokens} == {32}


def test_opening_ones_own_link_is_no_use_of_it(ana: Client, cast: Cast) -> None:
    link = make_compare_link(cast.ana, "friend")

    assert "This is your own link" in read_text(ana.get(link_address(link.token)))
    assert "never used" in read_text(ana.get(LINKS))


@pytest.mark.parametrize("blocks", [True, False])
def test_a_link_does_not_pass_a_block_nor_a_locked_account(
    ana: Client, cast: Cast, *, blocks: bool
) -> None:
    link = make_compare_link(cast.sibling, "friend")
    if blocks:
        hide_listener(cast.sibling, cast.ana.pk, is_blocked=True)
    else:
        set_active(cast.sibling, value=False)

    assert ana.get(link_address(link.token)).status_code == 404
    assert CompareLink.objects.get().last_used_at is None


def test_links_are_seen_and_ended_by_their_maker_alone(ana: Client, cast: Cast) -> None:
    link = make_compare_link(cast.sibling, "a secret friend")

    assert "a secret friend" not in read_text(ana.get(LINKS))
    for link_id in (link.pk, 10**9, 10**30):
        assert ana.post(end_address(link_id)).status_code == 404
    assert ana.get(end_address(link.pk)).status_code == 405
    assert CompareLink.objects.exists()


def test_the_number_of_links_is_bounded(
    ana: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare_links, "MAX_LINKS", 1)
    make_compare_link(cast.ana, "first")

    assert "End one of them first." in read_text(ana.post(LINKS, {"name": "next"}, follow=True))
    assert CompareLink.objects.count() == 1


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\0"])
def test_links_have_a_name(ana: Client, name: str) -> None:
    assert ana.post(LINKS, {"name": name}).status_code == 200
    assert not CompareLink.objects.exists()


def test_forms_of_other_sites_are_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ana)
    link = make_compare_link(cast.ana, "friend")

    assert client.post(LINKS, {"name": "x"}).status_code == 403
    assert client.post(end_address(link.pk)).status_code == 403


def test_names_are_shown_as_text(ana: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.stranger.pk).update(username=SCRIPT)
    Artist.objects.update(name=SCRIPT)
    make_compare_link(cast.ana, SCRIPT[:60])
    pages: list[Page] = [
        ask(ana, with_=SCRIPT),
        ask(ana, of="sibling", with_=SCRIPT),
        ask(ana, of=f'"><{SCRIPT}', with_=SCRIPT),
        ana.get(LINKS),
        ana.get(reverse("recommendations:listener", args=[cast.stranger.pk])),
        ana.get(reverse("recommendations:similar_users")),
    ]

    for page in pages:
        assert "<script>a" not in page.content.decode()
        assert "&lt;script&gt;" in page.content.decode()


def test_comparing_is_rationed(ana: Client, settings: Settings) -> None:
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] | {"compare": "1/min"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}

    answers = [ask(ana, with_="sibling") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert int(answers[1]["Retry-After"]) > 0


def test_who_hides_is_compared_no_more(ana: Client, cast: Cast) -> None:
    set_discoverable(cast.sibling, value=False)

    assert ask(ana, with_="sibling").status_code == 404


def test_the_page_speaks_spanish_and_draws_with_points(ana: Client) -> None:
    page = ana.get(COMPARE, {"with": "stranger"}, headers={"accept-language": "es"})

    text = page.content.decode()
    assert "Por qué no estáis más cerca" in text
    points = re.findall(r'points="([^"]+)"', text)
    assert len(points) == 7
    assert all(re.fullmatch(r"(-?\d+\.\d,-?\d+\.\d ?){9}", polygon) for polygon in points)


def test_the_page_causes_a_fixed_number_of_queries(
    ana: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ask(ana, with_="stranger")  # which loads the space

    # Session, user, the other by name, six for how often, and the service's eight where no track
    # is shared.
    with django_assert_num_queries(17):
        ask(ana, with_="stranger")
