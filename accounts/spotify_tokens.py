"""Gets tokens from Spotify, keeps them in the database, refreshes them in time.

spotipy does the asking, with timeouts and a cache of ours: left to itself it waits for ever,
opens browsers, reads the console and writes tokens to disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import requests
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from spotipy.cache_handler import CacheHandler, MemoryCacheHandler
from spotipy.oauth2 import SpotifyOAuth, SpotifyOauthError

from accounts.consent import WANTED_SCOPES
from accounts.models import MusicAccount
from accounts.spotify_errors import (
    SpotifyAppRefused,
    SpotifyAway,
    SpotifyConsentNeeded,
    SpotifyError,
)
from accounts.tokens import decrypt_token, encrypt_token

# Seconds to connect and to wait for each piece of an answer; chosen by us, as spotipy's own 5 s.
TIMEOUT_S = (3.05, 5.0)
# Longer than a refresh can take; then a process that was killed is waited for no more.
_CLAIM = timedelta(seconds=30)
# spotipy wants one; a refresh does not send it.
_NO_REDIRECT = "http://127.0.0.1/"
_KEPT = ("access_token", "refresh_token", "expires_at")


def exchange_code(code: str, redirect_uri: str) -> dict[str, Any]:
    """Return the token for a code that a listener's browser brought; its scope is as granted.

    Raises ``SpotifyConsentNeeded`` for a code that is wrong or was used before, ``SpotifyAway``
    and ``SpotifyAppRefused``.
    """
    kept = MemoryCacheHandler()
    with _oauth_errors():
        # Asked without the cache, which could hold another listener's token.
        _build_oauth(kept, redirect_uri).get_access_token(code, as_dict=False, check_cache=False)
        token: dict[str, Any] = dict(kept.get_cached_token())
        if not token["access_token"] or not token["refresh_token"]:
            raise SpotifyAway("Spotify's answer has no token in it.")
    return token


def store_token(account: MusicAccount, token: dict[str, Any]) -> None:
    """Write a token into the account's columns; saving is the caller's."""
    account.encrypted_token = encrypt_token({name: token[name] for name in _KEPT})
    account.scopes = str(token.get("scope") or " ".join(sorted(WANTED_SCOPES)))


def refresh_token(account_id: int) -> dict[str, Any]:
    """Return the account's token refreshed and stored, by one process at a time.

    Raises ``SpotifyConsentNeeded`` after deleting a token that is dead, ``SpotifyAway`` and
    ``SpotifyAppRefused``, which keep it.

    The claim is a column, not a transaction around the request: SQLite would keep everybody else
    from writing for so long.
    """
    row = MusicAccount.objects.filter(pk=account_id)
    now = timezone.now()
    is_free = Q(token_claimed_until=None) | Q(token_claimed_until__lte=now)
    if not row.filter(is_free).update(token_claimed_until=now + _CLAIM):
        raise SpotifyAway("Another process is refreshing the token.", retry_after_s=2)
    try:
        # Read again: another process may just have done it.
        token = decrypt_token(row.values_list("encrypted_token", flat=True).get())
        if token is None:
            raise SpotifyConsentNeeded("The account was disconnected meanwhile.")
        return _refresh_claimed(account_id, token) if is_expired(token) else token
    except MusicAccount.DoesNotExist:
        raise SpotifyConsentNeeded("The account was disconnected meanwhile.") from None
    finally:
        row.update(token_claimed_until=None)


def _refresh_claimed(account_id: int, token: dict[str, Any]) -> dict[str, Any]:
    cache = _DatabaseCache(account_id, token)
    try:
        with _oauth_errors():
            refreshed: dict[str, Any] = _build_oauth(cache, _NO_REDIRECT).refresh_access_token(
                token["refresh_token"]
            )
    except SpotifyConsentNeeded:
        cache.delete()
        raise
    if not MusicAccount.objects.filter(pk=account_id).exists():
        raise SpotifyConsentNeeded("The account was disconnected meanwhile.")
    return refreshed


def is_expired(token: dict[str, Any]) -> bool:
    """Return whether an access token is good for less than a minute."""
    return bool(SpotifyOAuth.is_token_expired(token))


def note_lost(account_id: int) -> None:
    """Write down since when the permission is of no use."""
    row = MusicAccount.objects.filter(pk=account_id, consent_lost_at=None)
    row.update(consent_lost_at=timezone.now())


class _DatabaseCache(CacheHandler):  # type: ignore[misc] # spotipy is untyped
    """spotipy's cache on the database: the token of one account, encrypted.

    What it saves replaces the token that was refreshed and no other: the listener may have
    disconnected or connected anew meanwhile.
    """

    def __init__(self, account_id: int, refreshed: dict[str, Any]) -> None:
        self._account_id = account_id
        self._refreshed = refreshed

    def get_cached_token(self) -> dict[str, Any] | None:
        return self._refreshed

    def save_token_to_cache(self, token_info: dict[str, Any]) -> None:
        old = self._refreshed["refresh_token"]
        token_info["refresh_token"] = token_info["refresh_token"] or old
        with transaction.atomic():
            if self._lock() is not None:
                MusicAccount.objects.filter(pk=self._account_id).update(
                    encrypted_token=encrypt_token({name: token_info[name] for name in _KEPT}),
                    token_claimed_until=None,
                )

    def delete(self) -> None:
        """Delete a token that is dead."""
        with transaction.atomic():
            if self._lock() is not None:
                MusicAccount.objects.filter(pk=self._account_id).update(
                    encrypted_token="", token_claimed_until=None
                )
                note_lost(self._account_id)

    def _lock(self) -> MusicAccount | None:
        """Return the row, locked, if it still holds the token that was refreshed."""
        row = MusicAccount.objects.select_for_update().filter(pk=self._account_id).first()
        held = decrypt_token(row.encrypted_token) if row is not None else None
        is_same = held is not None and held["refresh_token"] == self._refreshed["refresh_token"]
        return row if is_same else None


class _OAuth(SpotifyOAuth):  # type: ignore[misc] # spotipy is untyped
    """spotipy's, which writes what was asked for over what was granted."""

    def _add_custom_values_to_token_info(self, token_info: dict[str, Any]) -> dict[str, Any]:
        granted = token_info.get("scope")
        complete: dict[str, Any] = super()._add_custom_values_to_token_info(token_info)
        return complete if granted is None else {**complete, "scope": granted}


