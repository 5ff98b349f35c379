"""The asker's taste profile over the API."""

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from recommendations.services.profiles import recompute_profiles
from recommendations.taste.schema import SOUND_FEATURES, TRACK_FEATURES
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of
from tests.recommendations.conftest import Cast

ADDRESS = "/api/v1/me/profile/"


def test_profile_names_its_numbers(ana: APIClient) -> None:
    profile = ana.get(ADDRESS).json()
    means = {entry["name"]: entry["value"] for entry in profile["feature_means"]}
    assert [entry["name"] for entry in profile["meta_vector"]] == list(TRACK_FEATURES)
    assert list(means) == list(SOUND_FEATURES)
    assert means["tempo_bpm"] == pytest.approx(80.0)
    assert len(profile["taste_vector"]) == 41
    assert (profile["track_count"], profile["described_track_count"]) == (2, 2)
    assert profile["artist_count"] == 2
    assert set(profile["space"]) == {"id", "origin", "fitted_at"}


def test_tracks_left_out_of_each_mean_can_be_told(listener: User) -> None:
    lacking = [make_track(features={"energy": None}), make_track(features={"key": None})]
    make_top_tracks(listener, [make_track(), *lacking])
    profile = api_client(listener).get(ADDRESS).json()
    assert profile["track_count"] == 3
    assert profile["described_track_count"] == 2
    assert profile["meta_vector_track_count"] == 1


def test_artist_weights_are_of_unit_length_heaviest_first(ana: APIClient) -> None:
    entries = ana.get(ADDRESS).json()["artist_weights"]
    weights = [entry["weight"] for entry in entries]
    assert [entry["artist"]["name"] for entry in entries] == ["Portishead", "Radiohead"]
    assert weights == sorted(weights, reverse=True)
    assert sum(weight**2 for weight in weights) == pytest.approx(1, abs=1e-5)


def test_unknown_means_are_null(listener: User) -> None:
    make_top_artists(listener, [make_artist()])
    means = api_client(listener).get(ADDRESS).json()["feature_means"]
    assert {entry["value"] for entry in means} == {None}


def test_profile_is_mine_alone(cast: Cast, ana: APIClient) -> None:
    other = api_client(cast.stranger).get(ADDRESS).json()
    assert other["artist_weights"] != ana.get(ADDRESS).json()["artist_weights"]


def test_nobody_has_no_profile(anonymous: APIClient, db: None) -> None:  # noqa: ARG001
    error_of(anonymous.get(ADDRESS), 401)


@pytest.mark.parametrize("artists", [3, 30])
def test_queries_do_not_grow_with_artists(
    listener: User, artists: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Two for the token, one whether the profile is stale, the profile, its artists, the tracks."""
    make_top_artists(listener, [make_artist() for _ in range(artists)])
    recompute_profiles([listener.pk])
    client = api_client(listener)
    with django_assert_num_queries(6):
        client.get(ADDRESS)
