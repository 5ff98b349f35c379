"""Last.fm as its double plays it."""

from typing import Any

import pytest
import requests

from tests.doubles.lastfm import API_KEY, PERIODS, LastFmDouble


def _get(lastfm: LastFmDouble, method: str, user: str = "olga", **values: Any) -> requests.Response:
    asked = {"method": method, "user": user, "api_key": API_KEY, "format": "json"} | values
    return requests.get(lastfm.api_url, params=asked, timeout=10)


def test_listener_has_information_and_names_are_the_same_in_any_case(lastfm: LastFmDouble) -> None:
    user = _get(lastfm, "user.getInfo", "OLGA").json()["user"]

    assert user["name"] == "olga"
    assert isinstance(user["playcount"], str)


def test_paging_is_text(lastfm: LastFmDouble) -> None:
    paging = _get(lastfm, "user.getTopTracks").json()["toptracks"]["@attr"]

    assert paging == {
        "user": "olga", "page": "1", "perPage": "50", "totalPages": "2", "total": "64"
    }  # fmt: skip


def test_pages_follow_each_other(lastfm: LastFmDouble) -> None:
    whole = _get(lastfm, "user.getTopTracks", limit=1000).json()["toptracks"]["track"]

    second = _get(lastfm, "user.gettoptracks", limit=10, page=2).json()["toptracks"]["track"]
    behind = _get(lastfm, "user.gettoptracks", limit=10, page=9).json()["toptracks"]["track"]

    assert second == whole[10:20]
    assert behind == []
    assert [row["@attr"]["rank"] for row in second] == [str(rank) for rank in range(11, 21)]


def test_track_has_numbers_as_text_and_often_no_mbid(lastfm: LastFmDouble) -> None:
    tracks = _get(lastfm, "user.getTopTracks").json()["toptracks"]["track"]

    assert all(row["playcount"].isdecimal() and row["duration"].isdecimal() for row in tracks)
    assert "" in {row["mbid"] for row in tracks}
    assert tracks[0]["artist"].keys() == {"name", "mbid", "url"}


def test_top_artists_have_their_plays(lastfm: LastFmDouble) -> None:
    answer = _get(lastfm, "user.getTopArtists").json()["topartists"]

    assert len(answer["artist"]) == 8
    assert answer["artist"][0]["playcount"] == "128"


def test_single_row_is_an_object(lastfm: LastFmDouble) -> None:
    track = _get(lastfm, "user.getTopTracks", "one-song").json()["toptracks"]["track"]
    artist = _get(lastfm, "user.getTopArtists", "one-song").json()["topartists"]["artist"]

    assert track["artist"]["name"] == artist["name"]


def test_listener_without_plays_has_empty_lists(lastfm: LastFmDouble) -> None:
    answer = _get(lastfm, "user.getTopTracks", "no-song").json()["toptracks"]

    assert (answer["track"], answer["@attr"]["totalPages"]) == ([], "0")


def test_periods_have_lists_of_their_own(lastfm: LastFmDouble) -> None:
    first = {
        _get(lastfm, "user.getTopTracks", period=period).json()["toptracks"]["track"][0]["name"]
        for period in PERIODS
    }

    assert len(first) == len(PERIODS)


@pytest.mark.parametrize("values", [{"period": "ever"}, {"page": 0}, {"limit": 1001}])
def test_wrong_parameter_is_error_6(lastfm: LastFmDouble, values: dict[str, Any]) -> None:
    assert _get(lastfm, "user.getTopTracks", **values).json()["error"] == 6


def test_unknown_listener_is_error_6_and_wrong_key_error_10(lastfm: LastFmDouble) -> None:
    assert _get(lastfm, "user.getInfo", "who").json() == {"error": 6, "message": "User not found"}
    assert _get(lastfm, "user.getInfo", api_key="wrong").json()["error"] == 10


def test_without_the_format_it_answers_xml(lastfm: LastFmDouble) -> None:
    assert _get(lastfm, "user.getInfo", format="").headers["Content-Type"] == "text/xml"


@pytest.mark.parametrize("number", [6, 8, 10, 11, 16, 17, 26, 29])
def test_error_can_be_played_under_any_status(lastfm: LastFmDouble, number: int) -> None:
    lastfm.play("error", number=number, status=200)
    lastfm.play("error", number=number)

    with_success, usual = (_get(lastfm, "user.getTopTracks") for _ in range(2))

    assert (with_success.status_code, with_success.json()["error"]) == (200, number)
    assert not usual.ok
    assert usual.json() == with_success.json()


def test_rate_limit_is_error_29_without_a_time(lastfm: LastFmDouble) -> None:
    lastfm.play("rate_limited")

    answer = _get(lastfm, "user.getTopTracks")

    assert answer.json()["error"] == 29
    assert "Retry-After" not in answer.headers
