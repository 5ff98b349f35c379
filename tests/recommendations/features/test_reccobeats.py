"""What ReccoBeats answers becomes features or an error that says what to do, over real HTTP."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import requests

from recommendations.features.reccobeats import fetch_features
from recommendations.service_errors import AppNotAllowed, RateLimited, ServiceAway
from recommendations.taste.schema import AUDIO_FEATURES
from tests.doubles.catalogue import ALL_TRACKS
from tests.doubles.reccobeats import ReccoBeatsDouble

_NAMES = [feature.name for feature in AUDIO_FEATURES]

Fetch = Callable[[list[str]], dict[str, dict[str, float | None]]]


@pytest.fixture
def fetch(reccobeats: ReccoBeatsDouble) -> Fetch:
    def fetch_by_name(ids: list[str]) -> dict[str, dict[str, float | None]]:
        with requests.Session() as session:
            found = fetch_features(session, reccobeats.api_url, ids)
        return {
            spotify_id: dict(zip(_NAMES, values, strict=True))
            for spotify_id, values in found.items()
        }

    return fetch_by_name


@pytest.fixture
def known(reccobeats: ReccoBeatsDouble) -> list[str]:
    return [spotify_id for spotify_id in ALL_TRACKS if spotify_id in reccobeats.tracks]


def assert_true(found: dict[str, dict[str, float | None]]) -> None:
    for spotify_id, values in found.items():
        truth = ALL_TRACKS[spotify_id].features
        assert values["tempo_bpm"] == truth["tempo"]
        assert values["loudness_db"] == truth["loudness"]
        assert values["energy"] == truth["energy"]
        assert values["key"] == truth["key"]
        assert values["time_signature"] is None


def test_forty_tracks_take_one_call(
    fetch: Fetch, known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    found = fetch(known[:40])

    assert found.keys() == set(known[:40])
    assert_true(found)
    assert len(reccobeats.requests) == 1


def test_rows_in_another_order_are_known_by_their_address(
    fetch: Fetch, known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    reccobeats.play("shuffled")

    found = fetch(known[:40])

    assert len(found) == 40
    assert_true(found)


def test_unknown_tracks_are_left_out(
    fetch: Fetch, known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    unknown = [spotify_id for spotify_id in ALL_TRACKS if spotify_id not in reccobeats.tracks]

    assert fetch([*unknown[:3], known[0]]).keys() == {known[0]}


def test_rows_that_are_missing_shift_no_other(
    fetch: Fetch, known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    reccobeats.play("omitted")

    found = fetch(known[:40])

    assert len(found) == 20
    assert_true(found)


def test_nothing_known_is_no_error(
    fetch: Fetch, known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    reccobeats.play("nothing_known")

    assert fetch(known[:40]) == {}


def test_missing_and_empty_values_are_unknown(
    fetch: Fetch, known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    reccobeats.play("without_values")

    values = fetch(known[:1])[known[0]]

    assert (values["tempo_bpm"], values["valence"]) == (None, None)
    assert values["energy"] is not None


def test_values_that_cannot_be_right_are_unknown(
    fetch: Fetch, known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    track = reccobeats.tracks[known[0]]
    reccobeats.tracks[known[0]] = replace(track, features={**track.features, "energy": 7.5})

    values = fetch(known[:1])[known[0]]

    assert values["energy"] is None
    assert values["valence"] == track.features["valence"]


@pytest.mark.parametrize("count", [0, 41])
def test_more_than_forty_ids_are_not_asked_for(
    fetch: Fetch, known: list[str], reccobeats: ReccoBeatsDouble, count: int
) -> None:
    with pytest.raises(ValueError, match="1 to 40"):
        fetch(known[:count])
    assert reccobeats.requests == []


def test_an_id_too_many_is_an_error_of_the_service(
    known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    with requests.Session() as session, pytest.raises(ServiceAway, match="400"):
        fetch_features(session, reccobeats.api_url, [",".join(known[:41])])


@pytest.mark.parametrize("retry_after_s", [7, None])
def test_too_many_requests_say_when_to_come_back(
    fetch: Fetch, known: list[str], reccobeats: ReccoBeatsDouble, retry_after_s: int | None
) -> None:
    reccobeats.play("rate_limited", retry_after_s=retry_after_s)

    with pytest.raises(RateLimited) as caught:
        fetch(known[:1])
    assert caught.value.retry_after_s == retry_after_s


@pytest.mark.parametrize("fault", ["failed", "away", "hung_up", "half_a_body", "not_json"])
def test_a_service_without_a_sensible_answer_is_away(
    fetch: Fetch, known: list[str], reccobeats: ReccoBeatsDouble, fault: str
) -> None:
    reccobeats.play(fault)

    with pytest.raises(ServiceAway):
        fetch(known[:1])


def test_a_service_that_refuses_us_is_told_apart(
    fetch: Fetch, known: list[str], reccobeats: ReccoBeatsDouble
) -> None:
    reccobeats.play("away", status=403)

    with pytest.raises(AppNotAllowed):
        fetch(known[:1])


def test_a_service_that_is_not_there_is_away() -> None:
    with requests.Session() as session, pytest.raises(ServiceAway):
        fetch_features(session, "http://127.0.0.1:1/v1", ["a" * 22])
