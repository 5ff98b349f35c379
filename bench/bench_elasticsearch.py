"""Measures the index in Elasticsearch beside the embedded one, on the same listeners and queries.

    python -m bench.bench_elasticsearch [--listeners N] [--heap 4g]

It starts a node of its own with that heap, unless ELASTIC_HOST names one. Listeners are those of
bench/listeners.py. ``load`` ends when the last document is written, ``merge`` when the index is
live. Queries are listeners of the population, without themselves, k = 10, asked by 1 and by 4
processes at once; the first time each is asked does not count. ``certified`` is the share of
answers that were proven to be exact, ``exact`` the answers that a float64 scan of everybody agrees
with. Changes: 200 listeners a second for half a minute, taken over in batches as the catch-up does;
the time is from when a change is due until a search finds it. ``bench.bench_freshness`` measures
it with the database, the queue and the worker before it.
"""

import argparse
import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import numpy as np

from bench.bench_index import choose_queries, count_exact, read_blocks, write_blocks
from bench.server_site import run_node
from recommendations.index.base import Neighbour, ProfileIndex, Ranking
from recommendations.index.elasticsearch import ElasticsearchIndex, connect
from recommendations.index.embedded import EmbeddedIndex
from recommendations.taste.profiles import Profile, Profiles

LISTENERS = 1_000_000
RANKINGS: tuple[Ranking, ...] = ("hybrid", "seed")
ALIAS = "bench-users-metadata"
CLIENTS = (1, 4)
REPEATS = 5
K = 10
CHANGES_PER_S = 200
CHANGING_S = 30

Measured = tuple[list[float], list[list[Neighbour]], int]


def main() -> None:
    """Measure, and print what came out."""
    parser = argparse.ArgumentParser(description="Measure the index in Elasticsearch.")
    parser.add_argument("--listeners", type=int, default=LISTENERS, metavar="N")
    parser.add_argument("--heap", default="4g")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        blocks = folder / "listeners"
        blocks.mkdir()
        write_blocks(blocks, arguments.listeners)
        own_node = run_node(folder / "node", arguments.heap)
        host = os.environ.get("ELASTIC_HOST") or stack.enter_context(own_node)
        measure_elasticsearch(host, blocks, arguments.listeners)
        measure_embedded(blocks)


def measure_elasticsearch(host: str, blocks: Path, listeners: int) -> None:
    """Fill an index, ask it, change it, and drop it."""
    with connect(host, os.environ.get("API_KEY", "")) as client:
        try:
            index = ElasticsearchIndex(client, alias=ALIAS)
            load(index, blocks, listeners)
            stored = client.indices.stats(index=ALIAS)["_all"]["total"]["store"]["size_in_bytes"]
            print(f"on disk {stored / 1e6:,.0f} MB")
            for ranking in RANKINGS:
                for clients in CLIENTS:
                    measured = ask_at_once(partial(_ask_server, host), blocks, clients, ranking)
                    report(f"elasticsearch {ranking}, {clients} clients", measured)
                exact, asked = count_exact(blocks, measured[0][1], listeners, ranking)
                print(f"  exact {exact} of {asked}")
            change(index, blocks)
        finally:
            for name in client.indices.get(index=f"{ALIAS}-*"):
                client.indices.delete(index=name)
            client.options(ignore_status=404).indices.delete_index_template(name=ALIAS)


def load(index: ElasticsearchIndex, blocks: Path, listeners: int) -> None:
    """Fill the index and print how long it took."""
    read_until = []

    def read() -> Iterator[Profiles]:
        yield from read_blocks(blocks)
        read_until.append(time.perf_counter())

    started = time.perf_counter()
    index.replace_all(read(), space_id=1, revision=1)
    load_s = read_until[0] - started
    merge_s = time.perf_counter() - read_until[0]
    print(
        f"load {load_s:.0f} s, {listeners / load_s:,.0f} listeners a second; merge {merge_s:.0f} s"
    )


def measure_embedded(blocks: Path) -> None:
    """Ask the embedded index the same."""
    index = EmbeddedIndex()
    index.replace_all(read_blocks(blocks), space_id=1, revision=1)
    for ranking in RANKINGS:
        report(f"embedded {ranking}, 1 client", [_ask(index, choose_queries(blocks), ranking)])


def ask_at_once(
    ask: "partial[Measured]", blocks: Path, clients: int, ranking: Ranking
) -> list[Measured]:
    """Have several processes ask at once."""
    queries = choose_queries(blocks)
    with multiprocessing.get_context("spawn").Pool(clients) as pool:
        return pool.starmap(ask, [(queries, ranking)] * clients)


def _ask_server(host: str, queries: list[Profile], ranking: Ranking) -> Measured:
    with connect(host, os.environ.get("API_KEY", "")) as client:
        index = ElasticsearchIndex(client, alias=ALIAS)
        times, answers, _ = _ask(index, queries, ranking)
        return times, answers, index.uncertified


def _ask(index: ProfileIndex, queries: list[Profile], ranking: Ranking) -> Measured:
    times = []
    for repeat in range(REPEATS):
        answers = []
        for query in queries:
            started = time.perf_counter()
            answers.append(index.nearest(query, K, exclude=[query.user_id], ranking=ranking))
            if repeat:
                times.append((time.perf_counter() - started) * 1000)
    return times, answers, 0


def report(title: str, measured: list[Measured]) -> None:
    """Print the times of all clients together."""
    times = np.concatenate([times for times, _, _ in measured])
    asked = len(measured) * REPEATS * len(measured[0][1])
    certified = 1 - sum(uncertified for _, _, uncertified in measured) / asked
    p50, p95, p99 = np.percentile(times, (50, 95, 99))
    print(
        f"{title}: p50 {p50:.1f} p95 {p95:.1f} p99 {p99:.1f} ms, certified {certified:.2%}",
        flush=True,
    )


def change(index: ElasticsearchIndex, blocks: Path) -> None:
    """Let changes come in, and print how long each took to be found by searches."""
    block = next(read_blocks(blocks))
    started = time.perf_counter()
    waits: list[float] = []
    while (done := len(waits)) < CHANGES_PER_S * CHANGING_S:
        due = min(int((time.perf_counter() - started) * CHANGES_PER_S), CHANGES_PER_S * CHANGING_S)
        if due == done:
            continue
        rows = np.arange(done, due) % len(block)
        index.apply(upserts=block.take(np.unique(rows)), removals=(), revision=1 + due)
        found = time.perf_counter() - started
        waits.extend(found - number / CHANGES_PER_S for number in range(done, due))
    p50, p95 = np.percentile(waits, (50, 95))
    print(f"{CHANGES_PER_S} changes a second: found after p50 {p50:.2f} p95 {p95:.2f} s")


if __name__ == "__main__":
    main()
