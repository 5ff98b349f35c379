"""Plain functions that make rows; everything not given is filled in."""

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from accounts.models import User
from recommendations.models import (
    Artist,
    AudioFeatures,
    Source,
    TimeRange,
    TopArtist,
    TopTrack,
    Track,
    TrackArtist,
)

_numbers = count(1)

PASSWORD = "correct horse battery staple"

# A middling track; each value lies inside its range.
FEATURES: Mapping[str, float | int] = {
    "danceability": 0.5,
    "energy": 0.5,
    "key": 5,
    "loudness_db": -8.0,
    "mode": 1,
    "speechiness": 0.06,
    "acousticness": 0.3,
    "instrumentalness": 0.05,
    "liveness": 0.15,
    "valence": 0.5,
    "tempo_bpm": 120.0,
    "time_signature": 4,
}


def make_user(**overrides: Any) -> User:
    """Make a listener, discoverable unless told otherwise, with ``PASSWORD``."""
    number = next(_numbers)
    fields: dict[str, Any] = {
        "username": f"listener-{number}",
        "email": f"listener-{number}@example.org",
        "is_discoverable": True,
        "password": PASSWORD,
    } | overrides
    return User.objects.create_user(**fields)


def make_artist(name: str | None = None, **overrides: Any) -> Artist:
    """Make an artist with a Spotify id of its own."""
    number = next(_numbers)
    name = name or f"Artist {number}"
    fields = {
        "name": name,
        "name_key": name.casefold(),
        "spotify_id": f"artist{number:016d}",
    } | overrides
    return Artist.objects.create(**fields)


def make_track(
    *,
    artists: Iterable[Artist] = (),
    features: Mapping[str, float | int | None] | None = FEATURES,
    **overrides: Any,
) -> Track:
    """Make a track with credits and audio features; ``features=None`` leaves the features out."""
    number = next(_numbers)
    fields = {
        "name": f"Track {number}",
        "spotify_id": f"track{number:017d}",
        "duration_ms": 200_000,
        "popularity": 50,
    } | overrides
    track = Track.objects.create(**fields)
    TrackArtist.objects.bulk_create(
        TrackArtist(track=track, artist=artist, position=position)
        for position, artist in enumerate(artists)
    )
    if features is not None:
        AudioFeatures.objects.create(
            track=track,
            provider=AudioFeatures.Provider.SYNTHETIC,
            **{**FEATURES, **features},
        )
    return track


def make_top_tracks(
    user: User,
    tracks: Iterable[Track],
    *,
    source: str = Source.FILE,
    time_range: str = TimeRange.LONG_TERM,
) -> list[TopTrack]:
    """Make a list of top tracks, the first one best."""
    return TopTrack.objects.bulk_create(
        TopTrack(user=user, track=track, rank=rank, source=source, time_range=time_range)
        for rank, track in enumerate(tracks, start=1)
    )


def make_top_artists(
    user: User,
    artists: Iterable[Artist],
    *,
    play_counts: Iterable[int | None] | None = None,
    source: str = Source.FILE,
    time_range: str = TimeRange.LONG_TERM,
) -> list[TopArtist]:
    """Make a list of top artists, the first one best."""
    listed = list(artists)
    counts = [None] * len(listed) if play_counts is None else list(play_counts)
    return TopArtist.objects.bulk_create(
        TopArtist(
            user=user,
            artist=artist,
            rank=rank,
            play_count=play_count,
            source=source,
            time_range=time_range,
        )
        for rank, (artist, play_count) in enumerate(zip(listed, counts, strict=True), start=1)
    )
