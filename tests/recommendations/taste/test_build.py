from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from recommendations.taste.artist_map import fit_artist_map
from recommendations.taste.artists import ArtistFrequencies
from recommendations.taste.build import build_profiles
from recommendations.taste.listening import Listening
from recommendations.taste.profiles import MAP_SIZE
from recommendations.taste.space import Space, default_space
from tests.recommendations.taste.listenings import make_camps, make_features, make_listening


def make_mapped_space() -> Space:
    camps = make_camps(60)
    frequencies = ArtistFrequencies.none().add(camps)
    return replace(
        default_space(),
        frequencies=frequencies,
        artist_map=fit_artist_map(camps, frequencies),
    )


MAPPED = make_mapped_space()
SPACES = pytest.mark.parametrize("space", [default_space(), MAPPED], ids=["default", "mapped"])


@SPACES
def test_nobody_has_no_profile(space: Space) -> None:
    assert len(build_profiles(Listening.empty(), space)) == 0


def test_listeners_with_nothing_usable_are_left_out() -> None:
    listening = make_listening(
        tracks={1: [(0, 1)], 2: [(1, 1)]},
        artists={3: [(7, 1, None)], 4: []},
        features=[make_features(), make_features(energy=np.nan)],
    )

    profiles = build_profiles(listening, default_space())

    assert profiles.user_ids.tolist() == [1, 3]


@SPACES
def test_one_artist_without_features_is_a_profile(space: Space) -> None:
    [profile] = build_profiles(make_listening(artists={1: [(3, 1, None)]}), space)

    assert profile.artist_weights.tolist() == [1.0]
    assert np.isnan(profile.feature_means).all()
    assert not profile.taste_vector[MAP_SIZE:].any()
    assert not profile.meta_vector.any()


@SPACES
def test_one_track_without_artists_is_a_profile(space: Space) -> None:
    listening = make_listening(tracks={1: [(0, 1)]}, features=[make_features()])

    [profile] = build_profiles(listening, space)

    assert not len(profile.artist_ids)
    assert not profile.taste_vector[:MAP_SIZE].any()
    assert_allclose(np.linalg.norm(profile.taste_vector[MAP_SIZE:]), np.sqrt(0.03), rtol=1e-6)
    assert_allclose(profile.feature_means[1], 0.65, rtol=1e-6)


def test_parts_have_their_shares_as_lengths() -> None:
    profiles = build_profiles(make_camps(60), MAPPED)

    taste = profiles.taste_vectors
    assert_allclose(np.linalg.norm(taste[:, :MAP_SIZE], axis=1), np.sqrt(0.10), rtol=1e-5)
    assert_allclose(np.linalg.norm(taste[:, MAP_SIZE:], axis=1), np.sqrt(0.03), rtol=1e-5)


def test_a_mapped_space_leaves_strangers_to_the_map_without_a_place() -> None:
    [profile] = build_profiles(make_listening(artists={1: [(999, 1, None)]}), MAPPED)

    assert not profile.taste_vector.any()
    assert profile.artist_weights.tolist() == [1.0]


def test_columns_have_the_types_that_are_kept() -> None:
    profiles = build_profiles(make_camps(3), MAPPED)

    assert profiles.user_ids.dtype == profiles.artist_offsets.dtype == np.int64
    assert profiles.artist_ids.dtype == np.int32
    assert {
        profiles.meta_vectors.dtype,
        profiles.taste_vectors.dtype,
        profiles.feature_means.dtype,
        profiles.artist_weights.dtype,
    } == {np.dtype(np.float32)}


@SPACES
def test_a_profile_does_not_depend_on_who_is_built_beside_it(space: Space) -> None:
    together = build_profiles(make_camps(8), space)

    features = [make_features(energy=0.1 * track) for track in range(5)]
    tracks = {user: [(track, track + 1) for track in range(user, 5)] for user in range(3)}
    alone = build_profiles(make_listening({2: tracks[2]}, features=features), space)
    beside = build_profiles(make_listening(tracks, features=features), space)

    assert len(together) == 8
    assert_array_equal(alone[0].meta_vector, beside[2].meta_vector)
    assert_allclose(alone[0].taste_vector, beside[2].taste_vector, rtol=1e-5, atol=1e-7)


@given(st.permutations(range(1, 6)))
def test_sound_does_not_depend_on_ranks(ranks: list[int]) -> None:
    features = [make_features(energy=0.1 * track) for track in range(5)]
    straight = {1: [(track, track + 1) for track in range(5)]}
    permuted = {1: list(enumerate(ranks))}

    [ours] = build_profiles(make_listening(straight, features=features), MAPPED)
    [theirs] = build_profiles(make_listening(permuted, features=features), MAPPED)

    assert_allclose(ours.taste_vector, theirs.taste_vector, rtol=1e-5, atol=1e-6)
