"""Facets with their artists, tracks and similar users."""

from dataclasses import replace

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from recommendations.models import Artist, TasteSpace
from recommendations.services.facets import NoSuchFacet, find_facets
from recommendations.services.filtered_users import Filters, find_filtered_users
from recommendations.services.profiles import recompute_all_profiles
from recommendations.services.similar_users import NotEnoughListening
from recommendations.taste.artist_map import ArtistMap
from recommendations.taste.profiles import MAP_SIZE
from recommendations.taste.space import default_space
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db

FACETS = reverse("recommendations:facets")
API = "/api/v1/me/facets/"


@pytest.fixture
def groups() -> list[list[Artist]]:
    """Six artists and five, each group in a direction of the map of its own."""
    groups = [[make_artist(f"Folk {n}") for n in range(6)], [make_artist() for _ in range(5)]]
    artist_ids = [artist.pk for group in groups for artist in group]
    axes = np.eye(MAP_SIZE, dtype=np.float32)[[0] * 6 + [1] * 5]
    order = np.argsort(artist_ids)
    artist_map = ArtistMap(
        np.array(artist_ids, np.int32)[order], axes[order], np.zeros(MAP_SIZE, np.float32)
    )
    TasteSpace.objects.create(
        status=TasteSpace.Status.ACTIVE,
        origin="made by hand",
        listener_count=0,
        track_count=0,
        artist_count=0,
        arrays=replace(default_space(), artist_map=artist_map).to_bytes(),
    )
    return groups


@pytest.fixture
def fans(listener: User, groups: list[list[Artist]]) -> list[User]:
    """A fan of each group; the listener plays both, with a track of each artist."""
    everything = [artist for group in groups for artist in group]
    make_top_artists(listener, everything)
    make_top_tracks(listener, [make_track(artists=[artist]) for artist in everything])
    fans = [make_user() for _ in groups]
    for fan, group in zip(fans, groups, strict=True):
        make_top_artists(fan, group)
    recompute_all_profiles()
    return fans


def test_each_facet_has_its_own_artists_tracks_and_nearest(
    listener: User, groups: list[list[Artist]], fans: list[User]
) -> None:
    found = find_facets(listener).facets

    assert [facet.number for facet in found] == [1, 2]
    for facet, group, fan in zip(found, groups, fans, strict=True):
        assert facet.artists == group
        assert facet.artist_count == facet.track_count == len(group)
        assert [track.artists.get() for track in facet.tracks] == group[:5]
        assert facet.similar_users[0].user == fan


def test_the_list_of_a_facet_is_that_of_the_filter(listener: User, fans: list[User]) -> None:
    for facet in find_facets(listener).facets:
        filters = Filters(facet=facet.number)

        assert find_filtered_users(listener, filters, limit=5).similar_users == facet.similar_users
    with pytest.raises(NoSuchFacet):
        find_filtered_users(listener, Filters(facet=3), limit=5)
    assert fans


def test_hidden_listeners_are_in_no_facet(listener: User, fans: list[User]) -> None:
    User.objects.filter(pk=fans[0].pk).update(is_discoverable=False)

    found = find_facets(listener).facets

    assert all(near.user == fans[1] for facet in found for near in facet.similar_users)


def test_a_narrow_taste_has_one_facet(fans: list[User]) -> None:
    found = find_facets(fans[0])

    assert found.breadth == pytest.approx(0.0, abs=1e-6)
    assert len(found.facets) == 1


def test_nothing_known_is_not_enough(listener: User) -> None:
    with pytest.raises(NotEnoughListening):
        find_facets(listener)


def test_the_page_shows_facets_in_both_languages(
    client: Client, listener: User, fans: list[User]
) -> None:
    client.force_login(listener)

    english = read_text(client.get(FACETS))
    spanish = read_text(client.get(FACETS, headers={"accept-language": "es"}))

    assert "falls into 2 parts" in english
    assert "Folk 0 , Folk 1 , Folk 2" in english
    assert "6 artists, 6 tracks" in english
    assert all(fan.username in english for fan in fans)
    assert "se divide en 2 partes" in spanish


def test_the_page_leads_on_to_the_list_of_a_facet(
    client: Client, listener: User, fans: list[User]
) -> None:
    client.force_login(listener)
    similar_users = reverse("recommendations:similar_users")

    assert f"{similar_users}?facet=2" in client.get(FACETS).content.decode()
    text = read_text(client.get(f"{similar_users}?facet=2"))
    assert "Facet 2 of your taste" in text
    assert f"1 {fans[1].username}" in text
    missing = client.get(f"{similar_users}?facet=3")
    assert missing.status_code == 404
    assert "Your taste has no facet of that number." in read_text(missing)


def test_the_page_is_for_who_is_signed_in_and_has_listening(client: Client, listener: User) -> None:
    assert client.get(FACETS)["Location"] == f"{reverse('account_login')}?next={FACETS}"
    client.force_login(listener)
    assert "Now bring your listening" in read_text(client.get(FACETS))


def test_queries_do_not_grow(
    client: Client,
    listener: User,
    groups: list[list[Artist]],
    fans: list[User],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(listener)
    for others in (0, 7):
        for _ in range(others):
            make_top_artists(make_user(), groups[0])
        recompute_all_profiles()
        client.get(FACETS)  # which loads the index

        with django_assert_num_queries(18):
            assert fans[0].username in read_text(client.get(FACETS))


def test_the_api_gives_the_same(listener: User, fans: list[User]) -> None:
    answer = api_client(listener).get(API).json()

    found = find_facets(listener)
    assert answer["breadth"] == found.breadth
    for item, facet, fan in zip(answer["facets"], found.facets, fans, strict=True):
        assert item["number"] == facet.number
        assert [artist["id"] for artist in item["artists"]] == [a.pk for a in facet.artists]
        assert item["similar_users"][0]["user"]["id"] == fan.pk
        assert item["similar_users"][0]["score"] == facet.similar_users[0].score


def test_the_api_says_what_is_missing_and_asks_who_it_is(listener: User) -> None:
    error_of(api_client().get(API), 401)
    assert error_of(api_client(listener).get(API), 409)["code"] == "not_enough_listening"
    error_of(api_client(listener).get("/api/v1/me/similar-users/?facet=2"), 404)
