"""Whoever holds the counter of the catalogue waits for no other lock."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import dropwhile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.models import FeatureQuestion
from recommendations.services.describe import describe_tracks
from recommendations.services.feature_answers import answer_feature_questions
from recommendations.services.feature_questions import ask_for_features
from recommendations.services.revisions import Counter
from tests.doubles.reccobeats import ReccoBeatsDouble
from tests.factories import make_track

pytestmark = pytest.mark.django_db

_NOW = datetime(2030, 1, 1, tzinfo=UTC)
_LOCK = f'"recommendations_revisioncounter"."id" = {Counter.CATALOGUE:d} '


def written_under_the_counter(act: Callable[[], object]) -> list[str]:
    """Return what is written from the moment on when the counter is locked."""
    with CaptureQueriesContext(connection) as queries:
        act()
    statements = [query["sql"] for query in queries]
    held = list(dropwhile(lambda statement: _LOCK not in statement, statements))
    assert held
    return [one for one in held if one.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_answers_end_their_questions_before(reccobeats: ReccoBeatsDouble) -> None:
    track = make_track(spotify_id=next(iter(reccobeats.tracks)), features=None)
    ask_for_features([track.pk])

    written = written_under_the_counter(lambda: answer_feature_questions(_NOW))

    assert not FeatureQuestion.objects.exists()
    assert not [statement for statement in written if "featurequestion" in statement]


def test_tracks_described_again_are_asked_about_before() -> None:
    track = make_track(features=None)

    written = written_under_the_counter(lambda: describe_tracks([track.pk]))

    assert FeatureQuestion.objects.exists()
    assert not [statement for statement in written if "featurequestion" in statement]
