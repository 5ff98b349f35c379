"""The listeners of the Spotify double and what they listen to."""

from dataclasses import dataclass, field

from tests.doubles.catalogue import ARTISTS, TRACKS, Artist, Track, list_artists, make_id, rotate

TIME_RANGES = ("short_term", "medium_term", "long_term")
# How many tracks a listener has: fewer than a page, a page, more than a page.
_LENGTHS = {"short_term": 30, "medium_term": 50, "long_term": 64}


@dataclass(slots=True)
class Playlist:
    """A playlist that an app made for a listener."""

    id: str
    name: str
    public: bool
    uris: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Listener:
    """Someone who can sign in; ``id`` may change at Spotify, ``account_id`` never does."""

    id: str
    display_name: str | None
    account_id: str
    top_tracks: dict[str, list[Track]] = field(default_factory=dict)
    top_artists: dict[str, list[Artist]] = field(default_factory=dict)
    playlists: list[Playlist] = field(default_factory=list)


def _make_listener(number: int, name: str, scene: str) -> Listener:
    """Make a listener of one scene, whose favourites are not quite those of the others in it."""
    listener = Listener(name, f"{name.capitalize()} of the {scene} scene", make_id(f"user {name}"))
    for position, time_range in enumerate(TIME_RANGES):
        tracks = rotate(TRACKS[scene], 3 * number + position)[: _LENGTHS[time_range]]
        listener.top_tracks[time_range] = list(tracks)
        listener.top_artists[time_range] = list(list_artists(tracks))
    return listener


def make_listeners() -> dict[str, Listener]:
    """Return the listeners by id: two of each scene, one outsider, one who never listened."""
    scenes = list(ARTISTS)
    names = ("ada", "bruno", "carla", "dario", "elena", "farid", "greta")
    listeners = [
        _make_listener(number, name, scenes[number // 2 % len(scenes)])
        for number, name in enumerate(names)
    ]
    silent = Listener("hugo", None, make_id("user hugo"))
    return {listener.id: listener for listener in (*listeners, silent)}
