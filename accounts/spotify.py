"""Builds clients that read Spotify for one listener.

Left to itself spotipy sleeps on 429 and hides what was answered, and with anything that could ask
for a new token it begins to talk to a console. Therefore a client gets a session of ours and a
checked access token, and nothing else.
"""

from dataclasses import dataclass
from typing import Any

import requests
import spotipy
from django.conf import settings
from django.utils import timezone

from accounts.consent import is_consent_lost
from accounts.models import MusicAccount
from accounts.music_services import is_on
from accounts.service_calls import note_refusal, take_call
from accounts.spotify_errors import (
    SpotifyAccountRefused,
    SpotifyAppRefused,
    SpotifyAway,
    SpotifyBlocked,
    SpotifyConsentNeeded,
    SpotifyError,
)
from accounts.spotify_tokens import (
    TIMEOUT_S,
    is_expired,
    note_lost,
    read_retry_after,
    refresh_token,
)
from accounts.tokens import decrypt_token

# What allauth's column of ids holds.
_LONGEST_ID = 191


@dataclass(frozen=True, slots=True)
class SpotifyProfile:
    """Who somebody is at Spotify.

    ``account_id`` never changes and is what to know them by; ``name_id`` can change. Texts that
    Spotify leaves out are empty, but one of the two ids is always there.
    """

    account_id: str
    name_id: str
    display_name: str


def build_client(account: MusicAccount) -> spotipy.Spotify:
    """Return a client with an access token that is good for at least a minute.

    It raises at once what Spotify answers, ``Retry-After`` included, and never waits or retries.
    Raises ``SpotifyConsentNeeded`` when the permission is gone (a token that Spotify declares dead
    is deleted), ``SpotifyAway`` when it cannot be refreshed now (it is kept) and
    ``SpotifyAppRefused``.
    """
    if not is_on(MusicAccount.Service.SPOTIFY):
        raise SpotifyAppRefused("Spotify is switched off.")
    stored = MusicAccount.objects.filter(pk=account.pk, service=MusicAccount.Service.SPOTIFY)
    row = stored.first()
    if row is None or not row.encrypted_token:
        raise SpotifyConsentNeeded("The account is not connected.")
    token = decrypt_token(row.encrypted_token)
    if token is None:
        note_lost(row.pk)
        raise SpotifyConsentNeeded("The token cannot be read with the site's keys.")
    if is_consent_lost(row, timezone.now()):
        raise SpotifyConsentNeeded("The permission has ended or is too small.")
    if is_expired(token):
        token = refresh_token(row.pk)
    return _build_client(token["access_token"])


def require_open_queue() -> None:
    """Raise ``SpotifyBlocked`` where nobody may call Spotify now; else count a call."""
    until = take_call(MusicAccount.Service.SPOTIFY)
    if until is not None:
        raise SpotifyBlocked(until)


def fetch_profile(access_token: str) -> SpotifyProfile:
    """Return whose token this is. Raises a ``SpotifyError``."""
    try:
        answer = _ask_for_profile(_build_client(access_token))
        profile = SpotifyProfile(
            account_id=str(answer.get("account_id") or ""),
            name_id=str(answer.get("id") or ""),
            display_name=str(answer.get("display_name") or ""),
        )
    except spotipy.SpotifyException as error:
        raise _read_api_error(error) from None
    except (requests.RequestException, AttributeError) as error:
        raise SpotifyAway(f"No profile came back: {type(error).__name__}.") from None
    longest = max(len(profile.account_id), len(profile.name_id))
    if not 0 < longest <= _LONGEST_ID:
        raise SpotifyAway("Spotify did not say who this is.")
    return profile


def _build_client(access_token: str) -> spotipy.Spotify:
    # A session of our own is one that spotipy mounts no retries on.
    client = spotipy.Spotify(
        auth=access_token, requests_session=requests.Session(), requests_timeout=TIMEOUT_S
    )
    client.prefix = f"{settings.SPOTIFY_API_URL}/"
    return client


def _ask_for_profile(client: spotipy.Spotify) -> Any:  # noqa: ANN401 - spotipy is untyped
    require_open_queue()
    try:
        return client.current_user()
    except spotipy.SpotifyException as error:
        # Valid tokens meet 401 now and then; the second try succeeds.
        if error.http_status != requests.codes.unauthorized:
            raise
        require_open_queue()
        return client.current_user()


def _read_api_error(error: spotipy.SpotifyException) -> SpotifyError:
    status = error.http_status
    if status == requests.codes.unauthorized:
        return SpotifyConsentNeeded("Spotify does not accept the token.")
    if status == requests.codes.forbidden:
        if "premium" in str(error.msg).lower():
            return SpotifyAppRefused("The app's owner has no Premium.")
        return SpotifyAccountRefused("The app may not read this account.")
    retry_after_s = read_retry_after(error)
    if status == requests.codes.too_many_requests:
        is_quota = error.reason == "QUOTA_EXCEEDED"
        until = note_refusal(MusicAccount.Service.SPOTIFY, retry_after_s, is_quota=is_quota)
        if until is not None:
            return SpotifyBlocked(until)
    return SpotifyAway(f"Spotify answered {status}.", retry_after_s=retry_after_s)
