"""The program in the documentation does what it says, on a real server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from recommendations.models import Upload
from recommendations.services.export_account import export_account
from recommendations.services.import_history import import_upload
from tests.factories import PASSWORD
from tests.recommendations.conftest import Cast
from tests.site_processes import wait_until

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "example.py"
# getpass asks the terminal; the test has none.
WITHOUT_TERMINAL = "import getpass, runpy, sys; getpass.getpass = input; sys.argv = sys.argv[1:]; "


@pytest.mark.usefixtures("uploads_folder")
def test_example_brings_a_file_waits_and_lists_similar_users(
    live_server: LiveServer, cast: Cast, tmp_path: Path
) -> None:
    """Who brings the sibling's listening is like the sibling."""
    file = tmp_path / "listening.zip"
    with export_account(cast.sibling) as exported:
        file.write_bytes(exported.read())
    run = WITHOUT_TERMINAL + "runpy.run_path(sys.argv[0], run_name='__main__')"
    arguments = [str(EXAMPLE), live_server.url, cast.newcomer.username, str(file)]

    with subprocess.Popen(
        [sys.executable, "-c", run, *arguments],
        env=os.environ,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        assert program.stdin is not None
        program.stdin.write(f"{PASSWORD}\n")
        program.stdin.close()
        wait_until(lambda: Upload.objects.exists() or program.poll() is not None)
        # What the worker does.
        for upload in Upload.objects.all():
            import_upload(upload.pk, timezone.now())
        program.wait(timeout=60)
        assert program.stdout is not None
        assert program.stderr is not None
        printed, errors = program.stdout.read(), program.stderr.read()

    assert errors == ""
    lines = printed.splitlines()
    assert lines[0] == "listening.zip done"
    assert {line.partition(",")[0] for line in lines[1:3]} == {"ana", "sibling"}
    assert all("you share Portishead, Radiohead" in line for line in lines[1:3])
