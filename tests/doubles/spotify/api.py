"""api.spotify.com/v1: who is signed in, top lists, tracks, artists, audio features."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar
from urllib.parse import urlencode

from tests.doubles.catalogue import ALL_ARTISTS, ALL_TRACKS
from tests.doubles.messages import Answer, Request, json_answer, text_answer
from tests.doubles.spotify.app import App, Consent
from tests.doubles.spotify.objects import Objects
from tests.doubles.spotify.playlists import PlaylistRefused, answer_playlists
from tests.doubles.spotify.world import TIME_RANGES, Listener

if TYPE_CHECKING:
    from tests.doubles.spotify.server import SpotifyDouble

Described = TypeVar("Described")

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
    """The request gets this answer instead."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


def error_answer(status: int, message: str, *, deviation: str = "", **more: str) -> Answer:
    """Return an error in its normal shape."""
    error = {"status": status, "message": message, **more}
    return json_answer({"error": error}, status, deviation=deviation)


def refuse(status: int, message: str) -> NoReturn:
    """Answer with an error. Raises ``Refused``."""
    raise Refused(error_answer(status, message))


def answer_api(spotify: "SpotifyDouble", request: Request) -> Answer:
    """Answer a request below /v1."""
    try:
        consent = _find_consent(spotify, request)
        _check_app(spotify.app, consent)
        return _route(spotify, request, consent)
    except Refused as refused:
        return refused.answer


def _find_consent(spotify: "SpotifyDouble", request: Request) -> Consent:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        refuse(401, "No token provided")
    consent = spotify.app.access_tokens.get(token)
    if consent is None or consent.expires_at is None:
        refuse(401, "Invalid access token")
    if consent.expires_at <= spotify.clock.now():
        refuse(401, "The access token expired")
    return consent


def _check_app(app: App, consent: Consent) -> None:
    if not app.has_premium:
        refuse(403, NO_PREMIUM)
    if consent.listener_id and not app.allows(consent.listener_id):
        raise Refused(text_answer(NOT_REGISTERED, 403))


def _route(spotify: "SpotifyDouble", request: Request, consent: Consent) -> Answer:
    path = request.path.removeprefix("/v1")
    listener = spotify.listeners.get(consent.listener_id)
    if request.method == "POST" and listener is not None:
        try:
            made = answer_playlists(spotify.objects, request, listener, consent.scopes)
        except PlaylistRefused as refused:
            refuse(refused.status, str(refused))
        if made is not None:
            return made
    if request.method != "GET":
        refuse(405, "Method not allowed")
    if listener is None:
        if path.startswith("/me"):  # The token is the app's own, which is nobody's.
            refuse(401, "Invalid access token")
        return _answer_for_app(spotify, request, path)
    if path == "/me":
        deviation = "" if listener.display_name else "null_display_name"
        return json_answer(spotify.objects.make_user(listener), deviation=deviation)
    if match := re.fullmatch(r"/me/top/(tracks|artists)", path):
        if "user-top-read" not in consent.scopes:
            refuse(403, "Insufficient client scope")
        return _answer_top(spotify.objects, request, listener, match[1])
    return _answer_for_app(spotify, request, path)


def _answer_for_app(spotify: "SpotifyDouble", request: Request, path: str) -> Answer:
    """Answer what concerns no listener."""
    if not spotify.app.is_extended:
        _refuse_removed(path)
    return _answer_catalogue(spotify.objects, request, path)


def _refuse_removed(path: str) -> None:
    if path.startswith("/audio-features"):
        # Captured from new apps; the description wants a message in each error.
        error = {"error": {"status": 403}}
        raise Refused(json_answer(error, 403, deviation="error_without_message"))
    if path == "/recommendations":
        refuse(404, "Not Found")
    if _REMOVED.fullmatch(path):
        refuse(403, "Forbidden")


def _answer_top(objects: Objects, request: Request, listener: Listener, kind: str) -> Answer:
    time_range = request.get("time_range", "medium_term")
    if time_range not in TIME_RANGES:
        refuse(400, "Invalid time range")
    limit = _read_integer(request, "limit", _DEFAULT_PAGE, 1, _LONGEST_PAGE)
    offset = _read_integer(request, "offset", 0, 0, None)
    items = (
        [objects.make_track(track) for track in listener.top_tracks.get(time_range, [])]
        if kind == "tracks"
        else [objects.make_artist(artist) for artist in listener.top_artists.get(time_range, [])]
    )

    def address(start: int) -> str:
        values = {"limit": limit, "offset": start, "time_range": time_range}
        return f"{objects.api_url}/me/top/{kind}?{urlencode(values)}"

    page = {
        "href": address(offset),
        "items": items[offset : offset + limit],
        "limit": limit,
        "next": address(offset + limit) if offset + limit < len(items) else None,
        "offset": offset,
        "previous": address(max(offset - limit, 0)) if offset else None,
        "total": len(items),
    }
    return json_answer(page)


def _read_integer(request: Request, name: str, default: int, low: int, high: int | None) -> int:
    text = request.get(name, str(default))
    if not re.fullmatch(r"-?\d+", text) or int(text) < low or (high and int(text) > high):
        refuse(400, f"Invalid {name}")
    return int(text)


def _answer_catalogue(objects: Objects, request: Request, path: str) -> Answer:
    """Answer one object of an id in the path, or several of ids in the query."""
    kind, _, spotify_id = path.strip("/").partition("/")
    ids = [spotify_id] if spotify_id else request.get("ids").split(",")
    match kind:
        case "tracks":
            found = _describe(ids, ALL_TRACKS, objects.make_track)
        case "artists":
            found = _describe(ids, ALL_ARTISTS, objects.make_artist)
        case "audio-features":
            found = _describe(ids, ALL_TRACKS, objects.make_features)
        case _:
            refuse(404, "Service not found")
    if not spotify_id:
        # Unknown ones among several are null, which the description does not say.
        deviation = "unknown_among_several" if None in found else ""
        return json_answer({kind.replace("-", "_"): found}, deviation=deviation)
    if found[0] is None:
        refuse(404, "Resource not found")
    return json_answer(found[0])


def _describe(
    ids: list[str], known: Mapping[str, Described], make: Callable[[Described], dict[str, Any]]
) -> list[dict[str, Any] | None]:
    """Return the objects of the ids in their order, None for unknown ones."""
    return [make(known[own]) if own in known else None for own in ids]
