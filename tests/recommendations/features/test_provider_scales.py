"""Listeners are compared on one scale, whoever described their tracks."""

import random

import pytest
from numpy.testing import assert_allclose

from recommendations.models import AudioFeatures, SecondDescription
from recommendations.services.profile_store import load_profiles
from recommendations.services.profiles import recompute_profiles
from recommendations.services.spaces import fit_taste_space, load_active_space_id
from recommendations.taste.profiles import Profiles
from recommendations.taste.schema import AUDIO_FEATURES, SOUND_FEATURES
from tests.factories import FEATURES, make_top_tracks, make_track, make_user

pytestmark = pytest.mark.django_db

_RECCOBEATS = AudioFeatures.Provider.RECCOBEATS

Features = dict[str, float | int]


@pytest.fixture
def lots() -> random.Random:
    return random.Random(5)  # noqa: S311 - numbers, no secret


def make_sound(lots: random.Random) -> Features:
    varied: Features = {name: lots.uniform(0.3, 0.6) for name in SOUND_FEATURES}
    return {
        **FEATURES,
        **varied,
        "loudness_db": lots.uniform(-20, -5),
        "tempo_bpm": lots.uniform(80, 160),
    }


def distort(features: Features) -> Features:
    """Return what a provider with scales of its own would say of the same track."""
    own: Features = {name: 0.7 * features[name] + 0.1 for name in SOUND_FEATURES}
    return {**features, **own}


def make_compared_tracks(lots: random.Random) -> None:
    for _ in range(60):
        features = make_sound(lots)
        own = distort(features)
        SecondDescription.objects.create(
            track=make_track(features=features),
            provider=_RECCOBEATS,
            features=[own[feature.name] for feature in AUDIO_FEATURES],
        )


def load_two_of_one_taste(lots: random.Random, *, fit: bool) -> Profiles:
    """Return the profiles of two with tracks that sound alike, described by different providers."""
    sounds = [make_sound(lots) for _ in range(5)]
    ours, theirs = make_user(), make_user()
    make_top_tracks(ours, [make_track(features=sound) for sound in sounds])
    tracks = [make_track(features=distort(sound)) for sound in sounds]
    AudioFeatures.objects.filter(track__in=tracks).update(provider=_RECCOBEATS)
    make_top_tracks(theirs, tracks)
    if fit:
        fit_taste_space()
    else:
        recompute_profiles([ours.pk, theirs.pk])
    return load_profiles(load_active_space_id(), [ours.pk, theirs.pk])


def test_another_scale_makes_no_difference_once_it_is_measured(lots: random.Random) -> None:
    make_compared_tracks(lots)

    profiles = load_two_of_one_taste(lots, fit=True)

    assert_allclose(profiles.feature_means[0], profiles.feature_means[1], rtol=1e-4)
    assert_allclose(profiles.taste_vectors[0], profiles.taste_vectors[1], atol=1e-4)
    assert_allclose(profiles.meta_vectors[0], profiles.meta_vectors[1], rtol=1e-4)


def test_a_listener_computed_later_has_the_measured_scale_too(lots: random.Random) -> None:
    make_compared_tracks(lots)
    fit_taste_space()

    profiles = load_two_of_one_taste(lots, fit=False)

    assert_allclose(profiles.feature_means[0], profiles.feature_means[1], rtol=1e-4)


def test_values_count_as_they_are_until_the_scale_is_measured(lots: random.Random) -> None:
    profiles = load_two_of_one_taste(lots, fit=True)

    assert abs(profiles.feature_means[0] - profiles.feature_means[1]).max() > 0.01


def test_tracks_as_reccobeats_and_a_new_app_know_them_count_for_hybrid_alone() -> None:
    listener = make_user()
    tracks = [make_track(features={"time_signature": None}, popularity=None) for _ in range(3)]
    AudioFeatures.objects.update(provider=_RECCOBEATS)
    make_top_tracks(listener, tracks)

    recompute_profiles([listener.pk])

    profiles = load_profiles(load_active_space_id(), [listener.pk])
    assert_allclose(profiles.feature_means[0, 0], FEATURES["danceability"])
    assert abs(profiles.taste_vectors[0]).max() > 0
    assert abs(profiles.meta_vectors[0]).max() == 0
