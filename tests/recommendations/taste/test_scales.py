"""Values of another provider come to be on Spotify's scale."""

import io
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recommendations.taste.listening import Float64Array
from recommendations.taste.scales import ENOUGH_PAIRS, SCALES, Scales
from recommendations.taste.schema import SOUND_COLUMNS, TRACK_FEATURES
from recommendations.taste.space import Space, default_space

_RECCOBEATS = SCALES.index("reccobeats")
_TEMPO, _ENERGY, _KEY = (TRACK_FEATURES.index(name) for name in ("tempo_bpm", "energy", "key"))


def make_features(count: int) -> Float64Array:
    random = np.random.default_rng(7)
    features = random.uniform(0.3, 0.6, (count, len(TRACK_FEATURES)))
    features[:, _TEMPO] = random.uniform(80, 160, count)
    features[:, _KEY] = random.integers(0, 12, count)
    return features


def distort(features: Float64Array) -> Float64Array:
    """Return what a provider would say whose scale is another for each feature of sound."""
    theirs = features.copy()
    for number, column in enumerate(SOUND_COLUMNS):
        theirs[:, column] = features[:, column] * (0.5 + 0.1 * number) + 0.02 * number
    return theirs


def all_reccobeats(features: Float64Array) -> "np.ndarray[tuple[int], np.dtype[np.int8]]":
    return np.full(len(features), _RECCOBEATS, np.int8)


def test_an_affine_difference_is_undone() -> None:
    ours, other_tracks = make_features(200), make_features(300)[200:]

    scales = Scales.same().with_fitted("reccobeats", distort(ours), ours)

    converted = scales.convert(distort(other_tracks), all_reccobeats(other_tracks))
    assert_allclose(converted, other_tracks, rtol=1e-9)


def test_spotifys_own_values_stay() -> None:
    ours = make_features(200)
    scales = Scales.same().with_fitted("reccobeats", distort(ours), ours)

    assert_array_equal(scales.convert(ours, np.zeros(200, np.int8)), ours)


def test_too_few_tracks_that_both_describe_change_nothing() -> None:
    ours = make_features(ENOUGH_PAIRS)
    theirs = distort(ours)
    theirs[0, _ENERGY] = np.nan

    scales = Scales.same().with_fitted("reccobeats", theirs, ours)

    converted = scales.convert(theirs, all_reccobeats(theirs))
    assert_array_equal(converted[:, _ENERGY], theirs[:, _ENERGY])
    assert_allclose(converted[:, _TEMPO], ours[:, _TEMPO])


def test_values_end_at_their_ranges_end_and_unknown_ones_stay_unknown() -> None:
    ours = make_features(100)
    scales = Scales.same().with_fitted("reccobeats", ours / 2, ours)
    features = np.full((2, len(TRACK_FEATURES)), np.nan)
    features[:, _ENERGY] = [0.9, -1.0]

    converted = scales.convert(features, all_reccobeats(features))

    assert_allclose(converted[:, _ENERGY], [1.0, 0.0])
    assert np.isnan(converted[:, _TEMPO]).all()


def test_a_feature_that_never_varies_is_shifted_only() -> None:
    ours = make_features(100)
    theirs = ours.copy()
    theirs[:, _ENERGY] = 0.1

    scales = Scales.same().with_fitted("reccobeats", theirs, ours)

    assert scales.factors[_RECCOBEATS, _ENERGY] == 1.0
    assert scales.shifts[_RECCOBEATS, _ENERGY] == pytest.approx(ours[:, _ENERGY].mean() - 0.1)


def test_a_stored_space_keeps_its_scales_and_an_old_one_has_none() -> None:
    ours = make_features(100)
    scales = Scales.same().with_fitted("reccobeats", distort(ours), ours)
    space = default_space()

    kept = Space.from_bytes(replace(space, scales=scales).to_bytes()).scales
    assert_array_equal(kept.factors, scales.factors)
    assert_array_equal(kept.shifts, scales.shifts)
    assert_array_equal(Space.from_bytes(_without_scales(space)).scales.factors, 1.0)


def _without_scales(space: Space) -> bytes:
    old = io.BytesIO()
    with np.load(io.BytesIO(space.to_bytes())) as arrays:
        kept = {name: arrays[name] for name in arrays.files if not name.startswith("scales.")}
    np.savez(old, allow_pickle=False, **kept)
    return old.getvalue()
