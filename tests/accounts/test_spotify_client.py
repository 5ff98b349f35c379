import logging
import time
from datetime import timedelta
from typing import Any

import pytest
import spotipy
from django.test import override_settings
from django.utils import timezone

from accounts.consent import CONSENT_LASTS
from accounts.models import MusicAccount, User
from accounts.spotify import build_client
from accounts.spotify_errors import (
    SpotifyAppRefused,
    SpotifyAway,
    SpotifyConsentNeeded,
    SpotifyError,
)
from accounts.tokens import encrypt_token, rotate_tokens
from tests.accounts.conftest import Visitor, read_token

TOKEN_PATH = "/api/token"
HOUR_S = 3600


@pytest.fixture
def account(visitor: Visitor) -> MusicAccount:
    """Ada's account, just connected."""
    visitor.go("ada")
    return MusicAccount.objects.get()


def rewrite_token(account: MusicAccount, **changes: Any) -> None:
    text = encrypt_token({**read_token(account), **changes})
    MusicAccount.objects.filter(pk=account.pk).update(encrypted_token=text)


def expire(account: MusicAccount) -> None:
    rewrite_token(account, expires_at=int(time.time()) - 1)


def count_refreshes(visitor: Visitor) -> int:
    # The first request for a token exchanged the code.
    return sum(request.path == TOKEN_PATH for request in visitor.spotify.requests) - 1


def test_a_client_reads_the_listeners_lists(account: MusicAccount) -> None:
    items = build_client(account).current_user_top_tracks(limit=5)["items"]

    assert len(items) == 5


def test_a_living_token_is_not_refreshed(visitor: Visitor, account: MusicAccount) -> None:
    build_client(account)

    assert count_refreshes(visitor) == 0


@pytest.mark.parametrize("left_s", [-HOUR_S, 0, 50])
def test_a_token_that_ends_within_a_minute_is_refreshed_first(
    visitor: Visitor, account: MusicAccount, left_s: int
) -> None:
    rewrite_token(account, expires_at=int(time.time()) + left_s)

    build_client(account).current_user()

    assert count_refreshes(visitor) == 1
    assert read_token(account)["expires_at"] > time.time() + HOUR_S - 60


def test_the_old_refresh_token_is_kept_where_no_new_one_comes(account: MusicAccount) -> None:
    before = read_token(account)
    expire(account)

    build_client(account)

    after = read_token(account)
    assert after["refresh_token"] == before["refresh_token"]
    assert after["access_token"] != before["access_token"]


def test_a_new_refresh_token_is_stored(visitor: Visitor, account: MusicAccount) -> None:
    visitor.spotify.configure({"gives_new_refresh_tokens": True})
    before = read_token(account)
    expire(account)

    build_client(account)

    assert read_token(account)["refresh_token"] != before["refresh_token"]


def test_refreshing_does_not_prolong_the_permission(account: MusicAccount) -> None:
    expire(account)

    build_client(account)

    assert MusicAccount.objects.get().authorized_at == account.authorized_at


def test_a_token_that_spotify_declares_dead_is_deleted(
    visitor: Visitor, account: MusicAccount
) -> None:
    visitor.spotify.app.revoke("ada")
    expire(account)

    with pytest.raises(SpotifyConsentNeeded):
        build_client(account)

    row = MusicAccount.objects.get()
    assert row.encrypted_token == ""
    assert row.consent_lost_at is not None
    assert row.token_claimed_until is None


def test_a_dead_token_is_not_tried_again(visitor: Visitor, account: MusicAccount) -> None:
    visitor.spotify.app.revoke("ada")
    expire(account)
    for _ in range(2):
        with pytest.raises(SpotifyConsentNeeded):
            build_client(account)

    assert count_refreshes(visitor) == 1


@pytest.mark.parametrize(
    ("fault", "values", "retry_after_s"),
    [
        ("away", {}, None),
        ("away", {"status": 500, "text": '{"error": "invalid_grant"}'}, None),
        ("away", {"status": 502, "text": "[]"}, None),
        ("hung_up", {}, None),
        ("half_a_body", {}, None),
        ("not_json", {}, None),
        ("away", {"status": 200, "text": '{"access_token": "only"}'}, None),
        ("away", {"status": 200, "text": "[]"}, None),
        ("away", {"status": 400, "text": '["invalid_grant"]'}, None),
        ("rate_limited", {"retry_after_s": 7}, 7),
    ],
)
def test_a_token_outlives_what_goes_wrong_at_spotify(
    visitor: Visitor,
    account: MusicAccount,
    fault: str,
    values: dict[str, Any],
    retry_after_s: float | None,
) -> None:
    expire(account)
    before = MusicAccount.objects.get()
    visitor.spotify.play(fault, path=TOKEN_PATH, **values)

    with pytest.raises(SpotifyAway) as caught:
        build_client(account)

    row = MusicAccount.objects.get()
    assert caught.value.retry_after_s == retry_after_s
    assert row.encrypted_token == before.encrypted_token
    assert row.consent_lost_at is None
    build_client(account).current_user()


