"""Measures the imports on made-up files: seconds and peak memory of each command's process."""

import os
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from csv import writer
from pathlib import Path
from resource import struct_rusage

from bench.catalogue_files import spotify_id, write_1m2, write_114k

ROOT = Path(__file__).resolve().parent.parent
ENTRIES = 50


def main() -> int:
    """Run each import in a process of its own and compare it with its target."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_200_000, help="of the large catalogue")
    parser.add_argument("--listeners", type=int, default=20_000, help=f"of {ENTRIES} tracks each")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "114k.csv"), Path(folder, "1.2M.csv")
        listeners = Path(folder, "listeners.csv")
        write_114k(small, 114_000)
        write_1m2(large, options.rows)
        _write_listeners(listeners, options.listeners)
        _run(["migrate", "--verbosity", "0"], folder)
        results = [
            _measure("import_catalogue", small, max_seconds=60),
            _measure("import_listeners", listeners, max_mib=1024),
            _measure("import_catalogue", large, max_mib=300),
        ]
    return 0 if all(results) else 1


def _write_listeners(path: Path, listeners: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = writer(file)
        rows.writerow(["listener", "rank", "track_id"])
        for rank in range(1, ENTRIES + 1):  # by rank, so that no listener's rows are together
            for listener in range(listeners):
                track = (listener * 31 + rank * 997) % 80_000
                rows.writerow([f"listener {listener}", rank, spotify_id("track", track)])


def _measure(
    command: str, path: Path, *, max_seconds: float | None = None, max_mib: float | None = None
) -> bool:
    started = time.monotonic()
    status, usage = _run([command, path.name], str(path.parent))
    seconds = time.monotonic() - started
    peak_mib = usage.ru_maxrss / 1024
    print(
        f"{command} {path.name}: {seconds:.1f} s (target {max_seconds or '-'}), "
        f"of them {usage.ru_utime + usage.ru_stime:.1f} s of processor time, "
        f"peak {peak_mib:.0f} MiB (target {max_mib or '-'})",
        flush=True,
    )
    in_time = max_seconds is None or seconds < max_seconds
    in_memory = max_mib is None or peak_mib < max_mib
    return status == 0 and in_time and in_memory


def _run(arguments: list[str], folder: str) -> tuple[int, struct_rusage]:
    """Return the exit status of one process and what it used, as the kernel counts it."""
    environment = os.environ | {"METAREC_DATA_DIR": str(Path(folder, "data"))}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    process = subprocess.Popen(command, cwd=folder, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage


if __name__ == "__main__":
    sys.exit(main())
