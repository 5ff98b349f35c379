"""What every double can be told, by its handle and by its control address."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from tests.doubles.faults import COMMON
from tests.doubles.lastfm import API_KEY, LastFmDouble
from tests.doubles.listenbrainz import ListenBrainzDouble
from tests.doubles.messages import Answer, Request, json_answer
from tests.doubles.reccobeats import ReccoBeatsDouble
from tests.doubles.server import Double
from tests.doubles.spotify import SpotifyDouble

KINDS: list[Callable[[], Double]] = [
    SpotifyDouble,
    ReccoBeatsDouble,
    ListenBrainzDouble,
    LastFmDouble,
]


@pytest.fixture(params=KINDS, ids=["spotify", "reccobeats", "listenbrainz", "lastfm"])
def double(request: pytest.FixtureRequest) -> Iterator[Double]:
    with request.param() as running:
        yield running


def _ask(double: Double) -> requests.Response:
    """Ask something that each double answers with a body of JSON."""
    questions = {
        "spotify": "/v1/me",
        "reccobeats": "/v1/audio-features?ids=unknown",
        "listenbrainz": "/1/validate-token",
        "lastfm": f"/2.0/?method=user.getInfo&user=olga&format=json&api_key={API_KEY}",
    }
    return requests.get(double.url + questions[double.name], timeout=10)


def test_double_answers_json(double: Double) -> None:
    assert isinstance(_ask(double).json(), dict)


def test_away_answers_503_that_is_no_json(double: Double) -> None:
    double.play("away")

    answer = _ask(double)

    assert answer.status_code == 503
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_hung_up_closes_the_connection_without_an_answer(double: Double) -> None:
    double.play("hung_up")

    with pytest.raises(requests.ConnectionError):
        _ask(double)


def test_half_a_body_closes_the_connection_in_the_middle(double: Double) -> None:
    double.play("half_a_body")

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        _ask(double)


def test_delayed_answer_outlasts_a_client_without_patience(double: Double) -> None:
    double.play("delayed", seconds=60)

    with pytest.raises(requests.ReadTimeout):
        requests.get(double.url, timeout=0.2)


def test_not_json_is_a_page_with_success(double: Double) -> None:
    double.play("not_json")

    answer = _ask(double)

    assert answer.ok
    assert answer.text.startswith("<!doctype html>")


def test_fault_plays_so_often_and_no_more(double: Double) -> None:
    double.play("away", times=2)

    assert [_ask(double).status_code == 503 for _ in range(3)] == [True, True, False]


def test_fault_without_an_end_plays_until_recovery(double: Double) -> None:
    double.play("away", times=None)
    before = [_ask(double).status_code for _ in range(3)]

    double.recover()

    assert before == [503, 503, 503]
    assert _ask(double).status_code != 503


def test_fault_for_every_other_request_lets_the_rest_pass(double: Double) -> None:
    double.play("away", times=None, every=2)

    assert [_ask(double).status_code == 503 for _ in range(4)] == [False, True, False, True]


def test_faults_play_in_the_order_in_which_they_were_told(double: Double) -> None:
    double.play("away", status=500)
    double.play("away", status=502)

    assert [_ask(double).status_code for _ in range(2)] == [500, 502]


def test_fault_of_a_path_leaves_other_paths_alone(double: Double) -> None:
    double.play("away", path="/elsewhere")

    assert _ask(double).status_code != 503
    assert requests.get(f"{double.url}/elsewhere", timeout=10).status_code == 503


def test_unknown_fault_and_unknown_value_are_refused_at_once(double: Double) -> None:
    with pytest.raises(ValueError, match="plays away"):
        double.play("earthquake")
    with pytest.raises(TypeError):
        double.play("away", colour="red")


def test_control_address_plays_and_forgets_faults(double: Double) -> None:
    control = f"{double.url}/_double/faults"

    requests.post(control, json={"fault": "away", "times": None}, timeout=10).raise_for_status()
    broken = _ask(double).status_code
    requests.delete(control, timeout=10).raise_for_status()

    assert broken == 503
    assert _ask(double).status_code != 503


def test_control_address_tells_what_was_asked(double: Double) -> None:
    _ask(double)

    text = requests.get(f"{double.url}/_double/requests", timeout=10).text

    assert text == f"{double.requests[0]}\n"


def test_control_address_moves_the_clock(double: Double) -> None:
    before = double.clock.now()

    requests.post(f"{double.url}/_double/clock", json={"days": 190}, timeout=10)

    assert double.clock.now() - before >= timedelta(days=190)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"fault": "earthquake"}),
        ("faults", {"fault": "away", "colour": "red"}),
        ("clock", {"fortnights": 1}),
        ("settings", {"colour": "red"}),
        ("nothing", {}),
    ],
)
def test_control_address_says_what_makes_no_sense(
    double: Double, path: str, body: dict[str, object]
) -> None:
    answer = requests.post(f"{double.url}/_double/{path}", json=body, timeout=10)

    assert answer.status_code == 400
    assert answer.text.strip()


def test_settings_of_the_app_can_be_changed_by_the_control_address() -> None:
    with SpotifyDouble() as spotify:
        values = {"has_premium": False, "users": ["greta"]}
        requests.post(f"{spotify.url}/_double/settings", json=values, timeout=10)

        assert not spotify.app.has_premium
        assert spotify.app.users == ["greta"]


def test_what_a_double_gets_wrong_by_itself_fails_the_test() -> None:
    class Mistaken(LastFmDouble):
        def check(self, request: Request, answer: Answer) -> None:
            assert answer.load() == {"error": 6}, request.path

    double = Mistaken()
    with pytest.raises(AssertionError, match=r"GET /2\.0"), double:
        answer = _ask(double)

    assert answer.status_code == 500


def test_page_of_the_doubles_names_every_fault(double: Double) -> None:
    page = Path(__file__).with_name("README.md").read_text()

    assert [name for name in {**COMMON, **double.own_faults} if f"`{name}" not in page] == []


def test_json_answers_keep_every_letter() -> None:
    assert (
        json.loads(json_answer({"name": "Nächtliche Brücke"}).body)["name"] == "Nächtliche Brücke"
    )
