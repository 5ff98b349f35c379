"""Audio features from Spotify, for the few apps that it still gives them to.

It closed them to all other apps on 27 November 2024.
https://developer.spotify.com/blog/2024-11-27-changes-to-the-web-api
"""

from collections.abc import Collection
from dataclasses import dataclass

import requests

from recommendations.features.base import Features, fetch_json, read_row
from recommendations.service_errors import ServiceAway


@dataclass(frozen=True, slots=True)
class SpotifyApp:
    """An app at Spotify, and the addresses under which Spotify is asked."""

    client_id: str
    client_secret: str
    accounts_url: str
    api_url: str


def fetch_features(
    session: requests.Session, app: SpotifyApp, spotify_ids: Collection[str]
) -> dict[str, Features]:
    """Return the features of at most 100 tracks by Spotify id, by a token of the app's own.

    Unknown ones are left out. Raises ``ServiceError``: ``AppNotAllowed`` for an app like most.
    """
    address = f"{app.api_url}/audio-features"
    body = fetch_json(
        session,
        requests.Request(
            "GET",
            address,
            params={"ids": ",".join(spotify_ids)},
            headers={"Authorization": f"Bearer {_fetch_token(session, app)}"},
        ),
    )
    rows = body.get("audio_features")
    if not isinstance(rows, list):
        raise ServiceAway("Spotify answered without a list of features.")
    found: dict[str, Features] = {}
    for row in rows:
        spotify_id = row.get("id") if isinstance(row, dict) else None
        features = read_row(row) if spotify_id in spotify_ids else None
        if features is not None:
            found[str(spotify_id)] = features
    return found


def _fetch_token(session: requests.Session, app: SpotifyApp) -> str:
    body = fetch_json(
        session,
        requests.Request(
            "POST",
            f"{app.accounts_url}/api/token",
            data={"grant_type": "client_credentials"},
            auth=(app.client_id, app.client_secret),
        ),
    )
    token = body.get("access_token")
    if not isinstance(token, str):
        raise ServiceAway("Spotify answered without a token.")
    return token
