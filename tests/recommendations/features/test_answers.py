"""Tracks come to be described by ReccoBeats, and nothing that it does wrong loses a question."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from recommendations.models import (
    AudioFeatures,
    FeatureQuestion,
    SecondDescription,
    StaleProfile,
    Track,
)
from recommendations.services.feature_answers import Answers, answer_feature_questions
from recommendations.services.feature_questions import ask_for_features, claim_questions
from recommendations.services.stored_tracks import FEATURES
from tests.doubles.catalogue import ALL_TRACKS
from tests.doubles.reccobeats import ReccoBeatsDouble
from tests.factories import make_top_tracks, make_track, make_user
from tests.site_processes import Site, kill_group, wait_until

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 1, 1, tzinfo=UTC)
_GAP = timedelta(seconds=1)


@pytest.fixture
def known(reccobeats: ReccoBeatsDouble) -> list[str]:
    return [spotify_id for spotify_id in ALL_TRACKS if spotify_id in reccobeats.tracks]


@pytest.fixture
def unknown(reccobeats: ReccoBeatsDouble) -> list[str]:
    return [spotify_id for spotify_id in ALL_TRACKS if spotify_id not in reccobeats.tracks]


def ask_about(spotify_ids: list[str]) -> list[Track]:
    tracks = [make_track(spotify_id=spotify_id, features=None) for spotify_id in spotify_ids]
    ask_for_features([track.pk for track in tracks])
    FeatureQuestion.objects.update(ask_at=NOW)
    return tracks


def answer_all(start: datetime) -> list[Answers]:
    """Call as often as there is something due, each time when the service may be called."""
    made, now = [answer_feature_questions(start)], start
    while (next_call_at := made[-1].next_call_at) is not None:
        now = max(next_call_at, now + _GAP)
        made.append(answer_feature_questions(now))
    return made


def answer_until_done(start: datetime) -> None:
    """Begin anew every five minutes, as beat would, until no question is left."""
    while FeatureQuestion.objects.exists():
        assert start < NOW + timedelta(days=1)
        answer_all(start)
        start += timedelta(minutes=5)


def count_ids(double: ReccoBeatsDouble) -> list[int]:
    return [len(request.query["ids"][0].split(",")) for request in double.requests]


def test_one_call_answers_for_forty_tracks_of_all_listeners(
    known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    tracks = ask_about(known[:100])
    users = [make_user(), make_user(), make_user()]
    for number, user in enumerate(users):
        make_top_tracks(user, tracks[number::3])

    answers = answer_all(NOW)

    assert count_ids(reccobeats) == [40, 40, 20]
    assert sum(answer.described for answer in answers) == 100
    assert not FeatureQuestion.objects.exists()
    assert set(StaleProfile.objects.values_list("pk", flat=True)) == {user.pk for user in users}


def test_features_are_stored_with_their_provider(known: list[str]) -> None:
    (track,) = ask_about(known[:1])

    answer_feature_questions(NOW)

    features = AudioFeatures.objects.get(track=track)
    assert features.provider == AudioFeatures.Provider.RECCOBEATS
    assert features.valence == ALL_TRACKS[known[0]].features["valence"]
    assert features.time_signature is None


def test_unknown_tracks_are_asked_about_ever_more_seldom(
    unknown: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    ask_about(unknown[:1])

    now, waits = NOW, []
    for _ in range(5):
        answer_feature_questions(now)
        ask_at = FeatureQuestion.objects.get().ask_at
        waits.append((ask_at - now) / timedelta(weeks=1))
        assert answer_feature_questions(ask_at - _GAP) == Answers()
        now = ask_at

    assert waits == [1, 4, 12, 12, 12]
    assert len(reccobeats.requests) == 5


def test_unknown_tracks_hold_up_no_others(known: list[str], unknown: list[str]) -> None:
    ask_about([*unknown[:15], *known[:60]])

    answer_all(NOW)

    assert AudioFeatures.objects.count() == 60
    assert FeatureQuestion.objects.count() == 15


def test_rows_that_were_left_out_are_asked_about_again(
    known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    ask_about(known[:40])
    reccobeats.play("omitted")

    answer_feature_questions(NOW)
    answer_all(NOW + timedelta(weeks=1))

    assert AudioFeatures.objects.count() == 40


def test_nobody_calls_before_the_service_allows_it_and_nothing_is_lost(
    known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    ask_about(known[:50])
    reccobeats.play("rate_limited", retry_after_s=300)

    refused = answer_feature_questions(NOW)
    early = answer_feature_questions(NOW + timedelta(seconds=299))
    answer_all(NOW + timedelta(seconds=300))

    assert refused.next_call_at == early.next_call_at == NOW + timedelta(seconds=300)
    assert len(reccobeats.requests) == 3
    assert AudioFeatures.objects.count() == 50


@pytest.mark.parametrize("fault", ["failed", "away", "hung_up", "half_a_body", "not_json"])
def test_a_service_that_fails_for_a_while_costs_no_question(
    known: list[str], reccobeats: ReccoBeatsDouble, fault: str
) -> None:
    ask_about(known[:50])
    reccobeats.play(fault, times=3)

    answer_until_done(NOW)

    assert AudioFeatures.objects.count() == 50
    assert not FeatureQuestion.objects.exists()


def test_half_of_all_calls_refused_all_tracks_are_described_in_the_end(
    known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    ask_about(known)
    reccobeats.play("rate_limited", times=None, every=2, retry_after_s=None)

    answer_until_done(NOW)

    assert AudioFeatures.objects.count() == len(known)


def test_questions_of_a_call_that_was_cut_off_are_asked_again(known: list[str]) -> None:
    ask_about(known[:10])

    cut_off = claim_questions(NOW, 40)

    assert len(cut_off) == 10
    assert answer_feature_questions(NOW + timedelta(seconds=59)) == Answers()
    assert answer_feature_questions(NOW + timedelta(seconds=60)).described == 10


def test_two_processes_ask_about_different_tracks(known: list[str]) -> None:
    ask_about(known[:60])

    first, second = claim_questions(NOW, 40), claim_questions(NOW, 40)

    assert (len(first), len(second)) == (40, 20)
    assert not first.keys() & second.keys()


def test_tracks_described_meanwhile_are_not_asked_about(
    known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    (track,) = ask_about(known[:1])
    AudioFeatures.objects.create(track=track, provider=AudioFeatures.Provider.CATALOGUE_FILE)

    assert answer_feature_questions(NOW) == Answers()
    assert reccobeats.requests == []


def test_switched_off_nobody_is_asked(
    known: list[str], reccobeats: ReccoBeatsDouble, settings: Settings
) -> None:
    ask_about(known[:1])
    settings.METAREC_RECCOBEATS = False

    assert answer_feature_questions(NOW) == Answers()
    assert reccobeats.requests == []


def test_seats_left_in_a_call_compare_the_catalogues_scale(
    known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    in_catalogue = [make_track(spotify_id="z" * 21 + str(digit)) for digit in range(10)]
    for track, spotify_id in zip(in_catalogue, known[40:], strict=False):
        reccobeats.tracks[str(track.spotify_id)] = reccobeats.tracks[spotify_id]
    AudioFeatures.objects.update(provider=AudioFeatures.Provider.CATALOGUE_FILE)
    before = list(AudioFeatures.objects.order_by("pk").values())
    ask_about(known[:3])

    answer_feature_questions(NOW)

    assert count_ids(reccobeats) == [13]
    assert list(AudioFeatures.objects.filter(track__in=in_catalogue).order_by("pk").values()) == (
        before
    )


def test_what_reccobeats_says_of_catalogue_tracks_is_kept_apart(
    known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    # The highest id of all follows whichever id the choice begins with.
    highest = max(known)
    reccobeats.tracks = {**reccobeats.tracks, "z" * 22: reccobeats.tracks[highest]}
    compared = make_track(spotify_id=highest)
    AudioFeatures.objects.update(provider=AudioFeatures.Provider.CATALOGUE_FILE)
    ask_about([spotify_id for spotify_id in known if spotify_id != highest])

    answer_all(NOW)

    for second in SecondDescription.objects.all():
        assert second.track == compared
        assert second.provider == AudioFeatures.Provider.RECCOBEATS
        said = dict(zip(FEATURES, second.features, strict=True))
        assert said["energy"] == ALL_TRACKS[highest].features["energy"]


def test_a_worker_describes_everything_and_recomputes(
    site: Site, known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    site.environment["RECCOBEATS_URL"] = reccobeats.api_url
    site.run(f"""
