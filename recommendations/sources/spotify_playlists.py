"""Makes playlists at Spotify, by two calls: one makes an empty playlist, one puts tracks into it.

Unlike all other calls these change something, so that one whose answer is lost must not be made
again: ``UnsureWhether`` says so.
"""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import requests
import spotipy

from recommendations.service_errors import AppNotAllowed, ServiceAway, ServiceError
from recommendations.sources.spotify import read_error
from recommendations.spotify_id import is_spotify_id

# The most that Spotify takes in one call.
MOST_TRACKS = 100


class UnsureWhether(ServiceError):  # noqa: N818 - the name says what it is
    """No sensible answer came back: Spotify may have done what it was asked for, or not."""


class SpotifyPlaylists:
    """The playlists of the listener whose token the client has."""

    def __init__(self, client: spotipy.Spotify) -> None:
        self._client = client

    def make(self, name: str) -> str:
        """Make an empty private playlist; return its id. Raises ``ServiceError``."""
        answer = _ask(self._client.current_user_playlist_create, name, public=False)
        playlist_id = answer.get("id")
        if not isinstance(playlist_id, str) or not is_spotify_id(playlist_id):
            raise UnsureWhether("Spotify answered without the id of a playlist.")
        return playlist_id

    def fill(self, playlist_id: str, track_ids: Sequence[str]) -> None:
        """Put at most 100 tracks into it. Raises ``ServiceError``."""
        uris = [f"spotify:track:{track_id}" for track_id in track_ids]
        # spotipy's own method sends a bare list, where the description has an object.
        post = self._client._post  # noqa: SLF001
        _ask(post, f"playlists/{playlist_id}/items", payload={"uris": uris})


def _ask(call: Callable[..., Any], *values: object, **options: object) -> Mapping[str, Any]:
    try:
        answer = call(*values, **options)
    except spotipy.SpotifyException as error:
        raise _judge(error.http_status, str(error.msg), error.reason, error.headers) from None
    except AttributeError as error:
        # spotipy stumbles over an error that is a text, while it handles requests' own.
        response = getattr(error.__context__, "response", None)
        if response is None:
            raise
        raise _judge(response.status_code, response.text, None, response.headers) from None
    except requests.RequestException as error:
        raise UnsureWhether(f"No answer: {type(error).__name__}.") from None
    if not isinstance(answer, dict):
        raise UnsureWhether("Spotify answered with something that is no JSON object.")
    return answer


def _judge(
    status: int, text: str, reason: object, headers: Mapping[str, str] | None
) -> ServiceError:
    """Return what an error means; only what is refused for sure may be asked for again."""
    error = read_error(status, text, reason, headers)
    if type(error) is not ServiceAway:
        return error
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return AppNotAllowed(str(error))
    return UnsureWhether(str(error))
