"""Measures how long it takes to compute, export and load the profiles of made-up listeners.

    python -m bench.bench_profiles [--listeners N] [--exported N] [--loaded N]

``recompute`` computes the profiles of ``--listeners`` listeners with 50 top tracks (drawn from
100,000 described tracks by 20,000 artists, Zipf) and 10 top artists with play counts each, as
``manage.py recompute_profiles`` does. ``export`` writes 10 similar users of each of ``--exported``
such listeners, as ``manage.py export_similar_users`` does. ``load`` fills an empty index with the
stored profiles of ``--loaded`` listeners (bench/listeners.py), as the first request of a process
does. Making the rows, in a temporary SQLite file, is not counted. Each part runs in a process of
its own; ``peak`` is the most memory that it ever held; the processor's time tells how busy the
machine was with other things. The seed is fixed.
"""

import argparse
import io
import multiprocessing
import os
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import django
import numpy as np

from bench.listeners import build_blocks
from recommendations.taste.profiles import Profiles

SEED = 20260821
TRACKS = 100_000
ARTISTS = 20_000
TRACKS_EACH = 50
ARTISTS_EACH = 10
STORED_AT = "2026-01-01 00:00:00"

Rows = Iterable[tuple[Any, ...]]


def main() -> None:
    """Measure the three parts and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listeners", type=int, default=100_000)
    parser.add_argument("--exported", type=int, default=1_832)
    parser.add_argument("--loaded", type=int, default=1_000_000)
    options = parser.parse_args()
    for measure, count in (
        (_measure_recompute, options.listeners),
        (_measure_export, options.exported),
        (_measure_load, options.loaded),
    ):
        _run_apart(_in_own_folder, measure, count)


def _run_apart(work: Callable[..., None], *arguments: object) -> None:
    """Run something in a process of its own, so that its memory is not counted here."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode != 0:
        raise SystemExit(f"{work.__name__} failed.")


