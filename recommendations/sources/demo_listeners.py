"""Makes up listeners for the demo: step 2 of the data's way, without any file or service.

Artists, tracks, audio features and listeners are invented, with a fixed seed, so that the demo is
the same everywhere; the seed notebook's eight fans are among them. Listeners fall into taste
groups: each listens mostly to one kind of music and a little to another, as people do, so their
similar users can be checked by eye.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommendations.sources.demo_fans import DEMO_FANS, FAN_TRACKS
from recommendations.sources.demo_words import (
    ALBUM_PATTERNS,
    FIRST_NAMES,
    LAST_NAMES,
    NOUNS,
    QUALITIES,
    TRACK_PATTERNS,
)

DEMO_USERNAME = "demo"

# All of this is chosen by us, because it gives a site that looks lived in and loads in seconds.
_SEED = 14
_LISTENERS = 300
_ARTISTS_PER_GROUP = 40
_TRACKS_PER_ARTIST = (3, 10)
_TRACKS_PER_LISTENER = (15, 50)
_EXTRA_ARTISTS = 10
_SECOND_ARTIST_SHARE = 0.15
_MAIN_GROUP_SHARE = 0.8
_SIDE_GROUP_SHARE = 0.17
_PLAY_COUNT_SHARE = 0.6

# danceability, energy, loudness in dB, speechiness, acousticness, instrumentalness, liveness,
# valence, tempo in bpm: the middle of each kind of music, guessed by us.
_CENTRED = (
    "danceability",
    "energy",
    "loudness_db",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo_bpm",
)
_GROUPS: Mapping[str, tuple[float, ...]] = {
    "folk": (0.46, 0.30, -12.0, 0.04, 0.80, 0.04, 0.13, 0.40, 108.0),
    "club": (0.73, 0.85, -6.0, 0.06, 0.05, 0.40, 0.16, 0.45, 126.0),
    "metal": (0.40, 0.94, -4.5, 0.09, 0.02, 0.20, 0.20, 0.30, 138.0),
    "jazz": (0.55, 0.32, -13.0, 0.05, 0.75, 0.45, 0.14, 0.50, 112.0),
    "pop": (0.67, 0.68, -5.5, 0.07, 0.18, 0.01, 0.16, 0.58, 118.0),
    "rap": (0.74, 0.63, -6.5, 0.24, 0.16, 0.02, 0.19, 0.48, 96.0),
    "ambient": (0.25, 0.16, -20.0, 0.04, 0.85, 0.85, 0.11, 0.12, 84.0),
    "cumbia": (0.78, 0.74, -5.8, 0.08, 0.24, 0.03, 0.15, 0.82, 98.0),
    "indie": (0.53, 0.66, -7.2, 0.05, 0.20, 0.10, 0.17, 0.46, 122.0),
    "piano": (0.33, 0.10, -24.0, 0.04, 0.97, 0.90, 0.10, 0.18, 78.0),
}
# How far an artist strays from their kind, and a track from its artist.
_ARTIST_SPREAD = np.array([0.06, 0.07, 1.2, 0.02, 0.08, 0.07, 0.03, 0.08, 8.0])
_TRACK_SPREAD = np.array([0.07, 0.08, 1.3, 0.02, 0.08, 0.06, 0.06, 0.12, 14.0])
_LOW = np.array([0.05, 0.02, -40.0, 0.02, 0.0, 0.0, 0.02, 0.02, 50.0])
_HIGH = np.array([0.98, 1.0, -1.0, 0.9, 1.0, 0.98, 0.95, 0.98, 210.0])

_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class DemoTrack:
    """A track, itself and no other even under the same name.

    ``artists`` are names; ``features`` are named and bounded as in ``taste/schema.py``.
    """

    name: str
    artists: tuple[str, ...]
    album_name: str
    duration_ms: int
    popularity: int
    features: Mapping[str, float | int]


@dataclass(frozen=True, slots=True)
class DemoListener:
    """A listener; both lists begin with the most played. Play counts may be None, all or none."""

    username: str
    tracks: tuple[DemoTrack, ...]
    artists: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """Tracks as rows: whose (``artist_rows``), how popular, and of which group."""

    tracks: list[DemoTrack]
    artist_names: list[str]
    artist_rows: npt.NDArray[np.int64]
    groups: npt.NDArray[np.int64]
    popularity: _Floats


def make_up_listeners() -> list[DemoListener]:
    """Return the same listeners each time: the demo's login, other invented ones, and the fans."""
    rng = np.random.default_rng(_SEED)
    catalogue = _make_catalogue(rng)
    usernames = [DEMO_USERNAME, *_make_usernames(rng, _LISTENERS - 1)]
    invented = [_make_listener(rng, catalogue, username) for username in usernames]
    return invented + _take_fans()


def _take_fans() -> list[DemoListener]:
    tracks = {
        track.name: DemoTrack(
            name=track.name,
            artists=track.artists,
            album_name="",
            duration_ms=track.duration_ms,
            popularity=track.popularity,
            features=track.features,
        )
        for track in FAN_TRACKS
    }
    return [
        DemoListener(
            username=fan.name.lower().replace(" ", "-"),
            tracks=tuple(tracks[name] for name in fan.track_names),
            artists=(),
        )
        for fan in DEMO_FANS
    ]


