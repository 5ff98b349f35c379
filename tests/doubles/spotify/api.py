"""api.spotify.com/v1: who is signed in, top lists, tracks, artists, audio features."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests.doubles.catalogue import ALL_ARTISTS, ALL_TRACKS
from tests.doubles.messages import Answer, Request, json_answer, text_answer
from tests.doubles.spotify import objects
from tests.doubles.spotify.app import Consent
from tests.doubles.spotify.world import TIME_RANGES, Listener

if TYPE_CHECKING:
    from tests.doubles.spotify.server import SpotifyDouble

NOT_REGISTERED = "User not registered in the Developer Dashboard"
NO_PREMIUM = "Active premium subscription required for the owner of the app."
_LONGEST_PAGE = 50
_DEFAULT_PAGE = 20
# Closed to apps in Development Mode: those that this double answers to apps with more rights, and
# those that it answers to nobody.
_REMOVED = re.compile(
    r"/(tracks|artists|albums|markets|browse/.+|users/[^/]+(/playlists)?"
    r"|artists/[^/]+/(related-artists|top-tracks)|playlists/[^/]+/tracks)"
)


class Refused(Exception):  # noqa: N818 - what it says is what happened
    """The request gets an error instead."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.answer = error_answer(status, message)


def error_answer(status: int, message: str, **more: str) -> Answer:
    """Return an error in its normal shape."""
    return json_answer({"error": {"status": status, "message": message, **more}}, status)


def answer_api(spotify: "SpotifyDouble", request: Request) -> Answer:
    """Answer a request below /v1, whose path is given without it."""
    try:
        consent = _find_consent(spotify, request)
    except Refused as refused:
        return refused.answer
    if not spotify.app.has_premium:
        return error_answer(403, NO_PREMIUM)
    if not spotify.app.allows(consent.listener_id):
        return text_answer(NOT_REGISTERED, 403)
    if request.method != "GET":
        return error_answer(405, "Method not allowed")
    try:
        return _route(spotify, request, consent)
    except Refused as refused:
        return refused.answer


def _find_consent(spotify: "SpotifyDouble", request: Request) -> Consent:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        raise Refused(401, "No token provided")
    consent = spotify.app.access_tokens.get(token)
    if consent is None or consent.expires_at is None:
        raise Refused(401, "Invalid access token")
    if consent.expires_at <= spotify.clock.now():
        raise Refused(401, "The access token expired")
    return consent


def _route(spotify: "SpotifyDouble", request: Request, consent: Consent) -> Answer:
    is_extended = spotify.app.is_extended
    path = request.path.removeprefix("/v1")
    listener = spotify.listeners[consent.listener_id]
    if path == "/me":
        user = objects.make_user(spotify.api_url, listener, is_extended=is_extended)
        deviation = "" if listener.display_name else "null_display_name"
        return json_answer(user, deviation=deviation)
    if match := re.fullmatch(r"/me/top/(tracks|artists)", path):
        if "user-top-read" not in consent.scopes:
            raise Refused(403, "Insufficient client scope")
        return _answer_top(spotify, request, listener, match[1])
    if path == "/recommendations" and not is_extended:
        raise Refused(404, "Not Found")
    if path.startswith("/audio-features") and not is_extended:
        # Captured from new apps; the description wants a message in each error.
        return json_answer({"error": {"status": 403}}, 403, deviation="error_without_message")
    if _REMOVED.fullmatch(path) and not is_extended:
        raise Refused(403, "Forbidden")
    return _answer_catalogue(spotify, request, path)


def _answer_top(
    spotify: "SpotifyDouble", request: Request, listener: Listener, kind: str
) -> Answer:
    time_range = request.get("time_range", "medium_term")
    if time_range not in TIME_RANGES:
        raise Refused(400, "Invalid time range")
    limit = _read_integer(request, "limit", _DEFAULT_PAGE, 1, _LONGEST_PAGE)
    offset = _read_integer(request, "offset", 0, 0, None)
    url, is_extended = spotify.api_url, spotify.app.is_extended
    items: list[dict[str, Any]]
    if kind == "tracks":
        tracks = listener.top_tracks.get(time_range, [])
        items = [objects.make_track(url, track, is_extended=is_extended) for track in tracks]
    else:
        artists = listener.top_artists.get(time_range, [])
        items = [objects.make_artist(url, artist, is_extended=is_extended) for artist in artists]

    def address(start: int) -> str:
        values = {"limit": limit, "offset": start, "time_range": time_range}
        return f"{url}/me/top/{kind}?{urlencode(values)}"

    has_next = offset + limit < len(items)
    page = {
        "href": address(offset),
        "items": items[offset : offset + limit],
        "limit": limit,
        "next": address(offset + limit) if has_next else None,
        "offset": offset,
        "previous": address(max(offset - limit, 0)) if offset else None,
        "total": len(items),
    }
    return json_answer(page)


def _read_integer(request: Request, name: str, default: int, low: int, high: int | None) -> int:
    text = request.get(name, str(default))
    if not re.fullmatch(r"-?\d+", text) or int(text) < low or (high and int(text) > high):
        raise Refused(400, f"Invalid {name}")
    return int(text)


def _answer_catalogue(spotify: "SpotifyDouble", request: Request, path: str) -> Answer:
    kind, _, spotify_id = path.strip("/").partition("/")
    ids = [spotify_id] if spotify_id else request.get("ids").split(",")
    match kind:
        case "tracks":
            return _answer_objects(kind, [_find_track(spotify, id_) for id_ in ids], spotify_id)
        case "artists":
            return _answer_objects(kind, [_find_artist(spotify, id_) for id_ in ids], spotify_id)
        case "audio-features":
            found = [_find_features(spotify, id_) for id_ in ids]
            return _answer_objects("audio_features", found, spotify_id)
        case _:
            raise Refused(404, "Service not found")


def _answer_objects(name: str, found: Sequence[object], single_id: str) -> Answer:
    if single_id and found[0] is None:
        raise Refused(404, "Resource not found")
    # Unknown ones among several are null, which the description does not say.
    deviation = "unknown_among_several" if None in found else ""
    return json_answer(found[0] if single_id else {name: found}, deviation=deviation)


def _find_track(spotify: "SpotifyDouble", spotify_id: str) -> object:
    track = ALL_TRACKS.get(spotify_id)
    url, is_extended = spotify.api_url, spotify.app.is_extended
    return None if track is None else objects.make_track(url, track, is_extended=is_extended)


def _find_artist(spotify: "SpotifyDouble", spotify_id: str) -> object:
    artist = ALL_ARTISTS.get(spotify_id)
    url, is_extended = spotify.api_url, spotify.app.is_extended
    return None if artist is None else objects.make_artist(url, artist, is_extended=is_extended)


def _find_features(spotify: "SpotifyDouble", spotify_id: str) -> object:
    track = ALL_TRACKS.get(spotify_id)
    return None if track is None else objects.make_features(spotify.api_url, track)
