"""Every fault that Spotify is known for can be played, and is what clients then see."""

from typing import Any

import pytest
import requests

from tests.doubles.spotify import SpotifyDouble


def _get(spotify: SpotifyDouble, path: str = "/me") -> requests.Response:
    headers = {"Authorization": f"Bearer {spotify.sign_in()['access_token']}"}
    return requests.get(f"{spotify.api_url}{path}", headers=headers, timeout=10)


def _play(spotify: SpotifyDouble, fault: str, path: str = "/me", **values: Any) -> Any:
    spotify.play(fault, **values)
    return _get(spotify, path)


@pytest.mark.parametrize(
    ("fault", "values", "status", "message"),
    [
        ("expired_token", {}, 401, "The access token expired"),
        ("spurious_401", {}, 401, "Access token missing"),
        (
            "not_registered",
            {"as_text": False},
            403,
            "User not registered in the Developer Dashboard",
        ),
        ("no_premium", {}, 403, "Active premium subscription required for the owner of the app."),
        ("insufficient_scope", {}, 403, "Insufficient client scope"),
        ("insufficient_scope", {"status": 401}, 401, "Permissions missing"),
        ("forbidden", {}, 403, "Forbidden"),
        ("rate_limited", {}, 429, "API rate limit exceeded"),
    ],
)
def test_error_has_its_status_and_message(
    spotify: SpotifyDouble, fault: str, values: dict[str, Any], status: int, message: str
) -> None:
    answer = _play(spotify, fault, **values)

    assert answer.status_code == status
    assert answer.json() == {"error": {"status": status, "message": message}}
    assert _get(spotify).status_code == 200


def test_403_can_be_plain_text(spotify: SpotifyDouble) -> None:
    answer = _play(spotify, "not_registered")

    assert answer.status_code == 403
    assert answer.text == "User not registered in the Developer Dashboard"


def test_rate_limit_can_say_how_long(spotify: SpotifyDouble) -> None:
    assert _play(spotify, "rate_limited", retry_after_s=86_400).headers["Retry-After"] == "86400"


def test_rate_limit_can_keep_silent_about_how_long(spotify: SpotifyDouble) -> None:
    assert "Retry-After" not in _play(spotify, "rate_limited").headers


def test_rate_limit_can_be_plain_text(spotify: SpotifyDouble) -> None:
    answer = _play(spotify, "rate_limited", as_text=True)

    assert (answer.status_code, answer.text) == (429, "Too many requests")


def test_quota_that_is_used_up_has_a_reason_of_its_own(spotify: SpotifyDouble) -> None:
    answer = _play(spotify, "quota_exceeded")

    assert answer.status_code == 429
    assert answer.json()["error"] == {
        "status": 429,
        "message": "Too many requests",
        "reason": "QUOTA_EXCEEDED",
    }
    assert "Retry-After" not in answer.headers


def test_genres_can_be_null_or_absent(spotify: SpotifyDouble) -> None:
    null = _play(spotify, "null_genres", "/me/top/artists").json()["items"]
    absent = _play(spotify, "without_genres", "/me/top/artists").json()["items"]

    assert {artist["genres"] for artist in null} == {None}
    assert all("genres" not in artist for artist in absent)


def test_email_can_be_missing_from_an_extended_app_too(spotify: SpotifyDouble) -> None:
    spotify.app.is_extended = True

    assert "email" in _get(spotify).json()
    assert "email" not in _play(spotify, "without_email").json()


def test_account_id_can_be_missing(spotify: SpotifyDouble) -> None:
    user = _play(spotify, "without_account_id").json()

    assert "account_id" not in user
    assert user["id"] == "ada"


def test_tracks_can_be_without_isrc(spotify: SpotifyDouble) -> None:
    items = _play(spotify, "without_isrc", "/me/top/tracks").json()["items"]

    assert [track["external_ids"] for track in items] == [{}] * 20


def test_first_track_can_be_a_local_file_without_an_id(spotify: SpotifyDouble) -> None:
    first, *others = _play(spotify, "local_file", "/me/top/tracks").json()["items"]

    assert (first["id"], first["is_local"]) == (None, True)
    assert first["uri"].startswith("spotify:local:")
    assert [artist["id"] for artist in first["artists"]] == [None]
    assert all(track["id"] for track in others)


@pytest.mark.parametrize("kind", ["tracks", "artists"])
def test_top_list_can_be_empty(spotify: SpotifyDouble, kind: str) -> None:
    page = _play(spotify, "empty_list", f"/me/top/{kind}").json()

    assert (page["items"], page["next"], page["total"]) == ([], None, 0)


def test_fault_waits_for_the_requests_that_it_is_for(spotify: SpotifyDouble) -> None:
    spotify.play("without_isrc")
    spotify.play("without_account_id")

    artists, tracks = (_get(spotify, f"/me/top/{kind}").json() for kind in ("artists", "tracks"))

    assert artists["items"]
    assert tracks["items"][0]["external_ids"] == {}
    assert "account_id" not in _get(spotify).json()


def test_change_of_an_answer_leaves_errors_as_they_are(spotify: SpotifyDouble) -> None:
    spotify.play("null_genres")

    answer = requests.get(f"{spotify.api_url}/me/top/artists", timeout=10)

    assert answer.json() == {"error": {"status": 401, "message": "No token provided"}}
