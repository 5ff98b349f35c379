"""Listeners as everybody sees them over the API."""

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of


def address(user: User) -> str:
    return f"/api/v1/listeners/{user.pk}/"


def test_everybody_sees_the_best_of_a_discoverable_listener(
    anonymous: APIClient, listener: User, other_listener: User
) -> None:
    make_top_artists(listener, [make_artist() for _ in range(25)])
    make_top_tracks(listener, [make_track() for _ in range(15)])
    for client in (anonymous, api_client(other_listener), api_client(listener)):
        shown = client.get(address(listener)).json()
        assert shown["listener"] == {
            "id": listener.pk,
            "username": listener.username,
            "origin": "sign_up",
        }
        assert [entry["rank"] for entry in shown["top_artists"]] == list(range(1, 21))
        assert [entry["rank"] for entry in shown["top_tracks"]] == list(range(1, 11))


def test_nobody_sees_how_often_a_listener_played(anonymous: APIClient, listener: User) -> None:
    make_top_artists(listener, [make_artist()], play_counts=[584])
    assert "584" not in anonymous.get(address(listener)).content.decode()


def test_hidden_locked_and_unknown_look_the_same(
    anonymous: APIClient, listener: User, hidden_listener: User
) -> None:
    locked = make_user(is_active=False)
    for client in (anonymous, api_client(listener)):
        answers = [
            error_of(client.get(f"/api/v1/listeners/{user_id}/"), 404)
            for user_id in (hidden_listener.pk, locked.pk, 10**6, 10**30)
        ]
        assert all(answer == answers[0] for answer in answers)


def test_hidden_listener_sees_themselves(hidden_listener: User) -> None:
    shown = api_client(hidden_listener).get(address(hidden_listener)).json()
    assert shown["listener"]["id"] == hidden_listener.pk


@pytest.mark.parametrize("count", [3, 20])
def test_queries_do_not_grow_with_lists(
    anonymous: APIClient,
    listener: User,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """The listener, the artists, the tracks and their credits."""
    artists = [make_artist() for _ in range(count)]
    make_top_artists(listener, artists)
    make_top_tracks(listener, [make_track(artists=[artist]) for artist in artists])
    with django_assert_num_queries(4):
        anonymous.get(address(listener))
