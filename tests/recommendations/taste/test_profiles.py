import numpy as np
from numpy.testing import assert_array_equal

from recommendations.taste.build import build_profiles
from recommendations.taste.profiles import Profile, Profiles
from recommendations.taste.space import default_space
from tests.recommendations.taste.listenings import make_camps

PROFILES = build_profiles(make_camps(6), default_space())


def assert_same(ours: Profile, theirs: Profile) -> None:
    assert ours.user_id == theirs.user_id
    assert_array_equal(ours.artist_ids, theirs.artist_ids)
    assert_array_equal(ours.artist_weights, theirs.artist_weights)
    assert_array_equal(ours.meta_vector, theirs.meta_vector)
    assert_array_equal(ours.taste_vector, theirs.taste_vector)
    assert_array_equal(ours.feature_means, theirs.feature_means)


def test_take_returns_the_rows_in_the_order_asked_for() -> None:
    taken = PROFILES.take(np.array([4, 1, 5]))

    assert taken.user_ids.tolist() == [4, 1, 5]
    for profile, row in zip(taken, [4, 1, 5], strict=True):
        assert_same(profile, PROFILES[row])


def test_take_of_no_rows_is_nobody() -> None:
    assert len(PROFILES.take(np.array([], np.int64))) == 0


def test_concatenate_puts_blocks_one_after_the_other() -> None:
    blocks = [PROFILES.take(np.arange(2)), Profiles.empty(), PROFILES.take(np.arange(2, 6))]

    joined = Profiles.concatenate(blocks)

    for profile, expected in zip(joined, PROFILES, strict=True):
        assert_same(profile, expected)


def test_concatenate_of_no_blocks_is_nobody() -> None:
    assert len(Profiles.concatenate([])) == 0
