"""Audio features from ReccoBeats, by Spotify's track ids.

https://reccobeats.com/docs/apis/get-audio-features
"""

import re
from collections.abc import Collection

import requests

from recommendations.features.base import Features, fetch_json, read_row
from recommendations.service_errors import ServiceAway

# More are refused with error 4004, "size must be between 1 and 40".
MAX_IDS = 40

_TRACK_ADDRESS = re.compile(r"https?://open\.spotify\.com/(?:[\w-]+/)?track/([0-9A-Za-z]{22})")


def fetch_features(
    session: requests.Session, api_url: str, spotify_ids: Collection[str]
) -> dict[str, Features]:
    """Return the features of at most ``MAX_IDS`` tracks by Spotify id; one call.

    Whom ReccoBeats does not know it leaves out, and rows come in any order: a row is known by the
    Spotify id in its ``href``. Raises ``ServiceError``.
    """
    if not 1 <= len(spotify_ids) <= MAX_IDS:
        raise ValueError(f"1 to {MAX_IDS} ids can be asked for, not {len(spotify_ids)}.")
    address = f"{api_url}/audio-features"
    body = fetch_json(
        session, requests.Request("GET", address, params={"ids": ",".join(spotify_ids)})
    )
    rows = body.get("content")
    if not isinstance(rows, list):
        raise ServiceAway("ReccoBeats answered without a list of features.")
    found: dict[str, Features] = {}
    for row in rows:
        spotify_id = _read_id(row)
        features = read_row(row) if spotify_id in spotify_ids else None
        if features is not None:
            found.setdefault(spotify_id, features)
    return found


def _read_id(row: object) -> str:
    """Return the Spotify id that a row is about, empty when it does not say."""
    href = row.get("href") if isinstance(row, dict) else None
    address = _TRACK_ADDRESS.match(href) if isinstance(href, str) else None
    return address[1] if address else ""
