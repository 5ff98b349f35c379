"""A double of ListenBrainz: statistics, listens, and whose a token is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from tests.doubles.catalogue import TRACKS, Track, list_artists, rotate
from tests.doubles.faults import Fault, Turn, name_faults
from tests.doubles.messages import Answer, Request, json_answer
from tests.doubles.server import Double

RANGES = (
    "this_week", "this_month", "this_year", "week", "month", "quarter", "year", "half_yearly",
    "all_time",
)  # fmt: skip
_DEFAULT_COUNT = 25
_MOST_ROWS = 1000
# Chosen by us: the service tells its numbers in its headers only.
CALLS_PER_WINDOW = 30
WINDOW_S = 10
_LAST_LISTEN = 1_790_000_000
_LISTEN_S = 240


@dataclass(frozen=True, slots=True)
class Listener:
    """Someone with a token to prove that they are it; tracks are best first."""

    name: str
    token: str
    tracks: tuple[Track, ...]


def _make_world() -> dict[str, Listener]:
    folk, electronic = TRACKS["folk"], TRACKS["electronic"]
    worlds = {"lena": rotate(folk, 5), "mateo": rotate(electronic, 2), "nobody-yet": ()}
    return {
        name: Listener(name, f"lb-token-of-{name}", tracks) for name, tracks in worlds.items()
    }  # fmt: skip


def _error(code: int, text: str, headers: Mapping[str, str] | None = None) -> Answer:
    return json_answer({"code": code, "error": text}, code, headers=headers)


# --- Faults ------------------------------------------------------------------------------------
def rate_limited(_turn: Turn, *, reset_in_s: int = 5) -> Answer:
    """Answer 429; how long to wait stands in ListenBrainz' own header."""
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-In": str(reset_in_s)}
    return _error(429, "You have exceeded your rate limit.", headers)


def not_computed(_turn: Turn) -> Answer:
    """Answer 204, as when the statistics are not there yet."""
    return Answer(204)


def unknown_listener(_turn: Turn) -> Answer:
    """Answer 404."""
    return _error(404, "Cannot find user")


def failed(_turn: Turn) -> Answer:
    """Answer 500."""
    return _error(500, "An unknown error occured.")


