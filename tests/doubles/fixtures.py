"""The doubles as fixtures, and what a failing test shows of what they were asked.

``spotify``, ``reccobeats``, ``listenbrainz``, ``lastfm`` and ``receiver`` each give one that runs.
"""

from collections.abc import Generator, Iterator

import pytest
from django.test import override_settings

from tests.doubles import server
from tests.doubles.lastfm import LastFmDouble
from tests.doubles.listenbrainz import ListenBrainzDouble
from tests.doubles.reccobeats import ReccoBeatsDouble
from tests.doubles.receiver import ReceiverDouble
from tests.doubles.settings import list_settings
from tests.doubles.spotify import SpotifyDouble


@pytest.fixture
def spotify() -> Iterator[SpotifyDouble]:
    """Spotify, with the site's settings leading to it."""
    with SpotifyDouble() as double, override_settings(**list_settings(double)):
        yield double


@pytest.fixture
def reccobeats() -> Iterator[ReccoBeatsDouble]:
    """ReccoBeats, with the site's settings leading to it."""
    with ReccoBeatsDouble() as double, override_settings(**list_settings(double)):
        yield double


@pytest.fixture
def listenbrainz() -> Iterator[ListenBrainzDouble]:
    """ListenBrainz, with the site's settings leading to it."""
    with ListenBrainzDouble() as double, override_settings(**list_settings(double)):
        yield double


@pytest.fixture
def lastfm() -> Iterator[LastFmDouble]:
    """Last.fm, with the site's settings leading to it."""
    with LastFmDouble() as double, override_settings(**list_settings(double)):
        yield double


@pytest.fixture
def receiver() -> Iterator[ReceiverDouble]:
    """A program that receives webhooks on this machine, and a site that may send there."""
    with ReceiverDouble() as double, override_settings(METAREC_WEBHOOK_PRIVATE=True):
        yield double


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Forget the doubles that were stopped with the tests before."""
    server.started[:] = [double for double in server.started if double.is_running]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the doubles were asked, without tokens, when a test fails."""
    report = yield
    if report.failed:
        for double in server.started:
            lines = "\n".join(map(str, double.requests)) or "none"
            report.sections.append((f"Requests to {double.name}'s double", lines))
    return report
