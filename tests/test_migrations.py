import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("app", ["accounts", "recommendations"])
def test_migrations_can_be_applied_and_undone(app: str, tmp_path: Path) -> None:
    for arguments in (["migrate"], ["migrate", app, "zero"], ["migrate"]):
        subprocess.run(
            [sys.executable, "manage.py", *arguments, "--verbosity", "0"],
            cwd=ROOT,
            env={**os.environ, "METAREC_DATA_DIR": str(tmp_path)},
            check=True,
        )
