"""Imports and the admin decide who has to be asked about a track."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from recommendations.models import AudioFeatures, FeatureQuestion
from recommendations.services.describe import describe_tracks
from recommendations.services.feature_questions import ask_for_features
from tests.factories import make_track
from tests.recommendations.imports.files import ID_A, row_114k, write_csv

pytestmark = pytest.mark.django_db


def test_a_catalogue_that_describes_a_track_ends_its_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    track, other = make_track(spotify_id=ID_A, features=None), make_track(features=None)
    ask_for_features([track.pk, other.pk])

    call_command("import_catalogue", str(write_csv(tmp_path / "a.csv", row_114k(ID_A))))

    assert FeatureQuestion.objects.get().track == other


def test_a_catalogues_values_take_the_place_of_reccobeats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    track = make_track(spotify_id=ID_A, features={"energy": 0.9, "time_signature": None})
    reccobeats = AudioFeatures.Provider.RECCOBEATS
    AudioFeatures.objects.filter(track=track).update(provider=reccobeats)

    row = row_114k(ID_A, energy=0.6, liveness="", time_signature=3)
    call_command("import_catalogue", str(write_csv(tmp_path / "a.csv", row)))

    features = AudioFeatures.objects.get(track=track)
    assert features.provider == AudioFeatures.Provider.CATALOGUE_FILE
    assert (features.energy, features.time_signature, features.liveness) == (0.6, 3, None)


def test_describing_again_asks_about_tracks_without_features_at_once() -> None:
    unknown, new, described = make_track(features=None), make_track(features=None), make_track()
    later = timezone.now() + timedelta(weeks=12)
    FeatureQuestion.objects.create(track=unknown, ask_at=later, misses=3)

    describe_tracks([unknown.pk, new.pk, described.pk])

    questions = FeatureQuestion.objects.filter(ask_at__lte=timezone.now(), misses=0)
    assert set(questions.values_list("pk", flat=True)) == {unknown.pk, new.pk}
    assert FeatureQuestion.objects.count() == 2
