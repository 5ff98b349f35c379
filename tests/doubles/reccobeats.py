"""A double of ReccoBeats: audio features by Spotify's or its own ids, and tracks' metadata."""

import random
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from tests.doubles.catalogue import ALL_TRACKS, Track, make_uuid
from tests.doubles.faults import Fault, Turn, name_faults
from tests.doubles.messages import Answer, Request, json_answer
from tests.doubles.server import Double

MOST_IDS = 40
_TOO_MANY = 4004
# Every so many tracks are ones that ReccoBeats does not know.
_UNKNOWN = 9
_MISSING = frozenset({"time_signature"})


def make_own_id(track: Track) -> str:
    """Return the id by which ReccoBeats knows the track."""
    return make_uuid(f"reccobeats {track.spotify_id}")


def make_world() -> dict[str, Track]:
    """Return the known tracks by both of their ids."""
    numbered = enumerate(ALL_TRACKS.values(), 1)
    known = [track for number, track in numbered if number % _UNKNOWN]
    return {own: track for track in known for own in (track.spotify_id, make_own_id(track))}


def _href(track: Track) -> str:
    return f"https://open.spotify.com/track/{track.spotify_id}"


def _features(track: Track) -> dict[str, Any]:
    known = {name: value for name, value in track.features.items() if name not in _MISSING}
    return {"id": make_own_id(track), "href": _href(track), "isrc": track.isrc, **known}


def _metadata(track: Track) -> dict[str, Any]:
    return {
        "id": make_own_id(track),
        "trackTitle": track.name,
        "artists": [
            {
                "id": make_uuid(f"reccobeats {artist.spotify_id}"),
                "name": artist.name,
                "href": f"https://open.spotify.com/artist/{artist.spotify_id}",
            }
            for artist in track.artists
        ],
        "durationMs": track.duration_ms,
        "isrc": track.isrc,
        "ean": None,
        "upc": None,
        "href": _href(track),
        "availableCountries": "AR,DE,US",
        "popularity": track.popularity,
    }


def _error(request: Request, status: int, text: str, code: int | None = None) -> Answer:
    body = {"timestamp": "", "error": text, "path": request.path, "status": code or status}
    return json_answer(body, status)


# --- Faults ------------------------------------------------------------------------------------
def rate_limited(turn: Turn, *, retry_after_s: int | None = 5) -> Answer:
    """Answer 429."""
    answer = _error(turn.request, 429, "Too many requests")
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return Answer(429, answer.body, answer.content_type, headers)


def failed(turn: Turn) -> Answer:
    """Answer 500."""
    return _error(turn.request, 500, "Internal Server Error")


def omitted(turn: Turn, *, every: int = 2) -> Answer:
    """Leave out every so many of the rows that it would have found."""
    rows = turn.answer().load()["content"]
    return json_answer({"content": [row for n, row in enumerate(rows, 1) if n % every]})


def nothing_known(_turn: Turn) -> Answer:
    """Know none of the ids."""
    return json_answer({"content": []})


def shuffled(turn: Turn, *, seed: int = 7) -> Answer:
    """Send the rows in another order."""
    rows = turn.answer().load()["content"]
    random.Random(seed).shuffle(rows)  # noqa: S311 - an order, no secret
    return json_answer({"content": rows})


def without_values(turn: Turn) -> Answer:
    """Send rows whose tempo is null and whose valence is missing."""
    rows = turn.answer().load()["content"]
    for row in rows:
        row["tempo"] = None
        del row["valence"]
    return json_answer({"content": rows})


class ReccoBeatsDouble(Double):
    """ReccoBeats, which knows eight ninths of the made-up catalogue."""

    name = "reccobeats"
    own_faults: ClassVar[Mapping[str, Fault]] = name_faults(
        rate_limited, failed, omitted, nothing_known, shuffled, without_values
    )

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.api_url = f"{self.url}/v1"
        self.tracks = make_world()

    def answer(self, request: Request) -> Answer:
        """Answer one of the three calls; rows come in the order of ReccoBeats' own ids."""
        if request.path == "/v1/audio-features":
            return self._answer_several(request, _features)
        if request.path == "/v1/track":
            return self._answer_several(request, _metadata)
        if match := re.fullmatch(r"/v1/track/([0-9a-f-]{36})/audio-features", request.path):
            track = self.tracks.get(match[1])
            found = None if track is None else _features(track)
            return json_answer(found) if found else _error(request, 404, "Not Found")
        return _error(request, 404, "Not Found")

    def _answer_several(
        self, request: Request, describe: Callable[[Track], dict[str, Any]]
    ) -> Answer:
        asked = [part for text in request.query.get("ids", []) for part in text.split(",") if part]
        if not 1 <= len(asked) <= MOST_IDS:
            text = f"ids: size must be between 1 and {MOST_IDS}"
            return _error(request, 400, text, _TOO_MANY)
        known = {make_own_id(track): track for own in asked if (track := self.tracks.get(own))}
        return json_answer({"content": [describe(known[own]) for own in sorted(known)]})
