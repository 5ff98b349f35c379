import numpy as np
from numpy.testing import assert_allclose

from recommendations.taste.listening import Float64Array
from recommendations.taste.moments import Moments
from recommendations.taste.schema import SOUND_FEATURES
from recommendations.taste.sound import (
    SoundFigures,
    build_feature_means,
    build_sound_vectors,
    fit_sound,
    plain_features,
    to_sound,
)
from recommendations.taste.space import default_space
from tests.recommendations.taste.listenings import make_features, make_listening

RNG = np.random.default_rng(3)


def fit(tracks: Float64Array, listeners: Float64Array | None = None) -> SoundFigures:
    origin = np.zeros(9)
    return fit_sound(
        Moments.about(origin).add(tracks),
        Moments.about(origin).add(tracks if listeners is None else listeners),
        default_space().sound,
        enough=50,
    )


def test_sound_takes_four_features_by_logarithm() -> None:
    [sound] = to_sound(make_features(energy=0.7, liveness=0.24)[None, :])

    by_name = dict(zip(SOUND_FEATURES, sound, strict=True))
    assert_allclose([by_name["energy"], by_name["liveness"]], [0.7, np.log(0.25)])


def test_plain_features_undo_the_logarithms() -> None:
    track = make_features()[None, :]

    plain = plain_features(to_sound(track))[0]

    assert_allclose(plain[[1, 8]], [0.65, 0.17])


def test_feature_means_are_flat_over_tracks_whose_sound_is_known() -> None:
    listening = make_listening(
        tracks={1: [(0, 1), (1, 50), (2, 51)], 2: [(2, 1)]},
        features=[
            make_features(energy=0.2),
            make_features(energy=0.6, popularity=np.nan),
            make_features(energy=0.9, valence=np.nan),
        ],
    )

    means = build_feature_means(listening)

    assert_allclose(means[0, 1], 0.4)
    assert np.isnan(means[1]).all()


def test_whitened_catalogue_is_uncorrelated_with_unit_variance() -> None:
    mixing = np.eye(9) + 0.2 * RNG.normal(size=(9, 9))
    tracks = RNG.normal(size=(500, 9)) @ mixing + 3.0

    whitened = fit(tracks).whiten(tracks)

    assert_allclose(np.cov(whitened.T, bias=True), np.eye(9), atol=1e-8)
    assert_allclose(whitened.mean(axis=0), np.zeros(9), atol=1e-8)


def test_sound_vectors_are_unit_and_point_away_from_the_average_listener() -> None:
    tracks = RNG.normal(size=(500, 9))
    figures = fit(tracks)
    means = figures.listener_means + np.array([[0.5] * 9, [-0.5] * 9])

    vectors = build_sound_vectors(means, figures)

    assert_allclose(np.linalg.norm(vectors, axis=1), [1.0, 1.0], rtol=1e-6)
    assert_allclose(vectors[0] @ vectors[1], -1.0, rtol=1e-6)


def test_unknown_sound_and_the_average_listener_have_no_direction() -> None:
    figures = default_space().sound

    vectors = build_sound_vectors(np.stack([np.full(9, np.nan), figures.listener_means]), figures)

    assert not vectors.any()


def test_features_that_never_vary_whiten_without_nan() -> None:
    tracks = np.tile(RNG.normal(size=9), (60, 1))

    figures = fit(tracks)

    assert np.isfinite(figures.rotation).all()
    assert np.isfinite(figures.whiten(tracks)).all()


def test_few_tracks_and_few_listeners_keep_the_default_figures() -> None:
    default = default_space().sound
    few, many = RNG.normal(size=(49, 9)), RNG.normal(size=(50, 9))

    by_listeners, by_tracks = fit(few, many), fit(many, few)

    assert by_listeners.rotation is default.rotation
    assert by_listeners.listener_means is not default.listener_means
    assert by_tracks.listener_means is default.listener_means
    assert by_tracks.rotation is not default.rotation


def test_moments_of_blocks_are_those_of_the_whole() -> None:
    rows = RNG.normal(size=(70, 3)) + 1000.0
    rows[5, 1] = np.nan
    known = np.delete(rows, 5, axis=0)

    moments = Moments.about(np.full(3, 990.0)).add(rows[:20]).add(rows[20:])

    assert moments.count == 69
    assert_allclose(moments.mean(), known.mean(axis=0))
    assert_allclose(moments.covariance(), np.cov(known.T, bias=True), rtol=1e-6)
