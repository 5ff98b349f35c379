"""Misuse of the settings that can be seen without a network."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error


def check_data_dir(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django passes it
    **_options: object,
) -> list[CheckMessage]:
    """Report a data folder that exists but takes no files."""
    folder = Path(settings.DATA_DIR)
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            return []
    except OSError as error:
        return [
            Error(
                f"Nothing can be written to {folder}: {error.strerror}.",
                hint="Give the site's user the right to write there, or set METAREC_DATA_DIR.",
                id="metarec.E001",
            )
        ]
