"""Reads a listener's top tracks and top artists from ListenBrainz' statistics.

https://listenbrainz.readthedocs.io/en/latest/users/api/statistics.html
They are public and need no token. Most rows have names only.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import requests

from recommendations.names import clean_name
from recommendations.rejected_row import RejectedRow
from recommendations.sources.base import (
    ListenedArtist,
    ListenedTrack,
    PlayedArtist,
    RateLimited,
    ServiceAway,
    UnknownListener,
)
from recommendations.sources.http import Answer, fetch_json, read_count, read_seconds
from recommendations.sources.pages import ALL_LISTS, ListKind, Page, TopList
from recommendations.spotify_id import read_track_id

# Chosen by us: as many as are kept of a brought history, in one call of the thousand allowed.
ROWS = 200

# The ranges nearest to the three of ours.
_RANGES = {"short_term": "month", "medium_term": "half_yearly", "long_term": "all_time"}
_NAMES = {ListKind.TRACKS: "recordings", ListKind.ARTISTS: "artists"}
_TRACK_ADDRESS = "https://open.spotify.com/track/"


class ListenBrainzListening:
    """The top lists of the listener of this name."""

    lists = ALL_LISTS

    def __init__(self, session: requests.Session, api_url: str, name: str) -> None:
        self._session = session
        self._address = f"{api_url}/1/stats/user/{quote(name, safe='')}"

    def fetch_page(self, top_list: TopList, page: int) -> Page:
        """Return a whole list, empty where it is not computed. Raises ``ServiceError``."""
        name = _NAMES[top_list.kind]
        answer = fetch_json(
            self._session,
            f"{self._address}/{name}",
            {"range": _RANGES[top_list.time_range], "count": ROWS, "offset": page * ROWS},
        )
        if answer.status == HTTPStatus.NO_CONTENT:
            return Page()
        _check_status(answer)
        rows = _read_rows(answer.body, name)
        if top_list.kind is ListKind.TRACKS:
            return Page(tracks=tuple(filter(None, map(_read_track, rows))))
        return Page(artists=tuple(filter(None, map(_read_artist, rows))))


def _check_status(answer: Answer) -> None:
    match answer.status:
        case HTTPStatus.OK:
            return
        case HTTPStatus.NOT_FOUND:
            raise UnknownListener("ListenBrainz knows nobody of this name.")
        case HTTPStatus.TOO_MANY_REQUESTS:
            wait_s = read_seconds(answer.headers, "X-RateLimit-Reset-In")
            raise RateLimited(retry_after_s=read_seconds(answer.headers) or wait_s)
        case status:
            raise ServiceAway(f"ListenBrainz answered {status}.")


def _read_rows(body: object, name: str) -> list[Mapping[str, Any]]:
    payload = body.get("payload") if isinstance(body, dict) else None
    rows = payload.get(name) if isinstance(payload, dict) else None
    if not isinstance(rows, list):
        raise ServiceAway("ListenBrainz answered without a list.")
    return [row for row in rows if isinstance(row, dict)]


def _read_track(row: Mapping[str, Any]) -> ListenedTrack | None:
    title, artist = _read_name(row, "track_name"), _read_name(row, "artist_name")
    if not (title and artist):
        return None
    return ListenedTrack(
        name=title,
        artists=(ListenedArtist(artist),),
        spotify_id=_read_spotify_id(row.get("spotify_id")),
        album_name=_read_name(row, "release_name"),
        play_count=read_count(row.get("listen_count")),
    )


def _read_artist(row: Mapping[str, Any]) -> PlayedArtist | None:
    name = _read_name(row, "artist_name")
    if not name:
        return None
    return PlayedArtist(ListenedArtist(name), read_count(row.get("listen_count")))


def _read_name(row: Mapping[str, Any], key: str) -> str:
    name = row.get(key)
    return clean_name(name) if isinstance(name, str) else ""


def _read_spotify_id(address: object) -> str | None:
    """Return the id in an address at Spotify, which some rows have."""
    if not isinstance(address, str):
        return None
    try:
        return read_track_id(address.removeprefix(_TRACK_ADDRESS))
    except RejectedRow:
        return None
