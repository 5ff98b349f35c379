"""What keeps two listeners apart."""

import numpy as np
import pytest

from recommendations.taste.differences import Differences, find_differences
from recommendations.taste.explanation import (
    Explanation,
    FeatureComparison,
    MissingPart,
    SimilarityParts,
)
from recommendations.taste.profiles import Profile


def make_profile(weights: dict[int, float]) -> Profile:
    return Profile(
        user_id=1,
        meta_vector=np.zeros(14, np.float32),
        taste_vector=np.zeros(41, np.float32),
        feature_means=np.zeros(9, np.float32),
        artist_ids=np.array(list(weights), np.int32),
        artist_weights=np.array(list(weights.values()), np.float32),
    )


def make_feature(name: str, yours: float, theirs: float, gap: float) -> FeatureComparison:
    return FeatureComparison(name, yours, theirs, average=0.5, gap=gap, both=None)


def find(
    *,
    parts: SimilarityParts | None = None,
    features: tuple[FeatureComparison, ...] = (),
    missing: tuple[MissingPart, ...] = (),
    has_map: bool = True,
) -> Differences:
    mine, theirs = make_profile({1: 0.2, 2: 0.9, 5: 0.2}), make_profile({2: 0.5, 3: 0.8})
    explanation = Explanation(parts, (), (), features, missing)
    return find_differences(mine, theirs, explanation, has_map=has_map)


def test_artists_that_the_other_lacks_stand_heaviest_first_ties_by_id() -> None:
    found = find()

    assert found.only_yours == (1, 5)
    assert found.only_theirs == (3,)


def test_at_most_six_artists_are_named() -> None:
    mine, theirs = make_profile({number: 1 / number for number in range(1, 9)}), make_profile({})

    found = find_differences(mine, theirs, Explanation(None, (), (), (), ()), has_map=False)

    assert found.only_yours == (1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize(
    ("parts", "order"),
    [
        (SimilarityParts(artists=0.4, taste_map=0.1, sound=-0.03), ["artists", "sound"]),
        (SimilarityParts(artists=1.0, taste_map=-0.1, sound=0.02), ["taste_map", "sound"]),
    ],
)
def test_the_part_that_lacks_most_comes_first(parts: SimilarityParts, order: list[str]) -> None:
    assert [part.part for part in find(parts=parts).parts][:2] == order


def test_parts_that_one_side_has_nothing_for_are_not_counted() -> None:
    parts = SimilarityParts(artists=0.0, taste_map=0.0, sound=0.03)
    missing = (MissingPart("artists", yours=True, theirs=False),)

    found = find(parts=parts, missing=missing, has_map=False)

    assert [(part.part, part.most) for part in found.parts] == [("sound", 0.03)]


def test_the_seeds_score_has_no_parts() -> None:
    assert find(parts=None).parts == ()


def test_features_on_different_sides_stand_farthest_first() -> None:
    features = (
        make_feature("liveness", 0.49, 0.51, gap=0.1),
        make_feature("energy", 0.4, 0.6, gap=0.5),
        make_feature("loudness_db", 0.1, 0.51, gap=0.8),
        make_feature("valence", 0.6, 0.9, gap=0.9),
        make_feature("danceability", 0.9, 0.1, gap=2.0),
    )

    found = find(features=features)

    assert [feature.name for feature in found.opposite_features] == ["danceability", "energy"]
