"""Listeners whose similar users follow by construction."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import User
from recommendations.services.profiles import recompute_profiles
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user


@dataclass(frozen=True)
class Cast:
    """``ana`` and ``sibling`` share two artists; ``stranger`` and ``hidden`` share one with ana.

    ``newcomer`` has no listening; ``hidden`` is not discoverable.
    """

    ana: User
    sibling: User
    stranger: User
    hidden: User
    newcomer: User


@pytest.fixture
def cast(db: None) -> Cast:  # noqa: ARG001 - asks for the database
    """Make the cast and their profiles."""
    both, first, other = make_artist("Portishead"), make_artist("Radiohead"), make_artist("Sade")
    slow = {"tempo_bpm": 80.0, "energy": 0.2, "acousticness": 0.9}
    fast = {"tempo_bpm": 150.0, "energy": 0.9, "acousticness": 0.1}
    members = {
        "ana": ([both, first], slow),
        "sibling": ([both, first], slow),
        "stranger": ([both, other], fast),
        "hidden": ([both, other], fast),
    }
    users = {}
    for name, (artists, features) in members.items():
        users[name] = make_user(username=name, is_discoverable=name != "hidden")
        make_top_artists(users[name], artists, play_counts=[100, 10])
        make_top_tracks(
            users[name], [make_track(artists=[artist], features=features) for artist in artists]
        )
    recompute_profiles([user.pk for user in users.values()])
    return Cast(**users, newcomer=make_user(username="newcomer", is_discoverable=False))


@pytest.fixture
def uploads_folder(settings: Settings, tmp_path: Path) -> Path:
    """The folder in which uploads wait, of the test's own."""
    folder = tmp_path / "uploads"
    folder.mkdir()
    settings.UPLOADS_DIR = settings.FILE_UPLOAD_TEMP_DIR = folder
    return folder
