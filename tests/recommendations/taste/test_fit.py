from dataclasses import asdict

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recommendations.taste.build import build_profiles
from recommendations.taste.fit import fit_default_space, fit_space
from recommendations.taste.listening import Float64Array, Listening
from recommendations.taste.ranking import hybrid_similarity, percent
from recommendations.taste.space import Space, default_space
from tests.recommendations.taste.listenings import make_camps, make_features, make_listening
from tests.recommendations.taste.test_space import assert_same

RNG = np.random.default_rng(5)
CATALOGUE = np.stack(
    [make_features(energy=RNG.random(), valence=RNG.random(), key=3.0) for _ in range(200)]
)


def fit(blocks: list[Listening], catalogue: Float64Array = CATALOGUE) -> Space:
    return fit_space([catalogue], lambda: blocks, "a test")


def assert_finite(space: Space) -> None:
    for part in asdict(space).values():
        if isinstance(part, dict):
            assert all(np.isfinite(numbers).all() for numbers in part.values())


@pytest.fixture(scope="module")
def large() -> Space:
    return fit([make_camps(500)])


def test_five_hundred_listeners_get_a_map(large: Space) -> None:
    assert large.has_map
    assert large.artist_count == 60
    assert large.listener_count == large.frequencies.listener_count == 500
    assert not fit([make_camps(499)]).has_map


def test_the_same_listeners_give_the_same_space(large: Space) -> None:
    assert fit([make_camps(500)]).to_bytes() == large.to_bytes()


def test_percent_is_the_share_of_the_sites_own_pairs(large: Space) -> None:
    profiles = build_profiles(make_camps(500), large)
    scores = hybrid_similarity(profiles[3], profiles)[np.arange(500) != 3]

    percents = [percent(large, "hybrid", score) for score in scores]

    assert_allclose(np.mean(percents), 50.0, atol=5.0)


def test_blocks_make_no_difference() -> None:
    whole = make_listening(
        artists={user: [(user % 7, 1, None), (user % 5 + 7, 2, 3.0)] for user in range(60)}
    )
    halves = [
        make_listening(
            artists={user: [(user % 7, 1, None), (user % 5 + 7, 2, 3.0)] for user in users}
        )
        for users in (range(30), range(30, 60))
    ]
    catalogue = [CATALOGUE[:50], CATALOGUE[50:]]

    ours, theirs = fit([whole]), fit_space(catalogue, lambda: halves, "a test")

    assert_same(asdict(ours.frequencies), asdict(theirs.frequencies))
    assert_allclose(ours.sound.track_deviations, theirs.sound.track_deviations)
    assert_allclose(ours.hybrid_percents.scores, theirs.hybrid_percents.scores)


@pytest.mark.parametrize("count", [0, 1, 2, 8])
def test_few_listeners_keep_the_default_figures_but_count_artists(count: int) -> None:
    space = fit([make_camps(count)], CATALOGUE[:5])

    default = default_space()
    assert_finite(space)
    assert space.frequencies.listener_count == count
    assert_array_equal(space.sound.rotation, default.sound.rotation)
    assert_array_equal(space.sound.listener_means, default.sound.listener_means)
    assert_array_equal(space.hybrid_percents.scores, default.hybrid_percents.scores)
    profiles = build_profiles(make_camps(max(count, 1)), space)
    assert np.isfinite(profiles.taste_vectors).all()
    assert np.isfinite(profiles.artist_weights).all()


def test_an_empty_site_can_be_fitted() -> None:
    space = fit_space([], list, "nothing")

    assert_finite(space)
    assert (space.listener_count, space.track_count) == (0, 0)


def test_a_catalogue_that_hardly_varies_gives_no_nan() -> None:
    space = fit([make_camps(60)], np.tile(make_features(), (80, 1)))

    assert_finite(space)
    assert np.isfinite(build_profiles(make_camps(60), space).taste_vectors).all()


def test_tracks_with_unknown_sound_are_not_counted() -> None:
    catalogue = CATALOGUE.copy()
    catalogue[:20, 0] = np.nan

    space = fit([make_camps(8)], catalogue)

    assert space.track_count == 180
    assert_finite(space)


def test_default_fit_knows_no_artist_but_measures_percents() -> None:
    blocks = [make_camps(500)]

    space = fit_default_space([CATALOGUE], lambda: blocks, "a test")

    assert space.artist_count == space.frequencies.listener_count == 0
    assert not space.has_map
    assert space.listener_count == 500
    assert not np.array_equal(space.hybrid_percents.scores, default_space().hybrid_percents.scores)
