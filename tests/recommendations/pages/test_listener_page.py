import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from recommendations.models import TopArtist
from tests.factories import make_artist, make_top_artists, make_user
from tests.recommendations.conftest import Cast
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db


def address(user_id: int) -> str:
    return reverse("recommendations:listener", args=[user_id])


def test_everybody_sees_who_is_discoverable(client: Client, cast: Cast) -> None:
    text = read_text(client.get(address(cast.sibling.pk)))

    assert "sibling" in text
    assert "Portishead" in text
    assert "Radiohead" in text
    assert "Sign in to compare your taste with theirs." in text


def test_a_signed_in_listener_sees_the_comparison(ana: Client, cast: Cast) -> None:
    text = read_text(ana.get(address(cast.sibling.pk)))

    assert "You and sibling" in text
    assert "closer than" in text
    assert "Portishead 94%" in text
    assert "Compare in full" in text


def test_without_a_profile_there_is_no_comparison(client: Client, cast: Cast) -> None:
    client.force_login(cast.newcomer)

    text = read_text(client.get(address(cast.sibling.pk)))

    assert "one of you has no taste profile yet" in text
    assert "closer than" not in text


def test_one_sees_oneself_though_hidden(client: Client, cast: Cast) -> None:
    client.force_login(cast.hidden)

    text = read_text(client.get(address(cast.hidden.pk)))

    assert "Only you see it" in text
    assert "You and hidden" not in text


@pytest.mark.parametrize("viewer", [None, "ana", "newcomer"])
def test_a_hidden_listener_looks_like_no_listener(
    client: Client, cast: Cast, viewer: str | None
) -> None:
    if viewer is not None:
        client.force_login(getattr(cast, viewer))

    hidden, unknown = client.get(address(cast.hidden.pk)), client.get(address(10**9))

    assert hidden.status_code == unknown.status_code == 404
    assert read_text(hidden) == read_text(unknown)


def test_a_locked_account_is_not_found(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.sibling.pk).update(is_active=False)

    assert client.get(address(cast.sibling.pk)).status_code == 404


@pytest.mark.parametrize("number", ["0", "99999999999999999999999999", "-1", "x"])
def test_numbers_that_nobody_has_are_not_found(client: Client, number: str) -> None:
    assert client.get(f"/listeners/{number}/").status_code == 404


def test_play_counts_and_addresses_are_not_shown(ana: Client, cast: Cast) -> None:
    TopArtist.objects.filter(user=cast.sibling, rank=1).update(play_count=987654)

    page = ana.get(address(cast.sibling.pk)).content.decode()

    assert "987654" not in page
    assert cast.sibling.email not in page


def test_names_are_shown_as_text(client: Client) -> None:
    script = '"><script>alert(1)</script>'
    user = make_user(username=script)
    make_top_artists(user, [make_artist(script)])

    assert "<script" not in client.get(address(user.pk)).content.decode()


def test_made_up_listeners_say_so(client: Client) -> None:
    user = make_user(origin="demo")

    assert "are made up" in read_text(client.get(address(user.pk)))


def test_strangers_cause_four_queries(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # Listener, artists, tracks with features, credits with artists.
    with django_assert_num_queries(4):
        client.get(address(cast.sibling.pk))


def test_the_comparison_causes_a_fixed_number_of_queries(
    ana: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ana.get(address(cast.sibling.pk))  # which loads the space

    with django_assert_num_queries(12):
        ana.get(address(cast.sibling.pk))
