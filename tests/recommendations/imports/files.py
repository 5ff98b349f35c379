"""Writes small files in the layouts that people import."""

import csv
import gzip
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

ID_A = "A" * 22
ID_B = "B" * 22
ID_C = "C" * 22
ARTIST_X = "x" * 22
ARTIST_Y = "y" * 22

FEATURES: Mapping[str, object] = {
    "danceability": 0.5,
    "energy": 0.6,
    "key": 5,
    "loudness": -7.5,
    "mode": 1,
    "speechiness": 0.05,
    "acousticness": 0.2,
    "instrumentalness": 0.01,
    "liveness": 0.1,
    "valence": 0.4,
    "tempo": 120.5,
    "time_signature": 4,
}
FACTS: Mapping[str, object] = {"duration_ms": 200_000, "popularity": 50, "explicit": "False"}
EXPORTIFY_FEATURES = {name.replace("_", " ").title(): value for name, value in FEATURES.items()}


def row_114k(track_id: str = ID_A, **overrides: object) -> dict[str, object]:
    """Return a row of the 114k set."""
    names = {"": 0, "track_id": track_id, "artists": "Air;Moby", "album_name": "Album"}
    return {
        **names, "track_name": "Song", **FACTS, **FEATURES, "track_genre": "pop", **overrides
    }  # fmt: skip


def row_1m2(track_id: str = ID_A, **overrides: object) -> dict[str, object]:
    """Return a row of the set of 1.2 million."""
    facts = {key: value for key, value in FACTS.items() if key != "popularity"}
    return {
        "id": track_id, "name": "Song", "album": "Album", "album_id": "a",
        "artists": "['Air', 'Moby']", "artist_ids": f"['{ARTIST_X}', '{ARTIST_Y}']",
        "track_number": 1, "disc_number": 1, **facts, **FEATURES, "year": 2000,
        "release_date": "2000", **overrides,
    }  # fmt: skip


def row_600k(**overrides: object) -> dict[str, object]:
    """Return a row of the set of 600,000."""
    return {
        "id": ID_A, "name": "Song", **FACTS, "artists": "['Air', 'Moby']",
        "id_artists": f"['{ARTIST_X}', '{ARTIST_Y}']", "release_date": "2000", **FEATURES,
        **overrides,
    }  # fmt: skip


def row_160k(**overrides: object) -> dict[str, object]:
    """Return a row of the set of 160,000, newer order of columns."""
    features = {key: value for key, value in FEATURES.items() if key != "time_signature"}
    return {
        "valence": 0, "year": 2000, "artists": "['Air', 'Moby']", **FACTS, "id": ID_A,
        "name": "Song", "release_date": "2000", **features, **overrides,
    }  # fmt: skip


def row_160k_old(**overrides: object) -> dict[str, object]:
    """Return a row of the set of 160,000, older order of columns."""
    row = row_160k(**overrides)
    return {name: row[name] for name in sorted(row)}


def row_exportify_net(**overrides: object) -> dict[str, object]:
    """Return a row of exportify.net."""
    return {
        "Track URI": f"spotify:track:{ID_A}", "Track Name": "Song", "Album Name": "Album",
        "Artist Name(s)": "Air,Moby", "Release Date": "2000", "Duration (ms)": 200_000,
        "Popularity": 50, "Explicit": "false", "Added By": "", "Added At": "", "Genres": "",
        "Record Label": "", **EXPORTIFY_FEATURES, **overrides,
    }  # fmt: skip


def row_exportify_app(**overrides: object) -> dict[str, object]:
    """Return a row of exportify.app."""
    return {
        "Track URI": f"spotify:track:{ID_A}", "Track Name": "Song",
        "Artist URI(s)": f"spotify:artist:{ARTIST_X}, spotify:artist:{ARTIST_Y}",
        "Artist Name(s)": "Air, Moby", "Album URI": "", "Album Name": "Album",
        "Album Artist URI(s)": "", "Album Artist Name(s)": "", "Album Release Date": "2000",
        "Album Image URL": "", "Disc Number": 1, "Track Number": 1,
        "Track Duration (ms)": 200_000, "Track Preview URL": "", "Explicit": "false",
        "Popularity": 50, "ISRC": "USUM70000001", "Added By": "", "Added At": "",
        "Artist Genres": "", **EXPORTIFY_FEATURES, **overrides,
    }  # fmt: skip


def csv_text(rows: Iterable[Mapping[str, object]]) -> str:
    """Return rows of the same columns as CSV."""
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_csv(path: Path, *rows: Mapping[str, object]) -> Path:
    """Write rows of the same columns."""
    path.write_text(csv_text(rows), encoding="utf-8", newline="")
    return path


def write_gzip(path: Path, text: str) -> Path:
    """Write a gzipped text."""
    path.write_bytes(gzip.compress(text.encode()))
    return path


def write_zip(path: Path, members: Mapping[str, str]) -> Path:
    """Write a zip of texts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path
