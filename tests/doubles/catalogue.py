"""The made-up music of the doubles' worlds: three scenes that share no artist.

Each scene has eight artists with eight tracks each, and a sound of its own, so that who listens to
one scene is nearer to others of it than to anyone else. Nobody and nothing in here is real.
"""

import string
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

_ARTISTS = {
    "folk": (
        "Amber Ferry", "Paper Lantern Choir", "The Quiet Orchard", "Idle Meadow", "Early Harbor",
        "Woven Island", "Marisol y los Páramos", "Gentle Quarry",
    ),
    "electronic": (
        "Copper Signal", "Tidal Window", "Jagged Comet", "Unlit Tower", "Zephyr Junction",
        "Velvet Needle", "Nächtliche Brücke", "Silver Kite",
    ),
    "heavy": (
        "Hollow Anchor", "Restless Ember", "Winter Pier", "Northern Balcony", "Marble Daybreak",
        "Faded Umbrella", "Yellow River Yard", "Distant Garden",
    ),
}  # fmt: skip
_TITLES = (
    "Before the {0}", "{0} at Noon", "Leaving {0}", "The {0} and the Lantern", "No {0} Tonight",
    "{0} Song", "Under the {0}", "A {0} for Nobody",
)  # fmt: skip
_NOUNS = (
    "Arrow", "Bridge", "Cloud", "Door", "Engine", "Feather", "Glass", "Hill", "Inlet", "Jacket",
    "Key", "Ladder", "Moth", "Night", "Oar", "Pearl", "Quilt", "Road", "Stone", "Train", "Urn",
    "Voice", "Wheel", "Yarn",
)  # fmt: skip
# A middling track of each scene, under Spotify's names and in its units.
_SOUNDS = {
    "folk": {
        "acousticness": 0.85, "danceability": 0.45, "energy": 0.25, "instrumentalness": 0.05,
        "liveness": 0.12, "loudness": -13.0, "speechiness": 0.04, "tempo": 96.0, "valence": 0.35,
    },
    "electronic": {
        "acousticness": 0.06, "danceability": 0.82, "energy": 0.7, "instrumentalness": 0.6,
        "liveness": 0.1, "loudness": -8.0, "speechiness": 0.06, "tempo": 124.0, "valence": 0.65,
    },
    "heavy": {
        "acousticness": 0.01, "danceability": 0.35, "energy": 0.9, "instrumentalness": 0.2,
        "liveness": 0.3, "loudness": -4.5, "speechiness": 0.1, "tempo": 158.0, "valence": 0.25,
    },
}  # fmt: skip
_DIGITS = string.digits + string.ascii_letters


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist with the ids that services know them by."""

    name: str
    spotify_id: str
    mbid: str


@dataclass(frozen=True, slots=True)
class Track:
    """A track with its ids; ``features`` are under Spotify's names and in its units."""

    name: str
    artists: tuple[Artist, ...]
    album_name: str
    album_id: str
    spotify_id: str
    isrc: str
    mbid: str
    duration_ms: int
    explicit: bool
    popularity: int
    number: int
    features: dict[str, float | int] = field(hash=False)


def make_id(text: str) -> str:
    """Return 22 letters and digits that look like Spotify's and belong to the text."""
    number = int.from_bytes(sha256(text.encode()).digest())
    digits = []
    for _ in range(22):
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(digits)


def make_uuid(text: str) -> str:
    """Return a UUID that belongs to the text."""
    return str(uuid5(NAMESPACE_URL, text))


def _make_artist(name: str) -> Artist:
    return Artist(name, make_id(f"artist {name}"), make_uuid(f"artist {name}"))


def _make_track(scene: str, artists: tuple[Artist, ...], noun: str, number: int) -> Track:
    name = _TITLES[number].format(noun)
    own = f"{artists[0].name}: {name}"
    # The same for each run, and not the same for two tracks.
    chance = sha256(own.encode()).digest()
    return Track(
        name=name,
        artists=artists,
        album_name=f"{noun} Year",
        album_id=make_id(f"album {artists[0].name}"),
        spotify_id=make_id(f"track {own}"),
        isrc=f"ZZMTR{20 + number}{int.from_bytes(chance[:4]) % 100_000:05}",
        mbid=make_uuid(f"recording {own}"),
        duration_ms=150_000 + int.from_bytes(chance[4:6]) * 2,
        explicit=chance[6] < 32,
        popularity=chance[7] % 101,
        number=number + 1,
        features=_make_features(scene, chance),
    )


def _make_features(scene: str, chance: bytes) -> dict[str, float | int]:
    features: dict[str, float | int] = {
        name: round(value * (1 + (byte - 128) / 1280), 3)
        for (name, value), byte in zip(_SOUNDS[scene].items(), chance[8:], strict=False)
    }
    return features | {"key": chance[20] % 12, "mode": chance[21] % 2, "time_signature": 4}


def _make_tracks(scene: str) -> tuple[Track, ...]:
    artists = ARTISTS[scene]
    first = 8 * list(ARTISTS).index(scene)
    return tuple(
        # The last track of each artist is sung together with the next one.
        _make_track(
            scene,
            (artist, artists[(index + 1) % len(artists)]) if number == 7 else (artist,),
            _NOUNS[first + index],
            number,
        )
        for number in range(8)
        for index, artist in enumerate(artists)
    )


ARTISTS = {scene: tuple(map(_make_artist, names)) for scene, names in _ARTISTS.items()}
# In turns: one of each artist, then the second of each.
TRACKS = {scene: _make_tracks(scene) for scene in ARTISTS}
ALL_ARTISTS = {artist.spotify_id: artist for artists in ARTISTS.values() for artist in artists}
ALL_TRACKS = {track.spotify_id: track for tracks in TRACKS.values() for track in tracks}


def rotate(tracks: tuple[Track, ...], by: int) -> tuple[Track, ...]:
    """Return the same tracks, beginning with a later one."""
    return tracks[by:] + tracks[:by]


def list_artists(tracks: tuple[Track, ...]) -> tuple[Artist, ...]:
    """Return the tracks' artists, each once, in the order of their first tracks."""
    return tuple(dict.fromkeys(artist for track in tracks for artist in track.artists))