from recommendations.services.feature_questions import ask_for_features
from recommendations.tasks import answer_feature_questions
tracks = [make_track(spotify_id=key, features=None) for key in {known[:100]!r}]
make_top_tracks(make_user(), tracks)
ask_for_features([track.pk for track in tracks])
answer_feature_questions.delay()
""")

    with site.worker():
        wait_until(
            lambda: (
                site.query("SELECT described_track_count FROM recommendations_tasteprofile")
                == [(100,)]
            )
        )

    assert count_ids(reccobeats) == [40, 40, 20]


def test_a_killed_worker_loses_no_question(
    site: Site, known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    site.environment["RECCOBEATS_URL"] = reccobeats.api_url
    reccobeats.play("delayed", seconds=60)
    enqueue = "from recommendations.tasks import answer_feature_questions as answer; answer.delay()"
    site.run(f"""
from recommendations.services.feature_questions import ask_for_features
ask_for_features([make_track(spotify_id=key, features=None).pk for key in {known[:3]!r}])
{enqueue}
""")
    with site.worker() as worker:
        wait_until(lambda: bool(site.query("SELECT 1 FROM recommendations_outboundqueue")))
        kill_group(worker)
    reccobeats.recover()

    assert site.query("SELECT COUNT(*) FROM recommendations_featurequestion") == [(3,)]

    site.run(f"FeatureQuestion.objects.update(ask_at='2020-01-01T00:00Z'); {enqueue}")
    with site.worker():
        wait_until(
            lambda: site.query("SELECT COUNT(*) FROM recommendations_audiofeatures") == [(3,)]
        )
