"""A double of Last.fm: top tracks, top artists and whether a listener is there.

All numbers are text, a single row comes as an object, and errors are bodies with a number.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from tests.doubles.catalogue import TRACKS, Artist, Track, list_artists, rotate
from tests.doubles.faults import Fault, Turn, name_faults
from tests.doubles.messages import Answer, Request, json_answer
from tests.doubles.server import Double

API_KEY = "doubled-lastfm-key"
PERIODS = ("overall", "7day", "1month", "3month", "6month", "12month")
_DEFAULT_LIMIT = 50
_MOST_ROWS = 1000
# The status beside each error's number was not established; clients have to read the body.
_ERRORS = {
    6: (404, "User not found"),
    8: (500, "Operation failed - Most likely the backend service failed. Please try again."),
    10: (403, "Invalid API key - You must be granted a valid key by last.fm"),
    11: (503, "Service Offline - This service is temporarily offline. Try again later."),
    16: (503, "The service is temporarily unavailable, please try again."),
    17: (403, "Login: User required to be logged in"),
    26: (403, "Suspended API key - Access for your account has been suspended"),
    29: (429, "Rate limit exceeded"),
}


@dataclass(frozen=True, slots=True)
class Listener:
    """Someone whose public data can be read; tracks are best first."""

    name: str
    tracks: tuple[Track, ...]


def _make_world() -> dict[str, Listener]:
    worlds = {
        "olga": rotate(TRACKS["heavy"], 7),
        "pablo": rotate(TRACKS["folk"], 1),
        "one-song": TRACKS["electronic"][:1],
        "no-song": (),
    }
    return {name: Listener(name, tracks) for name, tracks in worlds.items()}


def refuse(number: int, status: int | None = None) -> Answer:
    """Return an error's body, under the status that it was seen with or under another."""
    usual, message = _ERRORS[number]
    return json_answer({"error": number, "message": message}, status or usual)


# --- Faults ------------------------------------------------------------------------------------
def error(_turn: Turn, *, number: int, status: int | None = None) -> Answer:
    """Answer one of the numbered errors."""
    return refuse(number, status)


def rate_limited(_turn: Turn) -> Answer:
    """Answer error 29; Last.fm does not say how long to wait."""
    return refuse(29)


class LastFmDouble(Double):
    """Last.fm with two listeners of many tracks, one of a single track, one of none."""

    name = "lastfm"
    own_faults: ClassVar[Mapping[str, Fault]] = name_faults(error, rate_limited)

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.api_url = f"{self.url}/2.0/"
        self.listeners = _make_world()
        self.secrets.add(API_KEY)

    def answer(self, request: Request) -> Answer:
        """Answer one of the three methods."""
        if request.path != "/2.0":
            return Answer(404)
        if request.get("format") != "json":
            return Answer(200, b'<?xml version="1.0"?><lfm status="ok"/>', "text/xml")
        if request.get("api_key") != API_KEY:
            return refuse(10)
        return self._answer_json(request)

    def _answer_json(self, request: Request) -> Answer:
        # Names are the same in any case.
        listener = self.listeners.get(request.get("user").casefold())
        if listener is None:
            return refuse(6)
        match request.get("method").casefold():
            case "user.getinfo":
                return _answer_info(listener)
            case "user.gettoptracks":
                return _answer_top(request, listener, "toptracks", "track", _tracks)
            case "user.gettopartists":
                return _answer_top(request, listener, "topartists", "artist", _artists)
            case _:
                return json_answer({"error": 3, "message": "Invalid Method"}, 400)


def _url(*parts: str) -> str:
    return "https://www.last.fm/" + "/".join(part.replace(" ", "+") for part in parts)


def _answer_info(listener: Listener) -> Answer:
    user = {
        "name": listener.name,
        "playcount": str(sum(range(len(listener.tracks) + 1))),
        "registered": {"#text": 1_100_000_000, "unixtime": "1100000000"},
        "type": "user",
        "url": _url("user", listener.name),
    }
    return json_answer({"user": user})


def _answer_top(
    request: Request,
    listener: Listener,
    name: str,
    kind: str,
    describe: Callable[[tuple[Track, ...]], list[dict[str, Any]]],
) -> Answer:
    period = request.get("period", "overall")
    limit, page = int(request.get("limit", str(_DEFAULT_LIMIT))), int(request.get("page", "1"))
    if period not in PERIODS or not 1 <= limit <= _MOST_ROWS or page < 1:
        return json_answer({"error": 6, "message": "Invalid parameters"}, 400)
    # Each period begins with another track, so that they can be told apart.
    rows = describe(rotate(listener.tracks, PERIODS.index(period)))
    found = rows[(page - 1) * limit : page * limit]
    paging = {
        "user": listener.name,
        "page": str(page),
        "perPage": str(limit),
        "totalPages": str(-(-len(rows) // limit)),
        "total": str(len(rows)),
    }
    one_or_many = found[0] if len(found) == 1 else found
    return json_answer({name: {kind: one_or_many, "@attr": paging}})


def _artist(artist: Artist) -> dict[str, Any]:
    return {"name": artist.name, "mbid": "", "url": _url("music", artist.name)}


def _tracks(tracks: tuple[Track, ...]) -> list[dict[str, Any]]:
    return [
        {
            "name": track.name,
            "playcount": str(2 * (len(tracks) - position)),
            "mbid": "" if position % 2 else track.mbid,
            "duration": str(track.duration_ms // 1000),
            "artist": _artist(track.artists[0]),
            "url": _url("music", track.artists[0].name, "_", track.name),
            "@attr": {"rank": str(position + 1)},
        }
        for position, track in enumerate(tracks)
    ]


def _artists(tracks: tuple[Track, ...]) -> list[dict[str, Any]]:
    artists = list_artists(tracks)
    return [
        _artist(artist)
        | {"playcount": str(16 * (len(artists) - position)), "@attr": {"rank": str(position + 1)}}
        for position, artist in enumerate(artists)
    ]
