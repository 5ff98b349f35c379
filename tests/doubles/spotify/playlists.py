"""Making playlists: the only calls of the double that change anything."""

import json
import re
from typing import Any

from tests.doubles.catalogue import make_id
from tests.doubles.messages import Answer, Request, json_answer
from tests.doubles.spotify.objects import Objects
from tests.doubles.spotify.world import Listener, Playlist

MOST_URIS = 100
_PRIVATE, _PUBLIC = "playlist-modify-private", "playlist-modify-public"
_URI = re.compile(r"spotify:track:[0-9A-Za-z]{22}")


class PlaylistRefused(Exception):  # noqa: N818 - what it says is what happened
    """The request gets this status and message instead."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def answer_playlists(
    objects: Objects, request: Request, listener: Listener, scopes: frozenset[str]
) -> Answer | None:
    """Answer a POST that makes or fills a playlist, None for any other address.

    Raises ``PlaylistRefused``.
    """
    path = request.path.removeprefix("/v1")
    if path == "/me/playlists":
        return _make(objects, _read_body(request), listener, scopes)
    if match := re.fullmatch(r"/playlists/([^/]+)/items", path):
        return _fill(_read_body(request), listener, match[1], scopes)
    return None


def _make(
    objects: Objects, body: dict[str, Any], listener: Listener, scopes: frozenset[str]
) -> Answer:
    is_public = body.get("public", True)  # as Spotify has it
    _need(scopes, _PUBLIC if is_public else _PRIVATE)
    if not body.get("name"):
        raise PlaylistRefused(400, "Missing required field: name")
    number = len(listener.playlists) + 1
    playlist = Playlist(make_id(f"playlist {number} of {listener.id}"), body["name"], is_public)
    listener.playlists.append(playlist)
    return json_answer(objects.make_playlist(listener, playlist), 201)


def _fill(
    body: dict[str, Any], listener: Listener, playlist_id: str, scopes: frozenset[str]
) -> Answer:
    own = [playlist for playlist in listener.playlists if playlist.id == playlist_id]
    if not own:
        raise PlaylistRefused(404, "Resource not found")
    _need(scopes, _PUBLIC if own[0].public else _PRIVATE)
    uris = body.get("uris")
    if not isinstance(uris, list) or not uris or len(uris) > MOST_URIS:
        raise PlaylistRefused(400, "You can add a maximum of 100 tracks per request.")
    if not all(isinstance(uri, str) and _URI.fullmatch(uri) for uri in uris):
        raise PlaylistRefused(400, "Invalid track uri")
    own[0].uris.extend(uris)
    return json_answer({"snapshot_id": f"snapshot-{len(own[0].uris)}"}, 201)


def _need(scopes: frozenset[str], scope: str) -> None:
    if scope not in scopes:
        raise PlaylistRefused(403, "Insufficient client scope")


def _read_body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise PlaylistRefused(400, "Error parsing JSON.")
    return body
