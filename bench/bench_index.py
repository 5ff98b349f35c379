"""Measures the embedded index: time, memory and exactness as the number of listeners grows.

    python -m bench.bench_index [--listeners N ...]

Listeners are made up (bench/listeners.py) and written to temporary files first, so that neither
the time nor the memory of making them is counted. Each population is then measured in a process of
its own, with one thread. ``load`` builds the index from those files; ``peak`` is the most memory
that this process ever held, Python and numpy included (read from /proc, so on Linux only).
Queries are listeners of the population, without themselves, k = 10, each asked three times; the
percentiles are over the queries' medians. ``cpu`` is the processor's time for the same: where it is
far below, the machine was busy with something else. ``exact`` counts the answers that a float64
scan of everybody agrees with.
"""

import argparse
import dataclasses
import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

# One thread; the libraries beneath numpy read this when they are loaded.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))

import numpy as np
import numpy.typing as npt

from bench.listeners import build_blocks
from recommendations.index.base import Neighbour, Ranking
from recommendations.index.embedded import EmbeddedIndex
from recommendations.taste.profiles import Profile, Profiles

POPULATIONS = (10_000, 100_000, 1_000_000)
RANKINGS: tuple[Ranking, ...] = ("hybrid", "seed")
QUERIES = 200
REPEATS = 3
CHANGES = 200
K = 10
# Brute force reads everybody for each query: 200 queries up to here, 20 of them beyond.
CHECK_ALL_UP_TO = 100_000
FloatArray = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Measured:
    """What a measuring process reports; times in milliseconds, (queries, repeats) a ranking."""

    load_s: float
    peak_mib: float
    change_ms: FloatArray
    query_ms: dict[Ranking, FloatArray]
    cpu_ms: dict[Ranking, FloatArray]
    answers: dict[Ranking, list[list[Neighbour]]]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description="Measure the embedded index.")
    parser.add_argument("--listeners", type=int, nargs="+", default=POPULATIONS, metavar="N")
    populations = parser.parse_args().listeners
    print(f"Embedded index, one thread; numpy reads memory at {measure_reading():.1f} GB/s here.")
    print("Times of nearest and of one change in ms, load in s, peak in MiB.")
    print(
        "listeners  ranking   p50   p95   p99  cpu p50   p95    exact  load  peak  change p50  max"
    )
    for listeners in populations:
        with tempfile.TemporaryDirectory() as folder:
            write_blocks(Path(folder), listeners)
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                measured = pool.apply(measure, (Path(folder),))
            print_measured(listeners, measured, Path(folder))


def measure_reading() -> float:
    """Return in GB/s how fast numpy goes through an array far larger than any cache."""
    array = np.zeros(100_000_000, np.float32)
    array.fill(1)
    seconds = []
    for _ in range(5):
        started = time.perf_counter()
        array.max()
        seconds.append(time.perf_counter() - started)
    return array.nbytes / min(seconds) / 1e9


def write_blocks(folder: Path, listeners: int) -> None:
    """Write made-up listeners to ``folder``, a file a block."""
    for number, block in enumerate(build_blocks(listeners)):
        columns = {field.name: getattr(block, field.name) for field in dataclasses.fields(block)}
        np.savez(folder / f"{number:06}.npz", **columns)


def read_blocks(folder: Path) -> Iterator[Profiles]:
    """Yield the blocks of ``folder`` in order."""
    for path in sorted(folder.iterdir()):
        with np.load(path) as columns:
            yield Profiles(**columns)


def choose_queries(folder: Path) -> list[Profile]:
    """Return listeners of the first block, the same at every call."""
    block = next(read_blocks(folder))
    rows = np.random.default_rng(0).choice(len(block), min(QUERIES, len(block)), replace=False)
    return [block[row] for row in rows]


def measure(folder: Path) -> Measured:
    """Load an index, ask it, then change it."""
    index = EmbeddedIndex()
    started = time.perf_counter()
    index.replace_all(read_blocks(folder), space_id=1, revision=0)
    load_s = time.perf_counter() - started
    queries = choose_queries(folder)
    query_ms, cpu_ms, answers = {}, {}, {}
    for ranking in RANKINGS:
        runs = [_ask(index, queries, ranking) for _ in range(REPEATS)]
        query_ms[ranking] = np.array([times for times, _, _ in runs]).T
        cpu_ms[ranking] = np.array([cpu_times for _, cpu_times, _ in runs]).T
        answers[ranking] = runs[0][2]
    change_ms = _change(index, next(read_blocks(folder)))
    return Measured(load_s, _read_peak_mib(), change_ms, query_ms, cpu_ms, answers)