def _make_usernames(rng: np.random.Generator, count: int) -> list[str]:
    pairs = [f"{first}.{last}" for first in FIRST_NAMES for last in LAST_NAMES]
    return [pairs[i] for i in rng.permutation(len(pairs))[:count]]


def _make_artist_names(rng: np.random.Generator, count: int) -> list[str]:
    """Return distinct names, half of them bands and half of them people."""
    bands = [f"{quality} {noun}" for quality in QUALITIES for noun in NOUNS]
    people = [f"{first.title()} {noun}" for first in FIRST_NAMES for noun in NOUNS]
    named = [
        *(bands[i] for i in rng.permutation(len(bands))[: count // 2]),
        *(people[i] for i in rng.permutation(len(people))[: count - count // 2]),
    ]
    return [named[i] for i in rng.permutation(count)]


def _make_catalogue(rng: np.random.Generator) -> _Catalogue:
    names = _make_artist_names(rng, len(_GROUPS) * _ARTISTS_PER_GROUP)
    tracks: list[DemoTrack] = []
    artist_rows: list[int] = []
    popularity: list[float] = []
    for artist_row, name in enumerate(names):
        group, place = divmod(artist_row, _ARTISTS_PER_GROUP)
        centre = np.array(list(_GROUPS.values())[group])
        centre = centre + rng.normal(size=len(_CENTRED)) * _ARTIST_SPREAD
        peers = names[group * _ARTISTS_PER_GROUP : (group + 1) * _ARTISTS_PER_GROUP]
        made = list(_make_tracks(rng, name, peers, centre))
        tracks += made
        artist_rows += [artist_row] * len(made)
        # Zipf's law, as popularity goes: the second artist has half of the first one's plays.
        popularity += [1 / ((place + 1) * (number + 1) ** 0.5) for number in range(len(made))]
    rows = np.array(artist_rows)
    return _Catalogue(tracks, names, rows, rows // _ARTISTS_PER_GROUP, np.array(popularity))


def _make_tracks(
    rng: np.random.Generator, artist: str, peers: list[str], centre: _Floats
) -> Iterator[DemoTrack]:
    album_name = _fill_in(rng, ALBUM_PATTERNS)
    for _ in range(rng.integers(*_TRACKS_PER_ARTIST, endpoint=True)):
        guest = str(rng.choice(peers))
        has_guest = guest != artist and rng.random() < _SECOND_ARTIST_SHARE
        yield DemoTrack(
            name=_fill_in(rng, TRACK_PATTERNS),
            artists=(artist, guest) if has_guest else (artist,),
            album_name=album_name,
            duration_ms=int(np.clip(rng.normal(215_000, 45_000), 70_000, 600_000)),
            popularity=int(rng.integers(5, 80)),
            features=_make_features(rng, centre),
        )


def _make_features(rng: np.random.Generator, centre: _Floats) -> dict[str, float | int]:
    values = (centre + rng.normal(size=len(_CENTRED)) * _TRACK_SPREAD).clip(_LOW, _HIGH)
    rounded = (round(float(value), 4) for value in values)
    return {
        **dict(zip(_CENTRED, rounded, strict=True)),
        "key": int(rng.integers(12)),
        "mode": int(rng.random() < 0.6),  # noqa: PLR2004 - more songs are in major, roughly so
        "time_signature": int(rng.choice([4, 3], p=[0.9, 0.1])),
    }


def _fill_in(rng: np.random.Generator, patterns: tuple[str, ...]) -> str:
    return str(rng.choice(patterns)).format(
        quality=rng.choice(QUALITIES), noun=rng.choice(NOUNS), other=rng.choice(NOUNS)
    )


def _make_listener(rng: np.random.Generator, catalogue: _Catalogue, username: str) -> DemoListener:
    main, side = rng.choice(len(_GROUPS), size=2, replace=False)
    shares = np.full(len(_GROUPS), (1 - _MAIN_GROUP_SHARE - _SIDE_GROUP_SHARE) / len(_GROUPS))
    shares[main] += _MAIN_GROUP_SHARE
    shares[side] += _SIDE_GROUP_SHARE
    # A listener's own favourites differ from what is popular by a random factor.
    whims = rng.lognormal(sigma=1.0, size=len(catalogue.artist_names))
    weights = shares[catalogue.groups] * catalogue.popularity * whims[catalogue.artist_rows]

    count = int(rng.integers(*_TRACKS_PER_LISTENER, endpoint=True))
    rows = rng.choice(len(weights), size=count, replace=False, p=weights / weights.sum())
    return DemoListener(
        username=username,
        tracks=tuple(catalogue.tracks[row] for row in rows),
        artists=_rank_artists(rng, catalogue, weights),
    )


def _rank_artists(
    rng: np.random.Generator, catalogue: _Catalogue, weights: _Floats
) -> tuple[tuple[str, int | None], ...]:
    """Return the listener's top artists, some of them with no track among the top tracks."""
    totals = np.bincount(catalogue.artist_rows, weights=weights)
    count = int(rng.integers(_EXTRA_ARTISTS, 4 * _EXTRA_ARTISTS))
    top = np.argsort(-totals, kind="stable")[:count]
    names = [catalogue.artist_names[row] for row in top]
    if rng.random() >= _PLAY_COUNT_SHARE:
        return tuple((name, None) for name in names)
    plays = np.ceil(rng.integers(100, 900) * totals[top] / totals[top[0]])
    return tuple((name, int(play)) for name, play in zip(names, plays, strict=True))
