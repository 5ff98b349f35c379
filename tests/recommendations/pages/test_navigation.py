"""The way from page to page: the navigation, what is under My data, and how a message looks."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.recommendations.conftest import Cast
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db


def find_current(page: str) -> list[tuple[str, str]]:
    """Return the kind and the words of the entries that are marked as current."""
    navigation = re.search(r"<nav class=\"site-navigation.*?</nav>", page, re.DOTALL)
    assert navigation is not None
    return re.findall(r'aria-current="(\w+)">([^<]+)<', navigation[0])


@pytest.mark.parametrize(
    ("name", "current"),
    [
        ("similar_users", ("page", "Similar users")),
        ("facets", ("true", "Similar users")),
        ("my_data", ("page", "My data")),
        ("tokens", ("true", "My data")),
        ("search", ("page", "Search")),
    ],
)
def test_one_entry_is_current(ana: Client, name: str, current: tuple[str, str]) -> None:
    page = ana.get(reverse(f"recommendations:{name}")).content.decode()

    assert find_current(page) == [current]


def test_no_entry_is_current_where_nothing_is(ana: Client) -> None:
    assert find_current(ana.get("/nothing/").content.decode()) == []


@pytest.mark.parametrize(
    "name",
    [
        "cards",
        "compare_links",
        "connections",
        "delete_account",
        "exclusions",
        "export",
        "tokens",
        "top_artists",
        "top_tracks",
        "uploads",
        "webhooks",
    ],
)
def test_everything_personal_is_reached_from_my_data(ana: Client, name: str) -> None:
    page = ana.get(reverse("recommendations:my_data")).content.decode()

    assert f'href="{reverse(f"recommendations:{name}")}"' in page


@pytest.mark.parametrize("name", ["shared_playlist", "make_card", "hide_listener"])
@pytest.mark.parametrize("is_profile", [True, False])
def test_a_similar_user_leads_on(ana: Client, cast: Cast, name: str, *, is_profile: bool) -> None:
    profile = reverse("recommendations:listener", args=[cast.sibling.pk])
    page = ana.get(profile if is_profile else reverse("recommendations:similar_users"))

    href = reverse(f"recommendations:{name}", args=[cast.sibling.pk])
    assert f'href="{href}"' in page.content.decode()


def test_errors_look_unlike_what_went_well(ana: Client, cast: Cast) -> None:
    discoverable = reverse("recommendations:discoverable")
    card = reverse("recommendations:make_card", args=[cast.sibling.pk])

    hidden = ana.post(discoverable, follow=True).content.decode()
    refused = ana.post(card, follow=True).content.decode()

    assert '<p class="message message-success" role="status">You are hidden now.' in hidden
    assert '<p class="message message-error" role="alert">Make yourself' in refused


def test_who_is_hidden_is_told_beside_their_similar_users(ana: Client, cast: Cast) -> None:
    similar_users = reverse("recommendations:similar_users")
    assert "You are hidden." not in ana.get(similar_users).content.decode()

    cast.ana.is_discoverable = False
    cast.ana.save()

    assert "You are hidden. None of them finds you." in ana.get(similar_users).content.decode()


def test_who_is_hidden_becomes_discoverable_there(ana: Client, cast: Cast) -> None:
    similar_users = reverse("recommendations:similar_users")
    form = {"discoverable": "yes", "page": "similar_users"}

    page = ana.post(reverse("recommendations:discoverable"), form, follow=True)

    assert page.redirect_chain == [(similar_users, 302)]
    assert "You are discoverable now." in read_text(page)
    cast.ana.refresh_from_db()
    assert cast.ana.is_discoverable