def _ask(
    index: EmbeddedIndex, queries: list[Profile], ranking: Ranking
) -> tuple[list[float], list[float], list[list[Neighbour]]]:
    times, cpu_times, answers = [], [], []
    for query in queries:
        started, cpu_started = time.perf_counter(), time.process_time()
        answers.append(index.nearest(query, K, exclude=[query.user_id], ranking=ranking))
        times.append((time.perf_counter() - started) * 1000)
        cpu_times.append((time.process_time() - cpu_started) * 1000)
    return times, cpu_times, answers


def _change(index: EmbeddedIndex, block: Profiles) -> FloatArray:
    """Return how long each of some changes of one listener takes, a removal every fourth."""
    nobody = block.take(np.arange(0))
    times = []
    for row in range(CHANGES):
        is_removal = row % 4 == 3
        upserts = nobody if is_removal else block.take(np.array([row]))
        removals = block.user_ids[[row]].tolist() if is_removal else []
        started = time.perf_counter()
        index.apply(upserts=upserts, removals=removals, revision=row + 1)
        times.append((time.perf_counter() - started) * 1000)
    return np.array(times)


def _read_peak_mib() -> float:
    """The rusage figure would not do: it begins with that of the parent process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status has no VmHWM.")


def print_measured(listeners: int, measured: Measured, folder: Path) -> None:
    """Print a line for each ranking."""
    for ranking in RANKINGS:
        times = measured.query_ms[ranking]
        usual = np.percentile(np.median(times, axis=1), (50, 95, 99))
        cpu = np.percentile(np.median(measured.cpu_ms[ranking], axis=1), (50, 95))
        exact, checked = count_exact(folder, measured.answers[ranking], listeners, ranking)
        print(
            f"{listeners:>9,}  {ranking:<7}"
            + "".join(f"{value:>6.1f}" for value in usual)
            + f"{cpu[0]:>9.1f}{cpu[1]:>6.1f}"
            + f"{exact:>5}/{checked:<3}{measured.load_s:>6.1f}{measured.peak_mib:>6.0f}"
            + f"{np.median(measured.change_ms):>12.1f}{measured.change_ms.max():>5.1f}",
            flush=True,
        )


def count_exact(
    folder: Path, answers: list[list[Neighbour]], listeners: int, ranking: Ranking
) -> tuple[int, int]:
    """Return how many answers brute force agrees with, and how many it was asked for."""
    checked = QUERIES if listeners <= CHECK_ALL_UP_TO else QUERIES // 10
    queries = choose_queries(folder)[:checked]
    scores = np.full((len(queries), listeners + 1), -np.inf)  # user ids are 1..listeners
    for block in read_blocks(folder):
        rows = np.repeat(np.arange(len(block)), np.diff(block.artist_offsets))
        for number, query in enumerate(queries):
            scores[number, block.user_ids] = scan_everybody(query, block, rows, ranking)
    exact = 0
    for query, answer, row in zip(queries, answers, scores, strict=False):
        row[query.user_id] = -np.inf
        best = np.sort(np.partition(row, -K)[-K:])[::-1]
        user_ids = [neighbour.user_id for neighbour in answer]
        # Float64 sums of different order differ by far less than this.
        exact += len(set(user_ids)) == K and np.allclose(row[user_ids], best, rtol=0, atol=1e-12)
    return exact, len(queries)


def scan_everybody(
    query: Profile, block: Profiles, rows: npt.NDArray[np.int64], ranking: Ranking
) -> FloatArray:
    """Return the float64 scores of a whole block by the rankings' definition."""
    weights = np.zeros(max(block.artist_ids.max(), query.artist_ids.max()) + 1)
    weights[query.artist_ids] = query.artist_weights
    products = weights[block.artist_ids] * block.artist_weights
    artists: FloatArray = np.bincount(rows, products, len(block)).astype(np.float64)
    if ranking == "hybrid":
        return artists + block.taste_vectors.astype(np.float64) @ query.taste_vector
    vectors, wanted = block.meta_vectors.astype(np.float64), query.meta_vector.astype(np.float64)
    norms = np.linalg.norm(vectors, axis=1) * np.linalg.norm(wanted)
    scores: FloatArray = (vectors @ wanted / norms + 1) * np.where(artists > 0, 501, 1)
    return scores


if __name__ == "__main__":
    main()