def _build_oauth(cache: CacheHandler, redirect_uri: str) -> SpotifyOAuth:
    oauth = _OAuth(
        client_id=settings.SPOTIFY_CLIENT_ID,
        client_secret=settings.SPOTIFY_CLIENT_SECRET,
        redirect_uri=redirect_uri,
        scope=sorted(WANTED_SCOPES),
        cache_handler=cache,
        requests_session=requests.Session(),
        requests_timeout=TIMEOUT_S,
        open_browser=False,
    )
    oauth.OAUTH_TOKEN_URL = f"{settings.SPOTIFY_ACCOUNTS_URL}/api/token"
    return oauth


@contextmanager
def _oauth_errors() -> Iterator[None]:
    """Turn what goes wrong at the token endpoint into our errors, without what it answered."""
    try:
        yield
    except SpotifyOauthError as error:
        # spotipy raises it while it handles requests' error, which knows the status.
        raise _read_oauth_error(error, getattr(error.__context__, "response", None)) from None
    except (requests.RequestException, AttributeError, KeyError, TypeError) as error:
        raise SpotifyAway(f"No token came back: {type(error).__name__}.") from None


def _read_oauth_error(error: SpotifyOauthError, response: Any) -> SpotifyError:  # noqa: ANN401
    status = response.status_code if response is not None else 0
    if status >= requests.codes.server_error or status == requests.codes.too_many_requests:
        return SpotifyAway(f"Spotify answered {status}.", retry_after_s=read_retry_after(response))
    match error.error:
        case "invalid_grant":
            return SpotifyConsentNeeded("Spotify does not accept the permission any more.")
        case "invalid_client" | "unauthorized_client":
            return SpotifyAppRefused("Spotify does not accept the app's keys.")
    return SpotifyAway(f"Spotify answered {status}.")


def read_retry_after(answer: Any) -> float | None:  # noqa: ANN401 - of requests or of spotipy
    """Return how many seconds an answer asks to wait, None if it does not say."""
    text = (answer.headers or {}).get("Retry-After", "")
    return float(text) if text.isascii() and text.isdecimal() else None
