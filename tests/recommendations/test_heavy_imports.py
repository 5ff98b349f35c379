"""What takes a second or much memory to import is for those processes alone that use it."""

import subprocess
import sys

_IMPORT_ALL = """
import sys
import django
django.setup()
import metarec.urls, recommendations.tasks
print(*{"PIL", "openTSNE", "plotly", "sklearn"} & sys.modules.keys())
"""


def test_a_web_process_starts_without_what_draws_and_finds_clusters() -> None:
    result = subprocess.run(
        [sys.executable, "-c", _IMPORT_ALL], capture_output=True, text=True, check=True
    )

    assert result.stdout.split() == []
