"""Which tracks providers are asked about."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.models import FeatureQuestion
from recommendations.services.feature_questions import ask_for_features
from tests.factories import make_track

pytestmark = pytest.mark.django_db


def test_tracks_without_features_are_asked_about_once() -> None:
    track = make_track(features=None)

    ask_for_features([track.pk])
    ask_for_features([track.pk, track.pk])

    assert FeatureQuestion.objects.get().track == track


def test_described_tracks_and_those_without_an_id_are_not_asked_about() -> None:
    described, nameless = make_track(), make_track(features=None, spotify_id=None)

    ask_for_features([described.pk, nameless.pk, 10**9])

    assert not FeatureQuestion.objects.exists()


def test_asking_about_many_tracks_takes_two_queries() -> None:
    track_ids = [make_track(features=None).pk for _ in range(30)]

    with CaptureQueriesContext(connection) as queries:
        ask_for_features(track_ids)

    assert FeatureQuestion.objects.count() == 30
    assert len(queries) == 2
