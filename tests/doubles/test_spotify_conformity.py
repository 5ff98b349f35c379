"""Answers of Spotify's double cannot drift away from the vendor's description."""

from typing import Any

import pytest

from tests.doubles.catalogue import TRACKS
from tests.doubles.messages import Request, json_answer
from tests.doubles.spotify.conformity import DEVIATIONS, REMOVED, check_conformity
from tests.doubles.spotify.objects import Objects
from tests.doubles.spotify.world import make_listeners

API_URL = "https://api.spotify.com/v1"


def _check(
    path: str, value: object, status: int = 200, deviation: str = "", *, is_extended: bool = False
) -> None:
    request = Request("GET", f"/v1{path}", {}, {}, {}, b"")
    answer = json_answer(value, status, deviation=deviation)
    check_conformity(request, answer, is_extended=is_extended)


def _track(*, is_extended: bool = False) -> dict[str, Any]:
    return Objects(API_URL, is_extended).make_track(TRACKS["folk"][0])


def _artist(*, is_extended: bool = False) -> dict[str, Any]:
    artist = TRACKS["folk"][0].artists[0]
    return Objects(API_URL, is_extended).make_artist(artist)


def _user(*, is_extended: bool = False) -> dict[str, Any]:
    return Objects(API_URL, is_extended).make_user(make_listeners()["ada"])


@pytest.mark.parametrize(
    ("path", "make"), [("/tracks/a", _track), ("/artists/a", _artist), ("/me", _user)]
)
def test_objects_conform_in_their_mode_and_in_no_other(path: str, make: Any) -> None:
    _check(path, make())
    _check(path, make(is_extended=True), is_extended=True)

    with pytest.raises(AssertionError, match="unexpected"):
        _check(path, make(is_extended=True))


@pytest.mark.parametrize("name", sorted(REMOVED["TrackObject"]))
def test_removed_field_of_a_track_is_found(name: str) -> None:
    with pytest.raises(AssertionError, match=name):
        _check("/tracks/a", _track() | {name: None})


def test_field_that_nobody_described_is_found() -> None:
    track = _track()
    track["album"]["artists"][0]["nom"] = "?"

    with pytest.raises(AssertionError, match=r"\$\.album\.artists\[0\].*nom"):
        _check("/tracks/a", track)


def test_required_field_that_is_missing_is_found() -> None:
    track = _track()
    del track["album"]["release_date"]

    with pytest.raises(AssertionError, match="release_date"):
        _check("/tracks/a", track)


def test_wrong_type_is_found() -> None:
    with pytest.raises(AssertionError, match=r"\$\.duration_ms"):
        _check("/tracks/a", _track() | {"duration_ms": "181000"})


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429])
def test_errors_have_status_and_message(status: int) -> None:
    _check("/me", {"error": {"status": status, "message": "no"}}, status)

    with pytest.raises(AssertionError, match="message"):
        _check("/me", {"error": {"status": status}}, status)


def test_answer_to_a_path_that_is_not_described_must_be_an_error() -> None:
    _check("/me/moods", {"error": {"status": 404, "message": "no"}}, 404)

    with pytest.raises(AssertionError):
        _check("/me/moods", {"mood": "fine"})


@pytest.mark.parametrize(
    ("path", "value", "status", "deviation"),
    [
        ("/audio-features", {"error": {"status": 403}}, 403, "error_without_message"),
        (
            "/me",
            {"error": {"status": 429, "message": "", "reason": "QUOTA_EXCEEDED"}},
            429,
            "error_with_reason",
        ),
        ("/artists/a", _artist() | {"genres": None}, 200, "null_genres"),
        ("/me", _user() | {"display_name": None}, 200, "null_display_name"),
        ("/tracks/a", _track() | {"id": None, "href": None}, 200, "local_file"),
        ("/tracks", {"tracks": [None]}, 200, "unknown_among_several"),
    ],
)
def test_deviation_has_to_be_named(path: str, value: object, status: int, deviation: str) -> None:
    _check(path, value, status, deviation)

    with pytest.raises(AssertionError):
        _check(path, value, status)


def test_deviations_above_are_all_there_are() -> None:
    assert set(DEVIATIONS) == {
        "error_without_message", "error_with_reason", "null_genres", "null_display_name",
        "local_file", "unknown_among_several",
    }  # fmt: skip