def _in_own_folder(measure: Callable[[int, Path], None], count: int) -> None:
    """Give the part a migrated database of its own, below the system's temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["METAREC_DATA_DIR"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "metarec.settings"
        django.setup()
        from django.core.management import call_command  # noqa: PLC0415 - after setup

        call_command("migrate", verbosity=0)
        measure(count, Path(folder))


def _measure_recompute(count: int, folder: Path) -> None:
    from recommendations.services.profiles import recompute_all_profiles  # noqa: PLC0415

    _fill(folder, count)
    start = _now()
    recompute_all_profiles()
    _report("recompute", f"{count:,} listeners", start)


def _measure_export(count: int, folder: Path) -> None:
    from django.core.management import call_command  # noqa: PLC0415

    from recommendations.services.spaces import fit_taste_space  # noqa: PLC0415

    _fill(folder, count)
    fit_taste_space()
    start = _now()
    call_command(
        "export_similar_users",
        "--limit",
        "10",
        "--output",
        str(folder / "all.csv"),
        stdout=io.StringIO(),
    )
    _report("export", f"{count:,} listeners", start)


def _measure_load(count: int, folder: Path) -> None:
    from recommendations.services.indexing import load_caught_up_index  # noqa: PLC0415
    from recommendations.services.spaces import load_active_space_id  # noqa: PLC0415

    space_id = load_active_space_id()
    _run_apart(_fill_profiles, count, folder, space_id)
    start = _now()
    held = load_caught_up_index().count()
    _report("load", f"{held:,} listeners", start)


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _report(part: str, size: str, start: tuple[float, float]) -> None:
    seconds, processor_s = np.subtract(_now(), start)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{part}: {size} in {seconds:.1f} s ({processor_s:.1f} s of the processor), "
        f"peak {peak_mib:,.0f} MiB",
        flush=True,
    )


def _fill(folder: Path, count: int) -> None:
    random = np.random.default_rng(SEED)
    with sqlite3.connect(folder / "metarec.sqlite3") as connection:
        _insert_users(connection, count)
        _insert_catalogue(connection, random)
        _insert_lists(connection, random, count)
    connection.close()


def _fill_profiles(count: int, folder: Path, space_id: int) -> None:
    with sqlite3.connect(folder / "metarec.sqlite3") as connection:
        _insert_users(connection, count)
        for block in build_blocks(count):
            _insert_profiles(connection, space_id, block)
    connection.close()


def _insert(connection: sqlite3.Connection, table: str, columns: str, rows: Rows) -> None:
    marks = ", ".join("?" * len(columns.split(",")))
    connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


def _insert_users(connection: sqlite3.Connection, count: int) -> None:
    columns = (
        "id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, "
        "date_joined, origin, is_discoverable"
    )
    rows = (
        (user_id, "!", 0, f"listener-{user_id}", "", "", "", 0, 1, STORED_AT, "import", 1)
        for user_id in range(1, count + 1)
    )
    _insert(connection, "accounts_user", columns, rows)


def _insert_catalogue(connection: sqlite3.Connection, random: np.random.Generator) -> None:
    artists = ((number, f"Artist {number}", f"artist {number}") for number in _numbers(ARTISTS))
    _insert(connection, "recommendations_artist", "id, name, name_key", artists)
    tracks = (
        (number, f"Track {number}", f"track {number}", "", "", 200_000, 50)
        for number in _numbers(TRACKS)
    )
    columns = "id, name, name_key, album_name, isrc, duration_ms, popularity"
    _insert(connection, "recommendations_track", columns, tracks)
    artists_of_tracks = random.zipf(1.3, TRACKS) % ARTISTS + 1
    credits_ = zip(_numbers(TRACKS), artists_of_tracks.tolist(), [0] * TRACKS, strict=True)
    _insert(connection, "recommendations_trackartist", "track_id, artist_id, position", credits_)
    unit_features = random.random((TRACKS, 9)).round(3).tolist()
    columns = (
        "track_id, provider, described_at, danceability, energy, speechiness, acousticness, "
        "instrumentalness, liveness, valence, tempo_bpm, loudness_db, key, mode, time_signature"
    )
    features = (
        (
            number,
            "synthetic",
            STORED_AT,
            *values[:7],
            60 + 120 * values[7],
            -30 * values[8],
            5,
            1,
            4,
        )
        for number, values in zip(_numbers(TRACKS), unit_features, strict=True)
    )
    _insert(connection, "recommendations_audiofeatures", columns, features)


def _insert_lists(connection: sqlite3.Connection, random: np.random.Generator, count: int) -> None:
    shared = "user_id, source, time_range, stored_at, rank"
    tracks = (
        (user_id, "file", "long_term", STORED_AT, rank, track_id)
        for user_id, rank, track_id in _draw(random, count, TRACKS, TRACKS_EACH)
    )
    _insert(connection, "recommendations_toptrack", f"{shared}, track_id", tracks)
    artists = (
        (user_id, "file", "long_term", STORED_AT, rank, artist_id, 5000 // rank)
        for user_id, rank, artist_id in _draw(random, count, ARTISTS, ARTISTS_EACH)
    )
    _insert(connection, "recommendations_topartist", f"{shared}, artist_id, play_count", artists)


def _draw(
    random: np.random.Generator, count: int, population: int, each: int
) -> Iterator[tuple[int, int, int]]:
    """Yield user id, rank and an id that is drawn by Zipf, different ones for each user."""
    for user_id in _numbers(count):
        drawn = random.zipf(1.2, 4 * each) * 7919 % population + 1  # A prime, to scatter them.
        distinct = dict.fromkeys([*drawn.tolist(), *range(1, each + 1)])
        for rank, drawn_id in zip(range(1, each + 1), distinct, strict=False):
            yield user_id, rank, drawn_id


def _insert_profiles(connection: sqlite3.Connection, space_id: int, block: Profiles) -> None:
    columns = (
        "space_id, user_id, computed_at, meta_vector, taste_vector, feature_means, artist_ids, "
        "artist_weights, track_count, described_track_count, artist_count"
    )
    rows = (
        (
            space_id,
            profile.user_id,
            STORED_AT,
            profile.meta_vector.tobytes(),
            profile.taste_vector.tobytes(),
            profile.feature_means.tobytes(),
            profile.artist_ids.tobytes(),
            profile.artist_weights.tobytes(),
            TRACKS_EACH,
            TRACKS_EACH,
            len(profile.artist_ids),
        )
        for profile in block
    )
    _insert(connection, "recommendations_tasteprofile", columns, rows)


def _numbers(count: int) -> range:
    return range(1, count + 1)


if __name__ == "__main__":
    main()
