"""Measures the import of an extended streaming history: seconds and peak memory of the command."""

import os
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from resource import struct_rusage

from bench.catalogue_files import SEED
from bench.histories import write_history

ROOT = Path(__file__).resolve().parent.parent
MAX_SECONDS = 60
MAX_MIB = 200
_USER = """
from accounts.models import User
User.objects.create_user("bench")
"""


def main() -> int:
    """Import the history in a process of its own and compare it with its target."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--plays", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "my_spotify_data.zip")
        unpacked = write_history(path, options.plays, seed=SEED)
        packed_mb, unpacked_mb = path.stat().st_size / 1e6, unpacked / 1e6
        print(f"{options.plays:,} plays: {packed_mb:.0f} MB, {unpacked_mb:.0f} MB unpacked")
        _run(["migrate", "--verbosity", "0"], folder)
        _run(["shell", "--verbosity", "0", "--command", _USER], folder)
        started = time.monotonic()
        status, usage = _run(["import_history", "bench", path.name], folder)
        seconds = time.monotonic() - started
    peak_mib = usage.ru_maxrss / 1024
    print(
        f"import_history: {seconds:.1f} s (target {MAX_SECONDS}), "
        f"of them {usage.ru_utime + usage.ru_stime:.1f} s of processor time, "
        f"peak {peak_mib:.0f} MiB (target {MAX_MIB})"
    )
    return int(status != 0 or seconds > MAX_SECONDS or peak_mib > MAX_MIB)


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
