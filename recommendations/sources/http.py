"""One bounded request for JSON, for the sources over the network."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import requests

from recommendations.sources.base import ServiceAway

# In seconds, chosen by us: to connect, and between two pieces of an answer.
TIMEOUT_S = (3.05, 10.0)
# Chosen by us: a page of some hundred rows has a tenth of it.
MAX_BYTES = 4 * 1024**2
# Last.fm asks for a name by which it can tell who asks: https://www.last.fm/api/intro
USER_AGENT = "metarec/0.1 (self-hosted finder of similar listeners)"


@dataclass(frozen=True, slots=True)
class Answer:
    """A service's answer; the body is None where it is no JSON."""

    status: int
    headers: Mapping[str, str]
    body: object


def fetch_json(session: requests.Session, url: str, params: Mapping[str, str | int]) -> Answer:
    """Return what the address answers to one request, whatever its status.

    Raises ``ServiceAway`` where no whole answer comes. Its text has nothing of the request in it,
    which may hold a key.
    """
    try:
        with session.get(
            url,
            params=params,
            headers={"User-Agent": USER_AGENT},
            timeout=TIMEOUT_S,
            stream=True,
            allow_redirects=False,
        ) as response:
            text = bytearray()
            for piece in response.iter_content(64 * 1024):
                text += piece
                if len(text) > MAX_BYTES:
                    raise ServiceAway("The answer is too large.")
            return Answer(response.status_code, response.headers, _parse(bytes(text)))
    except requests.RequestException as error:
        raise ServiceAway(f"No answer: {type(error).__name__}.") from None


def read_seconds(headers: Mapping[str, str] | None, name: str = "Retry-After") -> float | None:
    """Return a header's seconds, None where there is no such number."""
    text = (headers or {}).get(name) or ""
    return float(text) if text.isascii() and text.isdecimal() else None


def read_count(value: object) -> int | None:
    """Return a number that may come as text, None where it makes no sense."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _DIGITS else None


# More do not fit into a column of plays or milliseconds.
_DIGITS = 10


def _parse(text: bytes) -> object:
    try:
        parsed: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed
