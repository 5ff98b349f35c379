"""Fills the database of a small site with made-up listeners; import it after Django's setup.

Tracks are of twenty kinds that sound apart; a listener plays two of them, as people do.
"""

import random
from collections.abc import Mapping
from itertools import islice

from accounts.models import User
from recommendations.models import Artist, AudioFeatures, TopArtist, TopTrack, Track, TrackArtist
from recommendations.services.profiles import recompute_all_profiles

SEED = 20
KINDS = 20
TRACKS_OF_AN_ARTIST = 8
# Of one kind and of the next one.
TRACKS_EACH = (30, 20)
ARTISTS_EACH = 20

_UNIT = (0.001, 0.999)
# The range of a kind's middle, how far its tracks stray, and the bounds.
_SOUNDS: Mapping[str, tuple[tuple[float, float], float, tuple[float, float]]] = {
    "danceability": ((0.2, 0.9), 0.1, _UNIT),
    "energy": ((0.2, 0.9), 0.1, _UNIT),
    "valence": ((0.0, 1.0), 0.1, _UNIT),
    "loudness_db": ((-16, -4), 2, (-60, 0)),
    "tempo_bpm": ((75, 170), 12, (40, 230)),
    "speechiness": ((0.03, 0.4), 0.1, _UNIT),
    "acousticness": ((0.0, 1.0), 0.1, _UNIT),
    "instrumentalness": ((0.0, 1.0), 0.1, _UNIT),
    "liveness": ((0.05, 0.6), 0.1, _UNIT),
}


def fill(listeners: int, tracks: int) -> list[User]:
    """Make so many listeners, all discoverable, and tracks, with profiles; return the listeners."""
    dice = random.Random(SEED)  # noqa: S311 - no secret
    made = _make_tracks(dice, tracks)
    users = User.objects.bulk_create(
        User(username=f"listener-{number}", is_discoverable=True) for number in range(listeners)
    )
    first, second = TRACKS_EACH
    played = [
        dice.sample(made[row % KINDS :: KINDS], first)
        + dice.sample(made[(row + 1) % KINDS :: KINDS], second)
        for row in range(listeners)
    ]
    shared = {"source": "file", "time_range": "long_term"}
    TopTrack.objects.bulk_create(
        TopTrack(user=user, track=track, rank=rank, **shared)
        for user, top in zip(users, played, strict=True)
        for rank, (track, _) in enumerate(top, start=1)
    )
    TopArtist.objects.bulk_create(
        TopArtist(user=user, artist=artist, rank=rank, **shared)
        for user, top in zip(users, played, strict=True)
        for rank, artist in enumerate(
            islice(dict.fromkeys(artist for _, artist in top), ARTISTS_EACH), start=1
        )
    )
    recompute_all_profiles()
    return users


def _make_tracks(dice: random.Random, count: int) -> list[tuple[Track, Artist]]:
    artists = Artist.objects.bulk_create(
        Artist(
            name=f"Artist {number}",
            name_key=f"artist {number}",
            spotify_id=f"made-artist{number:011d}",
        )
        for number in range(count // TRACKS_OF_AN_ARTIST)
    )
    tracks = Track.objects.bulk_create(
        Track(
            name=f"Track {number}",
            name_key=f"track {number}",
            spotify_id=f"made-track{number:012d}",
            duration_ms=200_000,
            popularity=50,
        )
        for number in range(count)
    )
    # Every artist is of one kind.
    artist_of = [
        artists[(row // KINDS // TRACKS_OF_AN_ARTIST * KINDS + row % KINDS) % len(artists)]
        for row in range(count)
    ]
    TrackArtist.objects.bulk_create(
        TrackArtist(track=track, artist=artist, position=0)
        for track, artist in zip(tracks, artist_of, strict=True)
    )
    middles = [
        {name: dice.uniform(*middle) for name, (middle, _, _) in _SOUNDS.items()}
        for _ in range(KINDS)
    ]
    AudioFeatures.objects.bulk_create(
        AudioFeatures(
            track=track,
            provider=AudioFeatures.Provider.SYNTHETIC,
            key=5,
            mode=1,
            time_signature=4,
            **_vary(dice, middles[row % KINDS]),
        )
        for row, track in enumerate(tracks)
    )
    return list(zip(tracks, artist_of, strict=True))


def _vary(dice: random.Random, middle: Mapping[str, float]) -> dict[str, float]:
    varied = {}
    for name, (_, spread, (low, high)) in _SOUNDS.items():
        varied[name] = min(max(middle[name] + dice.gauss(0, spread), low), high)
    return varied
