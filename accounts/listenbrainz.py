"""Asks ListenBrainz whose a user token is, which proves an account.

https://listenbrainz.readthedocs.io/en/latest/users/api/core.html#get--1-validate-token
"""

import requests
from django.conf import settings

from accounts.music_services import Service
from accounts.service_calls import note_refusal, take_call

# Seconds to connect and to wait for each piece of the answer; chosen by us.
_TIMEOUT_S = (3.05, 5.0)


class ListenBrainzAway(Exception):  # noqa: N818 - the name says what it is
    """ListenBrainz does not answer, or not sensibly."""


class WrongToken(Exception):  # noqa: N818 - the name says what it is
    """ListenBrainz knows nobody by this token."""


def fetch_token_owner(token: str) -> str:
    """Return the name of the token's owner; the token is sent there and then forgotten.

    Raises ``WrongToken`` and ``ListenBrainzAway``. Neither names the token.
    """
    if not (token.isascii() and token.isprintable()):
        raise WrongToken
    if take_call(Service.LISTENBRAINZ) is not None:
        raise ListenBrainzAway("It may not be called now.")
    try:
        response = requests.get(
            f"{settings.LISTENBRAINZ_URL}/1/validate-token",
            headers={"Authorization": f"Token {token}"},
            timeout=_TIMEOUT_S,
        )
        _note_refusal(response)
        answer = response.json()
        is_valid, name = answer["valid"], answer.get("user_name")
    except (requests.RequestException, AttributeError, KeyError, TypeError) as error:
        raise ListenBrainzAway(type(error).__name__) from None
    if not is_valid:
        raise WrongToken
    if not isinstance(name, str) or not name:
        raise ListenBrainzAway("no name")
    return name


def _note_refusal(response: requests.Response) -> None:
    if response.status_code == requests.codes.too_many_requests:
        text = response.headers.get("X-RateLimit-Reset-In", "")
        is_number = text.isascii() and text.isdecimal()
        note_refusal(Service.LISTENBRAINZ, float(text) if is_number else None)
