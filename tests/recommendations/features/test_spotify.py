"""Spotify describes what ReccoBeats does not know, for an app that may ask."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from django.conf import settings as site_settings
from pytest_django import Settings

from recommendations.features.spotify import SpotifyApp, fetch_features
from recommendations.models import AudioFeatures, FeatureQuestion, OutboundQueue
from recommendations.service_errors import AppNotAllowed
from recommendations.services.feature_answers import answer_feature_questions
from recommendations.services.feature_questions import ask_for_features
from recommendations.services.outbound import reserve_call
from tests.doubles.catalogue import ALL_TRACKS
from tests.doubles.reccobeats import ReccoBeatsDouble
from tests.doubles.spotify import SpotifyDouble
from tests.factories import make_track

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _asks_spotify(spotify: SpotifyDouble, settings: Settings) -> None:
    spotify.app.is_extended = True
    settings.METAREC_SPOTIFY_FEATURES = True


@pytest.fixture
def unknown(reccobeats: ReccoBeatsDouble) -> list[str]:
    """Ask about tracks that ReccoBeats does not know."""
    spotify_ids = [key for key in ALL_TRACKS if key not in reccobeats.tracks][:5]
    ask_for_features([make_track(spotify_id=key, features=None).pk for key in spotify_ids])
    FeatureQuestion.objects.update(ask_at=NOW)
    return spotify_ids


def fetch(spotify_ids: list[str]) -> list[str]:
    app = SpotifyApp(
        site_settings.SPOTIFY_CLIENT_ID,
        site_settings.SPOTIFY_CLIENT_SECRET,
        site_settings.SPOTIFY_ACCOUNTS_URL,
        site_settings.SPOTIFY_API_URL,
    )
    with requests.Session() as session:
        return list(fetch_features(session, app, spotify_ids))


def test_what_reccobeats_does_not_know_is_described_by_spotify(unknown: list[str]) -> None:
    answers = answer_feature_questions(NOW)

    assert answers.described == len(unknown)
    assert not FeatureQuestion.objects.exists()
    for features in AudioFeatures.objects.select_related("track"):
        truth = ALL_TRACKS[str(features.track.spotify_id)].features
        assert features.provider == AudioFeatures.Provider.SPOTIFY
        assert (features.tempo_bpm, features.time_signature) == (truth["tempo"], 4)


def test_switched_off_spotify_is_not_asked(
    unknown: list[str], spotify: SpotifyDouble, settings: Settings
) -> None:
    settings.METAREC_SPOTIFY_FEATURES = False

    answer_feature_questions(NOW)

    assert spotify.requests == []
    assert FeatureQuestion.objects.filter(misses=1).count() == len(unknown)


def test_an_app_like_most_is_refused_and_holds_up_no_sync(
    unknown: list[str], spotify: SpotifyDouble
) -> None:
    spotify.app.is_extended = False

    with pytest.raises(AppNotAllowed):
        fetch(unknown)
    answer_feature_questions(NOW)

    assert FeatureQuestion.objects.filter(misses=1).count() == len(unknown)
    assert reserve_call("spotify", NOW + timedelta(seconds=1)) is None


def test_too_many_requests_keep_everybody_from_calling_spotify(
    unknown: list[str], spotify: SpotifyDouble
) -> None:
    spotify.play("rate_limited", path="/v1/audio-features", retry_after_s=600)

    answer_feature_questions(NOW)

    assert FeatureQuestion.objects.filter(misses=1).count() == len(unknown)
    assert OutboundQueue.objects.get(service="spotify").blocked_until == NOW + timedelta(minutes=10)


def test_tracks_that_spotify_does_not_know_are_left_out(unknown: list[str]) -> None:
    assert fetch([*unknown, "0" * 22]) == unknown