def test_a_token_outlives_wrong_keys_of_the_app(account: MusicAccount) -> None:
    expire(account)

    with (
        override_settings(SPOTIFY_CLIENT_SECRET="wrong"),
        pytest.raises(SpotifyAppRefused),
    ):
        build_client(account)

    assert MusicAccount.objects.get().encrypted_token


def test_a_token_that_cannot_be_read_asks_for_a_new_permission_and_is_kept(
    account: MusicAccount,
) -> None:
    with override_settings(METAREC_TOKEN_KEYS=["another"]), pytest.raises(SpotifyConsentNeeded):
        build_client(account)

    row = MusicAccount.objects.get()
    assert row.consent_lost_at is not None
    assert row.encrypted_token == account.encrypted_token


def test_a_key_that_is_put_back_mends_it(account: MusicAccount) -> None:
    with override_settings(METAREC_TOKEN_KEYS=["another"]), pytest.raises(SpotifyConsentNeeded):
        build_client(account)
    with pytest.raises(SpotifyConsentNeeded):
        build_client(account)

    rotate_tokens()

    build_client(account).current_user()
    assert MusicAccount.objects.get().consent_lost_at is None


def test_after_six_months_nothing_is_asked(visitor: Visitor, account: MusicAccount) -> None:
    MusicAccount.objects.update(authorized_at=timezone.now() - CONSENT_LASTS)
    expire(account)

    with pytest.raises(SpotifyConsentNeeded):
        build_client(account)

    assert count_refreshes(visitor) == 0


def test_a_scope_that_is_too_small_asks_for_a_new_permission(account: MusicAccount) -> None:
    MusicAccount.objects.update(scopes="playlist-read-private")

    with pytest.raises(SpotifyConsentNeeded):
        build_client(account)


def test_the_scope_is_kept_as_it_was_granted(visitor: Visitor) -> None:
    location = visitor.leave().replace("user-top-read", "playlist-read-private")

    visitor.come_back(visitor.spotify.consent(location, "ada"))

    assert MusicAccount.objects.get().scopes == "playlist-read-private"


@pytest.mark.parametrize("change", ["deleted", "switched off"])
def test_reading_stops_at_once(account: MusicAccount, change: str) -> None:
    error: type[SpotifyError] = SpotifyConsentNeeded
    is_on = change != "switched off"
    if is_on:
        MusicAccount.objects.all().delete()
    else:
        error = SpotifyAppRefused

    with override_settings(METAREC_SPOTIFY=is_on), pytest.raises(error):
        build_client(account)


def test_429_is_seen_at_once_with_its_wait(visitor: Visitor, account: MusicAccount) -> None:
    client = build_client(account)
    visitor.spotify.play("rate_limited", path="/v1/me/top", retry_after_s=86_400, times=None)

    with pytest.raises(spotipy.SpotifyException) as caught:
        client.current_user_top_tracks()

    assert caught.value.http_status == 429
    assert caught.value.headers["Retry-After"] == "86400"
    asked = [request for request in visitor.spotify.requests if request.path.startswith("/v1/me/t")]
    assert len(asked) == 1


def test_500_is_not_tried_again(visitor: Visitor, account: MusicAccount) -> None:
    client = build_client(account)
    visitor.spotify.play("away", path="/v1/me/top", status=500, times=None)

    with pytest.raises(spotipy.SpotifyException) as caught:
        client.current_user_top_tracks()

    assert caught.value.http_status == 500


def test_nothing_waits_for_ever(account: MusicAccount) -> None:
    client = build_client(account)

    assert client.requests_timeout is not None
    assert client.auth_manager is None


def test_a_process_that_died_while_refreshing_is_not_waited_for(account: MusicAccount) -> None:
    expire(account)
    MusicAccount.objects.update(token_claimed_until=timezone.now() - timedelta(seconds=1))

    build_client(account).current_user()


def test_no_token_is_logged_or_named_in_an_error(
    visitor: Visitor, account: MusicAccount, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    texts = []
    for fault in ("invalid_grant", "away", "not_json", "rate_limited", "hung_up"):
        expire(account)
        visitor.spotify.play(fault, path=TOKEN_PATH)
        with pytest.raises(SpotifyError) as caught:
            build_client(account)
        texts += [str(caught.value), repr(caught.value), repr(caught.value.__cause__)]
        MusicAccount.objects.update(encrypted_token=account.encrypted_token, consent_lost_at=None)
    expire(account)
    client = build_client(account)
    client.current_user_top_tracks()
    visitor.spotify.play("expired_token", path="/v1/me")
    with pytest.raises(spotipy.SpotifyException) as refused:
        client.current_user()

    texts += [caplog.text, str(refused.value), repr(client), repr(account), str(account)]
    secrets = {*visitor.spotify.secrets, read_token(account)["refresh_token"]}
    assert [secret for secret in secrets for text in texts if secret in text] == []


def test_loggers_of_libraries_stay_above_what_names_tokens() -> None:
    for name in ("spotipy", "spotipy.client", "spotipy.oauth2", "urllib3.connectionpool",
                 "requests_oauthlib", "allauth.socialaccount"):  # fmt: skip
        assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)


def test_who_the_account_belongs_to_goes_with_its_token(account: MusicAccount) -> None:
    User.objects.all().delete()

    with pytest.raises(SpotifyConsentNeeded):
        build_client(account)
