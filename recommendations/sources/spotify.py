"""Reads a listener's top tracks and top artists from Spotify, by a client that others build.

https://developer.spotify.com/documentation/web-api/reference/get-users-top-artists-and-tracks
Nothing here waits or tries again: what goes wrong is named, and the caller decides.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import requests
import spotipy

from recommendations.names import clean_name
from recommendations.sources.base import (
    AccountNotAllowed,
    AppNotAllowed,
    ConsentNeeded,
    ListenedArtist,
    ListenedTrack,
    PlayedArtist,
    QuotaExceeded,
    RateLimited,
    ServiceAway,
    ServiceError,
    TokenRefused,
)
from recommendations.sources.http import read_count, read_seconds
from recommendations.sources.pages import ALL_LISTS, ListKind, Page, TopList
from recommendations.spotify_id import is_spotify_id

# The most that Spotify gives at once.
PAGE_ROWS = 50
# Chosen by us: how deep the lists go is not published, a hundred rows were the most ever seen.
MAX_PAGES = 4

_SCOPE_MESSAGES = ("insufficient client scope", "permissions missing")


class SpotifyListening:
    """The top lists of the listener whose token the client has."""

    lists = ALL_LISTS

    def __init__(self, client: spotipy.Spotify) -> None:
        self._client = client

    def fetch_page(self, top_list: TopList, page: int) -> Page:
        """Return a page of at most 50 rows. Raises ``ServiceError``.

        ``total`` is not to be trusted: a page is the last when it is empty or names no next one.
        """
        is_tracks = top_list.kind is ListKind.TRACKS
        call = (
            self._client.current_user_top_tracks
            if is_tracks
            else self._client.current_user_top_artists
        )
        answer = _ask(call, PAGE_ROWS, page * PAGE_ROWS, top_list.time_range)
        items = answer.get("items")
        if not isinstance(items, list):
            raise ServiceAway("Spotify answered without a list.")
        has_next = bool(items and answer.get("next")) and page + 1 < MAX_PAGES
        next_page = page + 1 if has_next else None
        rows = [item for item in items if isinstance(item, dict)]
        if is_tracks:
            tracks = (_read_track(row) for row in rows)
            return Page(tracks=tuple(filter(None, tracks)), next_page=next_page)
        artists = (_read_artist(row) for row in rows)
        found = tuple(PlayedArtist(artist) for artist in artists if artist)
        return Page(artists=found, next_page=next_page)


def _ask(call: Callable[..., Any], limit: int, offset: int, time_range: str) -> Mapping[str, Any]:
    try:
        answer = call(limit=limit, offset=offset, time_range=time_range)
    except spotipy.SpotifyException as error:
        raise read_error(error.http_status, str(error.msg), error.reason, error.headers) from None
    except AttributeError as error:
        # spotipy stumbles over an error that is a text, while it handles requests' own.
        response = getattr(error.__context__, "response", None)
        if response is None:
            raise
        raise read_error(response.status_code, response.text, None, response.headers) from None
    except requests.RequestException as error:
        raise ServiceAway(f"No answer: {type(error).__name__}.") from None
    if not isinstance(answer, dict):
        raise ServiceAway("Spotify answered with something that is no JSON object.")
    return answer


def read_error(
    status: int, text: str, reason: object, headers: Mapping[str, str] | None
) -> ServiceError:
    """Return what an error means; the text is a message of Spotify's, JSON or not."""
    text = text.casefold()
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        kind = QuotaExceeded if reason == "QUOTA_EXCEEDED" else RateLimited
        return kind(retry_after_s=read_seconds(headers))
    if any(message in text for message in _SCOPE_MESSAGES):
        return ConsentNeeded("The permission does not cover top lists.")
    if status == HTTPStatus.UNAUTHORIZED:
        return TokenRefused("Spotify does not take the token.")
    if status == HTTPStatus.FORBIDDEN:
        if "not registered" in text:
            return AccountNotAllowed("The listener is not on the app's list.")
        return AppNotAllowed("Spotify does not let the app read top lists.")
    return ServiceAway(f"Spotify answered {status}.")


def _read_track(row: Mapping[str, Any]) -> ListenedTrack | None:
    """Return a track, None for a row without a name; a local file has no id."""
    name = _read_text(row, "name")
    if not name:
        return None
    artists = row.get("artists")
    credited = (
        _read_artist(one)
        for one in (artists if isinstance(artists, list) else [])
        if isinstance(one, dict)
    )
    explicit = row.get("explicit")
    return ListenedTrack(
        name=name,
        artists=tuple(filter(None, credited)),
        spotify_id=_read_id(row),
        album_name=_read_text(_read_object(row, "album"), "name"),
        isrc=_read_text(_read_object(row, "external_ids"), "isrc"),
        duration_ms=read_count(row.get("duration_ms")),
        explicit=explicit if isinstance(explicit, bool) else None,
    )


def _read_artist(row: Mapping[str, Any]) -> ListenedArtist | None:
    name = _read_text(row, "name")
    return ListenedArtist(name, _read_id(row)) if name else None


def _read_id(row: Mapping[str, Any]) -> str | None:
    spotify_id = _read_text(row, "id")
    return spotify_id if is_spotify_id(spotify_id) else None


def _read_text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return clean_name(value) if isinstance(value, str) else ""


def _read_object(row: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = row.get(name)
    return value if isinstance(value, dict) else {}
