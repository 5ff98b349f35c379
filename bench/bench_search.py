"""Measures the search of tracks and artists among made-up ones, in the database and Elasticsearch.

    python -m bench.bench_search [--tracks N] [--searches N] [--elasticsearch]

An artist for every eight tracks; names of one to four words, drawn by Zipf's law from 30,000 of
them. Each kind of search is asked by ``search_catalogue`` as the page asks it, the rows that it
shows included; the processor's time tells how busy the machine was with other things.
``--elasticsearch`` fills an index in a node of its own and asks it the same, and counts how many
answers are the same. The database is a temporary SQLite file. The seed is fixed.
"""

import argparse
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import numpy as np

from tests.elasticsearch_node import find_free_port, launch

SEED = 20261124
WORDS = 30_000
TRACKS_OF_AN_ARTIST = 8
SHOWN = 25
FEATURES = {
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

Answers = list[tuple[list[int], list[int]]]


def main() -> None:
    """Fill a database, search it, and Elasticsearch where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tracks", type=int, default=1_200_000)
    parser.add_argument("--searches", type=int, default=100, help="of each kind")
    parser.add_argument("--elasticsearch", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["METAREC_DATA_DIR"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "metarec.settings"
        django.setup()
        from django.core.management import call_command  # noqa: PLC0415 - after setup

        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        _fill(Path(folder, "metarec.sqlite3"), options.tracks)
        searches = _choose_searches(options.searches)
        in_database = _ask("database", searches)
        if options.elasticsearch:
            _measure_elasticsearch(Path(folder), searches, in_database)


def _measure_elasticsearch(folder: Path, searches: dict[str, list[str]], wanted: Answers) -> None:
    from recommendations.index import use_elasticsearch  # noqa: PLC0415
    from recommendations.services.catalogue_indexing import rebuild_catalogue  # noqa: PLC0415

    port = find_free_port()
    launch("start", folder / "node", "--port", str(port), "--heap", "1g")
    try:
        use_elasticsearch(f"http://127.0.0.1:{port}", "", shards=1, replicas=0)
        start = time.perf_counter()
        counts = rebuild_catalogue()
        print(f"index filled and merged: {counts}, {time.perf_counter() - start:.0f} s", flush=True)
        found = _ask("elasticsearch", searches)
        same = sum(map(list.__eq__, *(list(map(list, answers)) for answers in (found, wanted))))
        print(f"the same answers: {same} of {len(wanted)}")
    finally:
        launch("stop", folder / "node")


def _ask(engine: str, searches: dict[str, list[str]]) -> Answers:
    """Ask everything and print the times of each kind."""
    from recommendations.services.catalogue_search import search_catalogue  # noqa: PLC0415

    answers: Answers = []
    for kind, texts in searches.items():
        times_ms, processor_ms = [], []
        for text in texts:
            start, used = time.perf_counter(), time.process_time()
            found = search_catalogue(text, limit=SHOWN)
            times_ms.append((time.perf_counter() - start) * 1_000)
            processor_ms.append((time.process_time() - used) * 1_000)
            answers.append(
                ([track.pk for track in found.tracks], [artist.pk for artist in found.artists])
            )
        p50, p95, slowest = np.percentile(times_ms, [50, 95, 100])
        own = np.percentile(processor_ms, [50, 95])
        print(
            f"{engine}, {kind}: p50 {p50:.1f}, p95 {p95:.1f}, at most {slowest:.1f} ms; "
            f"of this process's own p50 {own[0]:.1f}, p95 {own[1]:.1f} ms",
            flush=True,
        )
    return answers


def _choose_searches(count: int) -> dict[str, list[str]]:
    from recommendations.models import Track  # noqa: PLC0415

    dice = random.Random(SEED)  # noqa: S311 - no secret
    last = Track.objects.order_by("-pk").values_list("pk", flat=True)[0]
    chosen = [
        Track.objects.prefetch_related("artists").get(pk=1 + dice.randrange(last))
        for _ in range(count)
    ]
    artists = [track.artists.all()[0].name for track in chosen]
    return {
        "a whole name": [track.name for track in chosen],
        "an artist": artists,
        "an artist and a word": [
            f"{artist} {track.name.split()[-1]}"
            for artist, track in zip(artists, chosen, strict=True)
        ],
        "the beginning of a name": [track.name[: 3 + dice.randrange(5)] for track in chosen],
        "one letter": [track.name[0] for track in chosen],
        "a word in the middle": [track.name.split()[-1] for track in chosen],
        "two words in the middle": [
            f"{track.name.split()[-1]} {track.name.split()[0]}" for track in chosen
        ],
        "what is not there": [f"{track.name.split()[0]} qqqq" for track in chosen],
    }


def _fill(file: Path, tracks: int) -> None:
    dice = random.Random(SEED)  # noqa: S311 - no secret
    start = time.perf_counter()
    names = _draw_names(dice)
    artists = tracks // TRACKS_OF_AN_ARTIST
    with sqlite3.connect(file) as connection:
        named = ((pk, *next(names), f"artist-{pk}") for pk in range(1, artists + 1))
        _insert(connection, "artist", "id, name, name_key, spotify_id", named)
        columns = "id, name, name_key, popularity, album_name, isrc, duration_ms"
        made = (
            (pk, *next(names), dice.randrange(101), "", "", 200_000) for pk in range(1, tracks + 1)
        )
        _insert(connection, "track", columns, made)
        credited = ((pk, 1 + int(artists * dice.random() ** 2), 0) for pk in range(1, tracks + 1))
        _insert(connection, "trackartist", "track_id, artist_id, position", credited)
        columns = f"track_id, provider, described_at, {', '.join(FEATURES)}"
        described = ("synthetic", "2026-01-01 00:00:00", *FEATURES.values())
        rows = ((pk, *described) for pk in range(1, tracks + 1))
        _insert(connection, "audiofeatures", columns, rows)
    connection.close()
    print(f"{tracks:,} tracks made in {time.perf_counter() - start:.0f} s", flush=True)


def _insert(
    connection: sqlite3.Connection, table: str, columns: str, rows: Iterator[tuple[Any, ...]]
) -> None:
    marks = ", ".join("?" * len(columns.split(",")))
    connection.executemany(
        f"INSERT INTO recommendations_{table} ({columns}) VALUES ({marks})", rows
    )


def _draw_names(dice: random.Random) -> Iterator[tuple[str, str]]:
    """Yield names without end, capitalised as names are, each with its normalised form."""
    syllables = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]
    words = ["".join(dice.choices(syllables, k=dice.randrange(1, 5))) for _ in range(WORDS)]
    weights = np.cumsum([1 / rank for rank in range(1, WORDS + 1)]).tolist()
    while True:
        drawn = dice.choices(words, cum_weights=weights, k=100_000)
        position = 0
        while position < len(drawn) - 4:
            length = dice.randrange(1, 5)
            name = " ".join(drawn[position : position + length])
            yield name.title(), name
            position += length


if __name__ == "__main__":
    main()
