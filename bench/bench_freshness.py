"""Measures how soon a search finds a changed profile, on PostgreSQL, Redis and Elasticsearch.

    python -m bench.bench_freshness [--listeners N] [--heap 4g]

It starts the servers, then the compose file's workers and beat. PostgreSQL is filled with the
listeners of bench/listeners.py, and Elasticsearch out of it as ``manage.py rebuild_index`` does it.
Then, for a minute, 200 listeners a second get other top artists, in batches of 20 as an import has
them: one transaction stores the lists, the next one recomputes the profiles. The time is from the
commit of the lists until a search, asked over and over, finds the listener with the profile that
PostgreSQL holds. Meanwhile a client asks for the 10 nearest of ten listeners a second, by
``hybrid``; ``before`` are the same searches with nothing else going on; the first time each is
asked does not count. PostgreSQL does not wait for its disk (fsync is off), which would come before
the commit.
"""

import argparse
import multiprocessing
import os
import time
from collections.abc import Callable
from multiprocessing.queues import Queue

import django
import numpy as np
from elasticsearch import Elasticsearch

from bench.listeners import build_blocks
from bench.server_site import run_site
from bench.watching import Change, Watched, watch
from recommendations.index.elasticsearch import ALIAS, ElasticsearchIndex, connect
from recommendations.taste.profiles import Profile

LISTENERS = 1_000_000
CHANGES_PER_S = 200
CHANGING_S = 60
SEARCHES_PER_S = 10
QUERIES = 200
K = 10

_SPAWN = multiprocessing.get_context("spawn")
Searched = tuple[list[float], int]


def main() -> None:
    """Measure, and print what came out."""
    parser = argparse.ArgumentParser(description="Measure how soon changes are found.")
    parser.add_argument("--listeners", type=int, default=LISTENERS, metavar="N")
    parser.add_argument("--heap", default="4g")
    arguments = parser.parse_args()
    changing = min(arguments.listeners, CHANGES_PER_S * CHANGING_S)
    with run_site(arguments.heap) as site:
        os.environ |= site.environment("worker")
        os.environ["DJANGO_SETTINGS_MODULE"] = "metarec.settings"
        fill_servers(arguments.listeners, changing)
        for name in ("worker", "index-worker", "population-worker", "beat"):
            site.start(name)
        with connect(os.environ["ELASTIC_HOST"], "") as client:
            measure(client, arguments.listeners)


def fill_servers(listeners: int, changing: int) -> None:
    """Fill the database and out of it the index, and print how long each took."""
    started = time.monotonic()
    _run_apart(_fill, listeners, changing)
    print(f"{listeners:,} listeners in PostgreSQL: {time.monotonic() - started:.0f} s", flush=True)
    _run_apart(_rebuild)


def measure(client: Elasticsearch, listeners: int) -> None:
    """Ask, then ask while changes come in."""
    queries = choose_queries(listeners)
    host = os.environ["ELASTIC_HOST"]
    with _SPAWN.Pool(1) as pool:
        once_each_s = QUERIES / SEARCHES_PER_S
        pool.apply(ask, (host, queries, once_each_s))
        report_searches("before", pool.apply(ask, (host, queries, once_each_s)))
        changes = _SPAWN.Queue()
        written = count_written(client)
        process = _SPAWN.Process(target=_change, args=(listeners, changes))
        process.start()
        searching = pool.apply_async(ask, (host, queries, CHANGING_S))
        report_changes(watch(client, ALIAS, changes))
        process.join()
        report_searches("meanwhile", searching.get())
    documents, refreshes = np.subtract(count_written(client), written)
    print(f"Elasticsearch wrote {documents:,} documents, refreshed {refreshes:,} times")


def choose_queries(listeners: int) -> list[Profile]:
    """Return some listeners of the first block, the same at every call."""
    block = next(build_blocks(listeners))
    rows = np.random.default_rng(0).choice(len(block), min(QUERIES, len(block)), replace=False)
    return [block[row] for row in rows]


def ask(host: str, queries: list[Profile], seconds: float) -> Searched:
    """Return how long each search took in ms, and how many answers may not be exact."""
    times = []
    with connect(host, "") as client:
        index = ElasticsearchIndex(client)
        started = time.monotonic()
        for number in range(int(seconds * SEARCHES_PER_S)):
            time.sleep(max(0, started + number / SEARCHES_PER_S - time.monotonic()))
            query = queries[number % len(queries)]
            asked = time.perf_counter()
            index.nearest(query, K, exclude=[query.user_id], ranking="hybrid")
            times.append((time.perf_counter() - asked) * 1000)
        return times, index.uncertified


def count_written(client: Elasticsearch) -> tuple[int, int]:
    """Return how many documents were written and how often the index was refreshed so far."""
    total = client.indices.stats(index=ALIAS)["_all"]["total"]
    return total["indexing"]["index_total"], total["refresh"]["total"]


def report_searches(when: str, searched: Searched) -> None:
    """Print the times of searches."""
    times, uncertified = searched
    p50, p95 = np.percentile(times, (50, 95))
    certified = 1 - uncertified / len(times)
    print(f"nearest {when}: p50 {p50:.1f} p95 {p95:.1f} ms, certified {certified:.2%}", flush=True)


def report_changes(watched: Watched) -> None:
    """Print how long changes took to be found."""
    p50, p95, most = np.percentile(watched.waits, (50, 95, 100))
    print(
        f"{len(watched.waits):,} changes, {watched.rate():.0f} a second: found after p50 {p50:.2f} "
        f"p95 {p95:.2f} at most {most:.2f} s; {watched.waiting_at_end} were not found yet when the "
        f"last was committed, {watched.lost} never",
        flush=True,
    )


def _run_apart(work: Callable[..., None], *arguments: object) -> None:
    """Run something in a process of its own, whose memory is gone afterwards."""
    process = _SPAWN.Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode != 0:
        raise SystemExit(f"{work.__name__} failed.")


def _fill(listeners: int, changing: int) -> None:
    django.setup()
    from bench.site_filling import fill  # noqa: PLC0415 - after setup

    fill(listeners, changing)


def _rebuild() -> None:
    django.setup()
    from recommendations.services.catalogue_indexing import rebuild_catalogue  # noqa: PLC0415
    from recommendations.services.indexing import rebuild_index  # noqa: PLC0415

    started = time.monotonic()
    held, _ = rebuild_index()
    seconds = time.monotonic() - started
    print(f"{held:,} of them loaded into Elasticsearch and merged: {seconds:.0f} s", flush=True)
    rebuild_catalogue()


def _change(listeners: int, changes: "Queue[list[Change] | None]") -> None:
    django.setup()
    from bench.site_changes import change_listeners  # noqa: PLC0415 - after setup

    try:
        change_listeners(listeners, CHANGES_PER_S, CHANGING_S, changes.put)
    finally:
        changes.put(None)


if __name__ == "__main__":
    main()
