"""What every provider of audio features gives: step 4 of the data's way.

Providers raise what ``service_errors`` names. They know neither the database nor each other.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import requests

from recommendations.features.catalogue_values import SPOTIFY_NAMES, read_features
from recommendations.service_errors import AppNotAllowed, QuotaExceeded, RateLimited, ServiceAway

# In the order of ``AUDIO_FEATURES``; None is unknown.
Features = tuple[float | None, ...]

# In seconds, chosen by us: to connect, and between two pieces of an answer.
_TIMEOUT_S = (5, 20)


def fetch_json(session: requests.Session, request: requests.Request) -> Mapping[str, Any]:
    """Return the JSON object that answers a request. Raises ``ServiceError``."""
    url = str(request.url)
    try:
        answer = session.request(
            str(request.method),
            url,
            params=request.params,
            data=request.data,
            headers={"User-Agent": "metarec", **request.headers},
            auth=request.auth,
            timeout=_TIMEOUT_S,
            allow_redirects=False,
        )
        body = answer.json()
    except requests.JSONDecodeError:
        body = None
    except requests.RequestException as error:
        raise ServiceAway(f"No answer from {url}: {type(error).__name__}.") from error
    _check_status(answer, body, url)
    if not isinstance(body, dict):
        raise ServiceAway(f"{url} answered with something that is no JSON object.")
    return body


def read_row(row: Mapping[str, Any]) -> Features | None:
    """Return the features of a row under Spotify's names, None when it knows nothing.

    What cannot be right is unknown, as in a catalogue file.
    """
    features = read_features([str(row.get(name)) for name in SPOTIFY_NAMES.values()], [])
    return features if any(value is not None for value in features) else None


def _check_status(answer: requests.Response, body: object, url: str) -> None:
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise _too_many(answer, body)
    if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise AppNotAllowed(f"{url} refuses us with {answer.status_code}.")
    if answer.status_code != HTTPStatus.OK:
        raise ServiceAway(f"{url} answered with {answer.status_code}.")


def _too_many(answer: requests.Response, body: object) -> RateLimited:
    text = answer.headers.get("Retry-After", "")
    retry_after_s = float(text) if text.isascii() and text.isdecimal() else None
    error = body.get("error") if isinstance(body, dict) else None
    is_quota = isinstance(error, dict) and error.get("reason") == "QUOTA_EXCEEDED"
    kind = QuotaExceeded if is_quota else RateLimited
    return kind(retry_after_s=retry_after_s)
