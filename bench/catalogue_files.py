"""Made-up catalogue files in the layouts of the public ones, the same ones at every call."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

SEED = 20261124
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

HEADER_114K = (
    ",track_id,artists,album_name,track_name,popularity,duration_ms,explicit,danceability,energy,"
    "key,loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo,"
    "time_signature,track_genre"
)
HEADER_1M2 = (
    "id,name,album,album_id,artists,artist_ids,track_number,disc_number,explicit,danceability,"
    "energy,key,loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo,"
    "duration_ms,time_signature,year,release_date"
)


def spotify_id(kind: str, number: int) -> str:
    """Return an id in the form of Spotify's, in no order, as theirs are."""
    bits = random.Random(f"{kind}{number}").getrandbits(128)  # noqa: S311 - no secret
    letters = []
    for _ in range(22):
        bits, digit = divmod(bits, 62)
        letters.append(_DIGITS[digit])
    return "".join(letters)


def write_114k(path: Path, rows: int) -> None:
    """Write the layout of the 114k set; one row in five repeats a track under another genre."""
    _write(path, HEADER_114K, _rows_114k(rows))


def write_1m2(path: Path, rows: int) -> None:
    """Write the layout of the set of 1.2 million tracks."""
    _write(path, HEADER_1M2, _rows_1m2(rows))


def _write(path: Path, header: str, rows: Iterator[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"{header}\r\n")
        csv.writer(file).writerows(rows)


def _rows_114k(rows: int) -> Iterator[list[object]]:
    dice = random.Random(SEED)  # noqa: S311 - no secret
    for number in range(rows):
        track = number if dice.random() < 0.8 else dice.randrange(number + 1)
        artists = ";".join(_artist_name(artist) for artist in _draw_artists(track, rows // 4))
        facts = [artists, f"Album {track // 10}", f"Track {track}", track % 101, 180_000 + track]
        features, tempo, signature = _draw_features(track)
        yield [
            number, spotify_id("track", track), *facts, track % 9 == 0,
            *features, tempo, signature, f"genre {number % 114}",
        ]  # fmt: skip


def _rows_1m2(rows: int) -> Iterator[list[object]]:
    for track in range(rows):
        artists = _draw_artists(track, rows // 8)
        features, tempo, signature = _draw_features(track)
        yield [
            spotify_id("track", track), f"Track {track}", f"Album {track // 10}",
            spotify_id("album", track // 10), [_artist_name(artist) for artist in artists],
            [spotify_id("artist", artist) for artist in artists], track % 10 + 1, 1,
            track % 9 == 0, *features, tempo, 180_000 + track, signature, 2000, "2000-01-01",
        ]  # fmt: skip


def _draw_artists(track: int, artists: int) -> list[int]:
    """Few have many tracks: the artist's number is squared towards 0."""
    dice = random.Random(f"credits{track}")  # noqa: S311 - no secret
    count = 1 if dice.random() < 0.75 else 2
    return [int(artists * dice.random() ** 2) for _ in range(count)]


def _artist_name(artist: int) -> str:
    return f"O'Artist {artist}" if artist % 50 == 0 else f"Artist {artist}"


def _draw_features(track: int) -> tuple[list[float], float, int]:
    dice = random.Random(f"features{track}")  # noqa: S311 - no secret
    shares = [round(dice.random(), 3) for _ in range(7)]
    key, loudness, mode = track % 12, round(-20 * dice.random(), 3), track % 2
    features = [*shares[:2], key, loudness, mode, *shares[2:]]
    return features, round(60 + 120 * dice.random(), 3), 4
