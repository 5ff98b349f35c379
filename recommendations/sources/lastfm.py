"""Reads a listener's top tracks and top artists from Last.fm, which are public.

https://www.last.fm/api/show/user.getTopTracks, https://www.last.fm/api/show/user.getTopArtists
All numbers are texts, a single row comes as an object, and errors are bodies with a number.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import requests

from recommendations.names import clean_name
from recommendations.sources.base import (
    AppNotAllowed,
    ListenedArtist,
    ListenedTrack,
    PlayedArtist,
    RateLimited,
    ServiceAway,
    ServiceError,
    UnknownListener,
)
from recommendations.sources.http import Answer, fetch_json, read_count, read_seconds
from recommendations.sources.pages import ALL_LISTS, ListKind, Page, TopList

# Chosen by us: together as many rows as are kept of a brought history.
PAGE_ROWS = 100
MAX_PAGES = 2

# The periods nearest to the three of ours.
_PERIODS = {"short_term": "1month", "medium_term": "6month", "long_term": "overall"}
_METHODS = {
    ListKind.TRACKS: ("user.getTopTracks", "toptracks", "track"),
    ListKind.ARTISTS: ("user.getTopArtists", "topartists", "artist"),
}
# https://www.last.fm/api/errorcodes
_NO_LISTENER = {6, 17}
_NO_KEY = {4, 10, 13, 26}
_RATE_LIMITED = 29
# An unknown duration is 0, and one of more than a day is a mistake.
_A_DAY_S = 86_400


class LastFmListening:
    """The top lists of the listener of this name."""

    lists = ALL_LISTS

    def __init__(self, session: requests.Session, url: str, api_key: str, name: str) -> None:
        self._session = session
        self._url = url
        self._asked = {"api_key": api_key, "format": "json", "user": name}

    def fetch_page(self, top_list: TopList, page: int) -> Page:
        """Return a page of at most 100 rows. Raises ``ServiceError``."""
        method, list_name, row_name = _METHODS[top_list.kind]
        answer = fetch_json(
            self._session,
            self._url,
            {
                **self._asked,
                "method": method,
                "period": _PERIODS[top_list.time_range],
                "limit": PAGE_ROWS,
                "page": page + 1,
            },
        )
        found = _read_list(answer, list_name)
        rows = _read_rows(found.get(row_name))
        next_page = page + 1 if rows and page + 1 < _count_pages(found) else None
        if top_list.kind is ListKind.TRACKS:
            return Page(tracks=tuple(filter(None, map(_read_track, rows))), next_page=next_page)
        return Page(artists=tuple(filter(None, map(_read_artist, rows))), next_page=next_page)


def _read_list(answer: Answer, name: str) -> Mapping[str, Any]:
    body = answer.body if isinstance(answer.body, dict) else {}
    if "error" in body or answer.status != HTTPStatus.OK:
        raise _read_error(answer, read_count(body.get("error")))
    found = body.get(name)
    if not isinstance(found, dict):
        raise ServiceAway("Last.fm answered without a list.")
    return found


def _read_error(answer: Answer, number: int | None) -> ServiceError:
    if number == _RATE_LIMITED or answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(retry_after_s=read_seconds(answer.headers))
    if number in _NO_LISTENER:
        return UnknownListener(f"Last.fm shows nobody of this name: error {number}.")
    if number in _NO_KEY:
        return AppNotAllowed(f"Last.fm does not take the site's key: error {number}.")
    return ServiceAway(f"Last.fm answered {answer.status}, error {number}.")


def _read_rows(rows: object) -> list[Mapping[str, Any]]:
    several = rows if isinstance(rows, list) else [rows]
    return [row for row in several if isinstance(row, dict)]


def _count_pages(found: Mapping[str, Any]) -> int:
    paging = found.get("@attr")
    pages = read_count(paging.get("totalPages")) if isinstance(paging, dict) else None
    return min(pages or 0, MAX_PAGES)


def _read_track(row: Mapping[str, Any]) -> ListenedTrack | None:
    title, artist = _read_name(row), _read_name(row.get("artist"))
    if not (title and artist):
        return None
    duration_s = read_count(row.get("duration")) or 0
    return ListenedTrack(
        name=title,
        artists=(ListenedArtist(artist),),
        duration_ms=duration_s * 1000 if 0 < duration_s < _A_DAY_S else None,
        play_count=read_count(row.get("playcount")),
    )


def _read_artist(row: Mapping[str, Any]) -> PlayedArtist | None:
    name = _read_name(row)
    if not name:
        return None
    return PlayedArtist(ListenedArtist(name), read_count(row.get("playcount")))


def _read_name(row: object) -> str:
    name = row.get("name") if isinstance(row, dict) else None
    return clean_name(name) if isinstance(name, str) else ""