class ListenBrainzDouble(Double):
    """ListenBrainz with two listeners, and one whose statistics are not computed yet."""

    name = "listenbrainz"
    own_faults: ClassVar[Mapping[str, Fault]] = {
        **name_faults(rate_limited, unknown_listener, failed),
        **name_faults(not_computed, paths="/1/stats/"),
    }

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.listeners = _make_world()
        self.secrets |= {listener.token for listener in self.listeners.values()}
        self._window_ends: datetime | None = None
        self._calls = 0

    def answer(self, request: Request) -> Answer:
        """Answer within the rate limit, whose state each answer tells in its headers."""
        headers = self._count_call()
        if self._calls > CALLS_PER_WINDOW:
            return _error(429, "You have exceeded your rate limit.", headers)
        return replace(self._route(request), headers=headers)

    def _count_call(self) -> dict[str, str]:
        now = self.clock.now().timestamp()
        end = now - now % WINDOW_S + WINDOW_S
        window_ends = datetime.fromtimestamp(end, tz=self.clock.now().tzinfo)
        self._calls = self._calls + 1 if window_ends == self._window_ends else 1
        self._window_ends = window_ends
        return {
            "X-RateLimit-Limit": str(CALLS_PER_WINDOW),
            "X-RateLimit-Remaining": str(max(CALLS_PER_WINDOW - self._calls, 0)),
            "X-RateLimit-Reset-In": str(max(int(end - now), 1)),
            "X-RateLimit-Reset": str(int(end)),
        }

    def _route(self, request: Request) -> Answer:
        if request.path == "/1/validate-token":
            return self._validate_token(request)
        if match := re.fullmatch(r"/1/stats/user/([^/]+)/(recordings|artists)", request.path):
            name, kind = match.groups()
            return self._answer_statistics(request, name, kind)
        if match := re.fullmatch(r"/1/user/([^/]+)/listens", request.path):
            return self._answer_listens(request, match[1])
        return _error(404, "Not found")

    def _validate_token(self, request: Request) -> Answer:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Token" or not token:
            return _error(400, "You need to provide an Authorization token.")
        for listener in self.listeners.values():
            if listener.token == token:
                valid = {"code": 200, "message": "Token valid.", "valid": True}
                return json_answer(valid | {"user_name": listener.name})
        return json_answer({"code": 200, "message": "Token invalid.", "valid": False})

    def _answer_statistics(self, request: Request, name: str, kind: str) -> Answer:
        listener = self.listeners.get(name)
        span = request.get("range", "all_time")
        if listener is None:
            return _error(404, f"Cannot find user: {name}")
        if span not in RANGES:
            return _error(400, f"Invalid range: {span}")
        if not listener.tracks:
            return Answer(204)
        count = min(int(request.get("count", str(_DEFAULT_COUNT))), _MOST_ROWS)
        offset = int(request.get("offset", "0"))
        # Each range begins with another track, so that they can be told apart.
        tracks = rotate(listener.tracks, RANGES.index(span))
        rows = _recordings(tracks) if kind == "recordings" else _artists(tracks)
        page = rows[offset : offset + count]
        payload = {
            kind: page,
            "count": len(page),
            f"total_{kind.removesuffix('s')}_count": len(rows),
            "offset": offset,
            "range": span,
            "user_id": name,
            "from_ts": 0,
            "to_ts": _LAST_LISTEN,
            "last_updated": _LAST_LISTEN,
        }
        return json_answer({"payload": payload})

    def _answer_listens(self, request: Request, name: str) -> Answer:
        listener = self.listeners.get(name)
        if listener is None:
            return _error(404, f"Cannot find user: {name}")
        if "min_ts" in request.query and "max_ts" in request.query:
            return _error(400, "You may only specify max_ts or min_ts, not both.")
        count = min(int(request.get("count", str(_DEFAULT_COUNT))), _MOST_ROWS)
        after = int(request.get("min_ts", "0"))
        before = int(request.get("max_ts", str(_LAST_LISTEN + 1)))
        listens = [
            _listen(track, listened_at)
            for number, track in enumerate(listener.tracks)
            if after < (listened_at := _LAST_LISTEN - _LISTEN_S * number) < before
        ][:count]
        payload = {
            "count": len(listens),
            "latest_listen_ts": _LAST_LISTEN if listener.tracks else 0,
            "listens": listens,
            "user_id": name,
        }
        return json_answer({"payload": payload})


def _recordings(tracks: tuple[Track, ...]) -> list[dict[str, Any]]:
    return [
        {
            "artist_mbids": [artist.mbid for artist in track.artists],
            "artist_name": " feat. ".join(artist.name for artist in track.artists),
            "listen_count": 3 * (len(tracks) - position),
            # Some recordings are known to MusicBrainz, some are not.
            "recording_mbid": track.mbid if position % 4 else None,
            "release_name": track.album_name,
            "track_name": track.name,
        }
        for position, track in enumerate(tracks)
    ]


def _artists(tracks: tuple[Track, ...]) -> list[dict[str, Any]]:
    artists = list_artists(tracks)
    return [
        {
            "artist_mbid": artist.mbid if position % 4 else None,
            "artist_name": artist.name,
            "listen_count": 24 * (len(artists) - position),
        }
        for position, artist in enumerate(artists)
    ]


def _listen(track: Track, listened_at: int) -> dict[str, Any]:
    return {
        "listened_at": listened_at,
        "track_metadata": {
            "artist_name": track.artists[0].name,
            "track_name": track.name,
            "release_name": track.album_name,
            "additional_info": {
                "spotify_id": f"https://open.spotify.com/track/{track.spotify_id}",
                "isrc": track.isrc,
                "duration_ms": track.duration_ms,
            },
            "mbid_mapping": {
                "recording_mbid": track.mbid,
                "artist_mbids": [artist.mbid for artist in track.artists],
            },
        },
    }
