from typing import Literal

import numpy as np
import pytest
from numpy.testing import assert_allclose

from recommendations.taste.build import build_profiles
from recommendations.taste.explanation import (
    FeatureComparison,
    MissingPart,
    explain_hybrid,
    explain_seed,
)
from recommendations.taste.profiles import Profiles
from recommendations.taste.ranking import hybrid_similarity
from recommendations.taste.schema import SOUND_FEATURES
from recommendations.taste.space import Space, default_space
from tests.recommendations.taste.listenings import make_camps, make_features, make_listening
from tests.recommendations.taste.test_build import MAPPED

CAMPS = build_profiles(make_camps(60), MAPPED)


def build_two(*tracks: float, **unknown: float) -> Profiles:
    """Return listeners of one track each, of these energies."""
    features = [make_features(energy=energy, **unknown) for energy in tracks]
    listening = make_listening({user: [(user, 1)] for user in range(2)}, features=features)
    return build_profiles(listening, default_space())


def energy_of(features: tuple[FeatureComparison, ...]) -> FeatureComparison:
    return next(comparison for comparison in features if comparison.name == "energy")


@pytest.mark.parametrize("other", range(1, 60, 7))
def test_shares_add_up_to_the_similarity(other: int) -> None:
    explanation = explain_hybrid(CAMPS[0], CAMPS[other], MAPPED)

    parts = explanation.parts
    assert parts is not None
    assert_allclose(sum(a.share for a in explanation.shared_artists), parts.artists)
    similarity = parts.artists + parts.taste_map + parts.sound
    assert_allclose(similarity, hybrid_similarity(CAMPS[0], CAMPS)[other], atol=1e-9)


def test_the_seed_is_not_explained_by_the_hybrids_parts() -> None:
    explanation = explain_seed(CAMPS[0], CAMPS[2], MAPPED)

    by_hybrid = explain_hybrid(CAMPS[0], CAMPS[2], MAPPED)
    assert (explanation.parts, explanation.related_artists) == (None, ())
    assert explanation.shared_artists == by_hybrid.shared_artists
    assert explanation.features == by_hybrid.features
    assert explanation.missing == ()


def test_the_seed_lacks_a_vector_when_one_of_the_fourteen_is_unknown() -> None:
    profiles = build_two(0.2, 0.8, popularity=np.nan)

    explanation = explain_seed(profiles[0], profiles[1], default_space())

    assert explanation.missing == (
        MissingPart("artists", yours=True, theirs=True),
        MissingPart("meta_vector", yours=True, theirs=True),
    )
    assert explanation.features


def test_shared_artists_stand_by_what_they_add() -> None:
    listening = make_listening(
        artists={1: [(3, 1, 10.0), (4, 2, 90.0), (5, 3, 1.0)], 2: [(3, 1, 5.0), (4, 2, 5.0)]}
    )
    profiles = build_profiles(listening, default_space())

    shared = explain_hybrid(profiles[0], profiles[1], default_space()).shared_artists

    assert [artist.artist_id for artist in shared] == [4, 3]
    weights = profiles[0].artist_weights[1] * profiles[1].artist_weights[1]
    assert_allclose(shared[0].share, weights, rtol=1e-6)


def test_related_artists_are_near_on_the_map_and_not_shared() -> None:
    explanation = explain_hybrid(CAMPS[0], CAMPS[2], MAPPED)

    shared = {artist.artist_id for artist in explanation.shared_artists}
    pairs = explanation.related_artists
    assert 0 < len(pairs) <= 3
    assert shared.isdisjoint({artist for pair in pairs for artist in (pair.yours, pair.theirs)})
    assert {pair.yours for pair in pairs} <= set(CAMPS[0].artist_ids.tolist())
    assert {pair.theirs for pair in pairs} <= set(CAMPS[2].artist_ids.tolist())
    assert all(0.0 < pair.cosine <= 1.0 + 1e-6 for pair in pairs)


def test_each_related_artist_is_named_once() -> None:
    pairs = explain_hybrid(CAMPS[0], CAMPS[2], MAPPED).related_artists

    assert len({pair.yours for pair in pairs}) == len({pair.theirs for pair in pairs}) == len(pairs)


def test_without_a_map_no_artists_are_related() -> None:
    profiles = build_profiles(make_camps(4), default_space())

    assert explain_hybrid(profiles[0], profiles[2], default_space()).related_artists == ()


def test_features_stand_nearest_first_in_their_own_units() -> None:
    profiles = build_two(0.2, 0.9)

    features = explain_hybrid(profiles[0], profiles[1], default_space()).features

    assert {comparison.name for comparison in features} == set(SOUND_FEATURES)
    assert [comparison.gap for comparison in features] == sorted(c.gap for c in features)
    assert features[-1].name == "energy"
    assert_allclose([features[-1].yours, features[-1].theirs], [0.2, 0.9], rtol=1e-6)
    liveness = next(c for c in features if c.name == "liveness")
    assert_allclose([liveness.yours, liveness.gap], [0.17, 0.0], rtol=1e-5)
    assert 0.1 < liveness.average < 0.2


@pytest.mark.parametrize(
    ("energies", "both"),
    [((0.9, 0.95), "above"), ((0.1, 0.2), "below"), ((0.1, 0.9), None), ((0.72, 0.9), None)],
)
def test_both_off_the_average_on_one_side_is_said(
    energies: tuple[float, float], both: Literal["above", "below"] | None
) -> None:
    profiles = build_two(*energies)

    features = explain_hybrid(profiles[0], profiles[1], default_space()).features

    assert energy_of(features).both == both


def test_what_is_missing_is_said_with_its_side() -> None:
    listening = make_listening(
        {1: [(0, 1)]}, {2: [(3, 1, None)], 3: [(4, 1, None)]}, features=[make_features()]
    )
    profiles = build_profiles(listening, MAPPED)

    ours, theirs = (
        explain_hybrid(profiles[row], profiles[other], MAPPED) for row, other in [(0, 1), (1, 2)]
    )

    assert ours.missing == (
        MissingPart("artists", yours=True, theirs=False),
        MissingPart("features", yours=False, theirs=True),
        MissingPart("map", yours=True, theirs=False),
    )
    assert (ours.features, ours.shared_artists, ours.related_artists) == ((), (), ())
    assert theirs.missing == (MissingPart("features", yours=True, theirs=True),)


@pytest.mark.parametrize("space", [default_space(), MAPPED], ids=["default", "mapped"])
def test_nothing_is_missing_between_complete_profiles(space: Space) -> None:
    profiles = build_profiles(make_camps(4), space)

    assert explain_hybrid(profiles[0], profiles[2], space).missing == ()


def test_explanation_holds_plain_numbers() -> None:
    explanation = explain_hybrid(CAMPS[0], CAMPS[2], MAPPED)

    assert explanation.parts is not None
    assert type(explanation.parts.taste_map) is float
    assert type(explanation.shared_artists[0].artist_id) is int
    assert not isinstance(explanation.features[0].yours, np.floating)
