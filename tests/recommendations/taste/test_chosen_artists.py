"""Groups of artists that follow by construction."""

import numpy as np

from recommendations.taste.build import build_profiles
from recommendations.taste.chosen_artists import gather_chosen, pick_examples
from recommendations.taste.profiles import Profiles
from recommendations.taste.space import default_space
from tests.recommendations.taste.listenings import make_features


def make_profiles(artists: list[list[int]]) -> Profiles:
    """Return listeners who have these artists."""
    space = default_space()
    listenings = [
        gather_chosen(user_id, np.array(ids, np.int32), np.empty((0, 14)))
        for user_id, ids in enumerate(artists, start=1)
    ]
    return Profiles.concatenate([build_profiles(listening, space) for listening in listenings])


def test_chosen_artists_weigh_alike() -> None:
    chosen = gather_chosen(7, np.array([30, 10, 20], np.int32), np.empty((0, 14)))

    profile = build_profiles(chosen, default_space())[0]

    assert profile.user_id == 7
    assert profile.artist_ids.tolist() == [10, 20, 30]
    np.testing.assert_allclose(profile.artist_weights, 3**-0.5, rtol=1e-6)
    assert np.isnan(profile.feature_means).all()


def test_the_sound_is_the_mean_of_the_tracks() -> None:
    tracks = np.array([make_features(energy=0.2), make_features(energy=0.8)])

    profile = build_profiles(gather_chosen(7, np.array([1], np.int32), tracks), default_space())[0]

    np.testing.assert_allclose(profile.feature_means[1], 0.5, rtol=1e-6)


def test_examples_are_artists_of_the_same_listeners() -> None:
    first, second = [[1, 2, 3]] * 5, [[4, 5, 6]] * 4

    examples = pick_examples(make_profiles([*first, *second, [1, 4]]), count=3, size=3)

    assert [sorted(group) for group in examples] == [[1, 2, 3], [4, 5, 6]]
    assert [group[0] for group in examples] == [1, 4]


def test_examples_hold_nobody_whom_only_two_have() -> None:
    assert pick_examples(make_profiles([[1, 2, 3], [1, 2, 3]]), count=3, size=3) == []
    assert pick_examples(make_profiles([[1, 2, 3]] * 3), count=3, size=3) == [[1, 2, 3]]


def test_of_nobody_there_are_no_examples() -> None:
    assert pick_examples(Profiles.empty(), count=3, size=3) == []
