"""Consent, codes and tokens as Spotify's accounts service gives them."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from tests.doubles.clock import add_months
from tests.doubles.spotify import SpotifyDouble
from tests.doubles.spotify.app import App
from tests.doubles.spotify.server import REDIRECT_URI

ON_A_PORT = "http://127.0.0.1:8000/accounts/spotify/login/callback/"


def _authorize_url(spotify: SpotifyDouble, **changes: str) -> str:
    asked = {
        "client_id": spotify.app.client_id,
        "response_type": "code",
        "redirect_uri": ON_A_PORT,
        "scope": "user-top-read",
        "state": "a state & more",
    } | changes
    return f"{spotify.accounts_url}/authorize?{urlencode(asked)}"


def _read(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def _ask_for_token(
    spotify: SpotifyDouble, secret: str | None = None, **form: str
) -> requests.Response:
    auth = (spotify.app.client_id, secret or spotify.app.client_secret)
    return requests.post(f"{spotify.accounts_url}/api/token", form, auth=auth, timeout=10)


def _exchange(
    spotify: SpotifyDouble, code: str, redirect_uri: str = ON_A_PORT
) -> requests.Response:
    return _ask_for_token(
        spotify, grant_type="authorization_code", code=code, redirect_uri=redirect_uri
    )


def _refresh(spotify: SpotifyDouble, token: str) -> requests.Response:
    return _ask_for_token(spotify, grant_type="refresh_token", refresh_token=token)


def _status_of_me(spotify: SpotifyDouble, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{spotify.api_url}/me/", headers=headers, timeout=10).status_code


def test_consent_page_names_every_listener_and_the_scope(spotify: SpotifyDouble) -> None:
    page = requests.get(_authorize_url(spotify), timeout=10)

    assert page.headers["Content-Type"].startswith("text/html")
    assert "user-top-read" in page.text
    assert all(f'value="{name}"' in page.text for name in spotify.listeners)


def test_consent_leads_back_with_a_code_and_the_state(spotify: SpotifyDouble) -> None:
    location = spotify.consent(_authorize_url(spotify), "bruno")

    assert location.startswith(f"{ON_A_PORT}?")
    assert _read(location).keys() == {"code", "state"}
    assert _read(location)["state"] == "a state & more"


def test_denial_leads_back_with_an_error_and_the_state(spotify: SpotifyDouble) -> None:
    location = spotify.consent(_authorize_url(spotify), agrees=False)

    assert _read(location) == {"error": "access_denied", "state": "a state & more"}


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "another"},
        {"redirect_uri": "http://127.0.0.1:8000/accounts/spotify/login/callback"},
        {"redirect_uri": "http://127.0.0.1:8000/Accounts/spotify/login/callback/"},
        {"redirect_uri": "http://localhost:8000/accounts/spotify/login/callback/"},
        {"redirect_uri": "https://metarec.example/accounts/spotify/login/callback/"},
        {"response_type": "token"},
    ],
)
def test_what_does_not_match_the_registered_app_leads_nowhere(
    spotify: SpotifyDouble, changes: dict[str, str]
) -> None:
    page = requests.get(_authorize_url(spotify, **changes), allow_redirects=False, timeout=10)

    assert page.status_code == 400


def test_only_secure_addresses_can_be_registered() -> None:
    app = App()
    app.register("https://metarec.example/callback/")
    app.register("http://[::1]:8000/callback/")

    for refused in ("http://localhost:8000/callback/", "http://192.168.1.7/callback/", "ftp://a/"):
        with pytest.raises(ValueError, match="not secure"):
            app.register(refused)

    assert app.knows_redirect("http://[::1]:8000/callback/")
    assert not app.knows_redirect("http://[::1]:8001/callback/")


def test_code_gives_tokens_once(spotify: SpotifyDouble) -> None:
    code = _read(spotify.consent(_authorize_url(spotify)))["code"]

    first, second = _exchange(spotify, code), _exchange(spotify, code)

    tokens = first.json()
    assert tokens.keys() == {
        "access_token", "token_type", "expires_in", "refresh_token", "scope"
    }  # fmt: skip
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == (
        "Bearer", 3600, "user-top-read",
    )  # fmt: skip
    assert _status_of_me(spotify, tokens["access_token"]) == 200
    assert (second.status_code, second.json()) == (
        400,
        {"error": "invalid_grant", "error_description": "Invalid authorization code"},
    )


def test_code_belongs_to_the_address_that_it_was_sent_to(spotify: SpotifyDouble) -> None:
    code = _read(spotify.consent(_authorize_url(spotify)))["code"]

    answer = _exchange(spotify, code, REDIRECT_URI)

    assert answer.json()["error"] == "invalid_grant"


def test_tokens_are_given_to_the_app_alone(spotify: SpotifyDouble) -> None:
    code = _read(spotify.consent(_authorize_url(spotify)))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": ON_A_PORT}

    wrong = _ask_for_token(spotify, "wrong", **form)
    without = requests.post(f"{spotify.accounts_url}/api/token", form, timeout=10)

    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_client")
    assert (without.status_code, without.json()["error"]) == (400, "invalid_client")


def test_refresh_gives_no_new_refresh_token_at_first(spotify: SpotifyDouble) -> None:
    tokens = spotify.sign_in()

    refreshed = _refresh(spotify, tokens["refresh_token"]).json()

    assert "refresh_token" not in refreshed
    assert refreshed["access_token"] != tokens["access_token"]
    assert _status_of_me(spotify, refreshed["access_token"]) == 200


def test_refresh_can_give_a_new_refresh_token(spotify: SpotifyDouble) -> None:
    spotify.app.gives_new_refresh_tokens = True
    tokens = spotify.sign_in()

    new = _refresh(spotify, tokens["refresh_token"]).json()["refresh_token"]

    assert new != tokens["refresh_token"]
    assert _refresh(spotify, new).ok


def test_access_token_lives_an_hour(spotify: SpotifyDouble) -> None:
    token = spotify.sign_in()["access_token"]
    spotify.clock.move(timedelta(minutes=59))
    before = _status_of_me(spotify, token)

    spotify.clock.move(timedelta(minutes=2))

    assert (before, _status_of_me(spotify, token)) == (200, 401)


def test_refresh_token_dies_six_months_after_consent_whatever_was_refreshed(
    spotify: SpotifyDouble,
) -> None:
    spotify.app.gives_new_refresh_tokens = True
    token = spotify.sign_in()["refresh_token"]
    spotify.clock.move(timedelta(days=180))
    token = _refresh(spotify, token).json()["refresh_token"]

    spotify.clock.move(timedelta(days=5))

    assert _refresh(spotify, token).json() == {
        "error": "invalid_grant",
        "error_description": "Refresh token revoked",
    }


def test_revoked_consent_ends_all_tokens(spotify: SpotifyDouble) -> None:
    tokens, others = spotify.sign_in("ada"), spotify.sign_in("bruno")

    spotify.app.revoke("ada")

    assert _refresh(spotify, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert _status_of_me(spotify, tokens["access_token"]) == 401
    assert _status_of_me(spotify, others["access_token"]) == 200


@pytest.mark.parametrize("description", ["Refresh token revoked", "Invalid refresh token"])
def test_invalid_grant_can_be_played(spotify: SpotifyDouble, description: str) -> None:
    tokens = spotify.sign_in()
    spotify.play("invalid_grant", path="/api/token", description=description)

    answer = _refresh(spotify, tokens["refresh_token"])

    assert answer.status_code == 400
    assert answer.json() == {"error": "invalid_grant", "error_description": description}


def test_token_endpoint_can_be_away_while_the_api_answers(spotify: SpotifyDouble) -> None:
    tokens = spotify.sign_in()
    spotify.play("away", path="/api/token")

    assert _refresh(spotify, tokens["refresh_token"]).status_code == 503
    assert _status_of_me(spotify, tokens["access_token"]) == 200
    assert _refresh(spotify, tokens["refresh_token"]).status_code == 200


def test_months_end_with_their_last_day() -> None:
    end_of_august = datetime(2026, 8, 31, 12, tzinfo=UTC)

    assert add_months(end_of_august, 6) == datetime(2027, 2, 28, 12, tzinfo=UTC)
    assert add_months(datetime(2026, 6, 1, tzinfo=UTC), 6) == datetime(2026, 12, 1, tzinfo=UTC)
