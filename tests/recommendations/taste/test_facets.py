"""Dividing a taste whose parts are orthogonal, so that the facets follow by construction."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.taste.artist_map import ArtistMap
from recommendations.taste.build import build_profiles
from recommendations.taste.facets import (
    BREADTH_FROM,
    FEWEST_ARTISTS,
    Facets,
    build_facet_profile,
    divide_taste,
)
from recommendations.taste.listening import Catalogue, ExcludedArtists, TopArtists, TopTracks
from recommendations.taste.lists import Lists
from recommendations.taste.profiles import MAP_SIZE, Profile
from recommendations.taste.space import Space, default_space
from tests.recommendations.taste.listenings import make_features

GROUP_SIZE = 10
GROUPS = 5


@pytest.fixture(scope="module", name="space")
def make_space() -> Space:
    """A map of five groups of ten artists, each group around an axis of its own."""
    random = np.random.default_rng(1)
    axes = np.repeat(np.eye(MAP_SIZE)[:GROUPS], GROUP_SIZE, axis=0)
    positions = axes + random.normal(scale=0.05, size=axes.shape)
    positions /= np.linalg.norm(positions, axis=1, keepdims=True)
    artists = ArtistMap(
        np.arange(GROUPS * GROUP_SIZE, dtype=np.int32),
        positions.astype(np.float32),
        np.zeros(MAP_SIZE, np.float32),
    )
    return replace(default_space(), artist_map=artists)


def make_lists(artists: list[int]) -> Lists:
    """Return the lists of one listener: each artist with one track of the same number."""
    ids = np.array(artists, np.int64)
    rows, ranks = np.zeros(len(ids), np.int32), np.arange(1, len(ids) + 1, dtype=np.int32)
    track_ids = np.unique(ids)
    return Lists(
        np.array([7]),
        TopTracks(rows, ids, ranks),
        TopArtists(rows, ids.astype(np.int32), ranks, np.full(len(ids), np.nan)),
        Catalogue(
            track_ids,
            np.array([make_features(energy=0.1 + 0.8 * (i % 2)) for i in track_ids]).reshape(
                -1, 14
            ),
            track_ids,
            track_ids.astype(np.int32),
        ),
        ExcludedArtists(rows[:0], rows[:0]),
    )


def of_groups(*sizes: int) -> list[int]:
    """Return so many artists of each group, the groups' favourites by turns."""
    artists = [
        (place, GROUP_SIZE * group + place)
        for group, size in enumerate(sizes)
        for place in range(size)
    ]
    return [artist for _, artist in sorted(artists)]


def groups_of(found: Facets) -> list[set[int]]:
    return [{int(artist) // GROUP_SIZE for artist in facet.artist_ids} for facet in found.facets]


@pytest.mark.parametrize("sizes", [(9, 5), (10, 8, 6), (10, 9, 8, 7)])
def test_each_group_is_a_facet_the_largest_first(space: Space, sizes: tuple[int, ...]) -> None:
    found = divide_taste(make_lists(of_groups(*sizes)), space)

    assert groups_of(found) == [{group} for group in range(len(sizes))]
    assert [len(facet.artist_ids) for facet in found.facets] == list(sizes)
    assert [facet.track_ids.tolist() for facet in found.facets] == [
        facet.artist_ids.tolist() for facet in found.facets
    ]


def test_there_are_four_facets_at_most(space: Space) -> None:
    assert len(divide_taste(make_lists(of_groups(8, 8, 8, 8, 8)), space).facets) <= 4


def test_a_narrow_taste_is_one_facet(space: Space) -> None:
    found = divide_taste(make_lists(of_groups(10)), space)

    assert found.breadth is not None
    assert found.breadth < BREADTH_FROM
    assert [len(facet.artist_ids) for facet in found.facets] == [10]


def test_a_few_artists_elsewhere_are_no_facet(space: Space) -> None:
    found = divide_taste(make_lists(of_groups(10, FEWEST_ARTISTS - 1)), space)

    assert len(found.facets) == 1


def test_without_a_map_there_is_one_facet_of_everything() -> None:
    found = divide_taste(make_lists(of_groups(9, 9)), default_space())

    assert found.breadth is None
    assert [len(facet.track_ids) for facet in found.facets] == [18]


def test_who_is_not_on_the_map_is_in_no_facet_of_several(space: Space) -> None:
    found = divide_taste(make_lists([*of_groups(9, 9), 999]), space)

    assert len(found.facets) == 2
    assert all(999 not in facet.artist_ids for facet in found.facets)
    assert all(999 not in facet.track_ids for facet in found.facets)


def test_nothing_listened_to_is_one_empty_facet(space: Space) -> None:
    found = divide_taste(make_lists([]), space)

    assert [len(facet.artist_ids) for facet in found.facets] == [0]
    assert build_facet_profile(make_lists([]), found.facets[0], space) is None


def test_the_profile_of_a_facet_brings_its_artists_to_the_front(space: Space) -> None:
    lists = make_lists(of_groups(9, 7))
    whole = build_profiles(lists.gather(), space)[0]
    profiles = [_profile(lists, n, space) for n in range(2)]

    for group, profile in enumerate(profiles):
        is_own = profile.artist_ids // GROUP_SIZE == group
        ratio = profile.artist_weights / whole.artist_weights
        assert profile.user_id == 7
        assert ratio[is_own].min() > ratio[~is_own].max()
        assert np.linalg.norm(profile.artist_weights) == pytest.approx(1.0)
        assert profile.taste_vector[group] > profile.taste_vector[1 - group]


def test_the_only_facet_has_the_whole_profile(space: Space) -> None:
    lists = make_lists(of_groups(10))
    whole = build_profiles(lists.gather(), space)[0]

    profile = _profile(lists, 0, space)

    np.testing.assert_allclose(profile.artist_weights, whole.artist_weights, atol=1e-6)
    np.testing.assert_allclose(profile.taste_vector, whole.taste_vector, atol=1e-6)


@given(
    artists=st.lists(st.integers(0, GROUPS * GROUP_SIZE + 5), unique=True, max_size=30),
)
def test_facets_never_share_and_never_make_up_anything(space: Space, artists: list[int]) -> None:
    found = divide_taste(make_lists(artists), space)

    in_facets = [int(artist) for facet in found.facets for artist in facet.artist_ids]
    assert 1 <= len(found.facets) <= 4
    assert len(in_facets) == len(set(in_facets))
    assert set(in_facets) <= set(artists)
    if len(found.facets) > 1:
        assert min(len(facet.artist_ids) for facet in found.facets) >= FEWEST_ARTISTS


def _profile(lists: Lists, number: int, space: Space) -> Profile:
    profile = build_facet_profile(lists, divide_taste(lists, space).facets[number], space)
    assert profile is not None
    return profile
