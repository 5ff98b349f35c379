"""Those who ask every address, and what one of them has; a plugin of pytest."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import User
from tests.asking import Asking
from tests.belongings import make_belongings, make_listeners

Listeners = Mapping[str, User]


@pytest.fixture
def _settings_of_asking(settings: Settings, tmp_path: Path) -> None:
    """Turn Spotify on, which nothing here asks, throttles off, and keep uploads apart."""
    settings.UPLOADS_DIR = settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    settings.METAREC_SPOTIFY = True
    settings.SPOTIFY_CLIENT_ID = settings.SPOTIFY_CLIENT_SECRET = "anything"
    none = dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"])
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": none}
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.fixture
def listeners(db: None, _settings_of_asking: None) -> Listeners:  # noqa: ARG001 - asks for both
    """Those of whom one owns something."""
    return make_listeners()


@pytest.fixture
def values(listeners: Listeners) -> Mapping[str, object]:
    """What stands in the addresses and in what is sent: one of each thing that the owner has."""
    return make_belongings(listeners["owner"], listeners["sibling"])


@pytest.fixture
def asking(listeners: Listeners) -> Asking:
    """The three who ask."""
    return Asking(listeners)
