"""Measures the search of tracks and artists among made-up ones, in the database and Elasticsearch.

    python -m bench.bench_search [--tracks N] [--searches N] [--elasticsearch]

An artist for every eight tracks; names of one to four words, drawn by Zipf's law from 30,000 of
them. Each kind of search is asked by ``search_catalogue`` as the page asks it, the rows that it
shows included. ``--elasticsearch`` fills an index in a node of its own and asks it the same, and
counts how many answers are the same. The database is a temporary SQLite file, or
``DATABASE_URL`` where that is set, which must name an empty one. The seed is fixed.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import django
import numpy as np

from tests.elasticsearch_node import find_free_port, launch

SEED = 20261124
WORDS = 30_000
TRACKS_OF_AN_ARTIST = 8
BATCH = 10_000
SHOWN = 25

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
        os.environ["DJANGO_SETTINGS_MODULE"] = "metarec.settings"
        django.setup()
        from django.core.management import call_command  # noqa: PLC0415 - after setup

        call_command("migrate", verbosity=0)
        _fill(options.tracks)
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
        times_ms = []
        for text in texts:
            start = time.perf_counter()
            found = search_catalogue(text, limit=SHOWN)
            times_ms.append((time.perf_counter() - start) * 1_000)
            answers.append(
                ([track.pk for track in found.tracks], [artist.pk for artist in found.artists])
            )
        p50, p95, slowest = np.percentile(times_ms, [50, 95, 100])
        print(
            f"{engine}, {kind}: p50 {p50:.1f}, p95 {p95:.1f}, at most {slowest:.1f} ms", flush=True
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


def _fill(tracks: int) -> None:
    from recommendations.models import Artist, AudioFeatures, Track, TrackArtist  # noqa: PLC0415
    from recommendations.name_key import build_name_key  # noqa: PLC0415
    from tests.factories import FEATURES  # noqa: PLC0415

    dice = random.Random(SEED)  # noqa: S311 - no secret
    start = time.perf_counter()
    names = _draw_names(dice)
    artist_ids: list[int] = []
    for size in _batches(tracks // TRACKS_OF_AN_ARTIST):
        artists = [
            Artist(name=name, name_key=build_name_key(name), spotify_id=f"a{len(artist_ids) + row}")
            for row, name in enumerate(islice(names, size))
        ]
        artist_ids += [artist.pk for artist in Artist.objects.bulk_create(artists)]
    for size in _batches(tracks):
        made = Track.objects.bulk_create(
            Track(name=name, popularity=dice.randrange(101), duration_ms=200_000)
            for name in islice(names, size)
        )
        TrackArtist.objects.bulk_create(
            TrackArtist(
                track=track,
                artist_id=artist_ids[int(len(artist_ids) * dice.random() ** 2)],
                position=0,
            )
            for track in made
        )
        AudioFeatures.objects.bulk_create(
            AudioFeatures(track=track, provider="synthetic", **FEATURES) for track in made
        )
    print(f"{tracks:,} tracks made in {time.perf_counter() - start:.0f} s", flush=True)


def _batches(count: int) -> Iterator[int]:
    """Yield the sizes of batches that make up a count."""
    for start in range(0, count, BATCH):
        yield min(BATCH, count - start)


def _draw_names(dice: random.Random) -> Iterator[str]:
    """Yield names without end, capitalised as names are."""
    syllables = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]
    words = ["".join(dice.choices(syllables, k=dice.randrange(1, 5))) for _ in range(WORDS)]
    weights = np.cumsum([1 / rank for rank in range(1, WORDS + 1)]).tolist()
    while True:
        drawn = dice.choices(words, cum_weights=weights, k=100_000)
        position = 0
        while position < len(drawn) - 4:
            length = dice.randrange(1, 5)
            yield " ".join(drawn[position : position + length]).title()
            position += length


if __name__ == "__main__":
    main()
