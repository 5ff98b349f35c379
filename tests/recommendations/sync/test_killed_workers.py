"""Syncs carried on by real processes that are killed, with Spotify's double over HTTP."""

import json
from typing import Any

import pytest

from tests.doubles.settings import list_settings
from tests.doubles.spotify import SpotifyDouble
from tests.recommendations.sync.accounts import SCOPE
from tests.site_processes import Site, kill_group, wait_until

_LINK = """
import json, time
from django.utils import timezone
from accounts.models import MusicAccount
from accounts.tokens import encrypt_token
token = json.loads({token!r})
user = make_user(username="ada")
MusicAccount.objects.create(
    user=user, service="spotify", account_id="ada", scopes={scope!r}, authorized_at=timezone.now(),
    encrypted_token=encrypt_token({{**token, "expires_at": int(time.time()) + 3600}}),
)
make_top_tracks(user, [make_track(spotify_id="old")], source="spotify", time_range="short_term")
make_top_artists(user, [make_artist("old")], source="spotify", time_range="short_term")
"""
_SYNC = """
from recommendations.tasks import sync_listener
sync_listener.delay(User.objects.get().pk)
"""
# What a dead process has claimed is free again after minutes; for the test they pass at once.
_LATER = """
from django.utils import timezone
from recommendations.tasks import sweep_syncs
Sync.objects.filter(state="running").update(next_call_at=timezone.now())
sweep_syncs.delay()
"""
_CARRY_ON = """
import os, signal
from datetime import timedelta
from django.db import connection
from django.utils import timezone
from recommendations.services.sync_calls import continue_syncs
from recommendations.services.syncs import start_syncs
def die(execute, sql, params, many, context):
    if {deadly!r} and {deadly!r} in sql:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)
now = timezone.now() + timedelta(hours={hours})
start_syncs(User.objects.get().pk, now)
with connection.execute_wrapper(die):
    while now is not None:
        now = continue_syncs("spotify", now).next_call_at
"""
_OLD = {("short_term", 1, "old")}
_TRACKS = """
SELECT time_range, rank, track.spotify_id FROM recommendations_toptrack
JOIN recommendations_track AS track ON track.id = track_id
"""
_ARTISTS = """
SELECT time_range, rank, artist.name FROM recommendations_topartist
JOIN recommendations_artist AS artist ON artist.id = artist_id
"""


@pytest.fixture
def linked(site: Site, spotify: SpotifyDouble) -> Site:
    """A site whose one listener has linked Spotify, and old lists of it."""
    site.environment |= {**list_settings(spotify), "METAREC_RECCOBEATS": "no"}
    token = json.dumps(spotify.sign_in("ada", scope=SCOPE))
    site.run(_LINK.format(token=token, scope=SCOPE))
    return site


def _read_lists(site: Site) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    return set(site.query(_TRACKS)), set(site.query(_ARTISTS))


def _expect_lists(spotify: SpotifyDouble) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    ada = spotify.listeners["ada"]
    return (
        {
            (time_range, rank, track.spotify_id)
            for time_range, tracks in ada.top_tracks.items()
            for rank, track in enumerate(tracks, start=1)
        },
        {
            (time_range, rank, artist.name)
            for time_range, artists in ada.top_artists.items()
            for rank, artist in enumerate(artists, start=1)
        },
    )


def _count_calls(spotify: SpotifyDouble, path: str) -> int:
    return sum(request.path.startswith(path) for request in spotify.requests)


def test_a_sync_goes_on_after_its_worker_was_killed(linked: Site, spotify: SpotifyDouble) -> None:
    spotify.play("delayed", path="/v1/me/top/artists", seconds=60)
    linked.run(_SYNC)
    with linked.worker() as worker:
        wait_until(lambda: linked.query(
            "SELECT step, failures FROM recommendations_sync"
        ) == [("artists:short_term", 1)])  # fmt: skip
        kill_group(worker)

    assert _read_lists(linked) == (_OLD, _OLD)

    linked.run(_LATER)
    with linked.worker():
        wait_until(lambda: linked.query("SELECT state FROM recommendations_sync") == [("done",)])
        wait_until(lambda: linked.query("SELECT COUNT(*) FROM recommendations_tasteprofile")
                   == [(1,)])  # fmt: skip

    assert _read_lists(linked) == _expect_lists(spotify)
    # What had been fetched was not fetched again.
    assert _count_calls(spotify, "/v1/me/top/tracks") == 4


@pytest.mark.parametrize(
    "deadly",
    [
        'INSERT INTO "recommendations_track"',
        'DELETE FROM "recommendations_topartist"',
        'INSERT INTO "recommendations_topartist"',
        '"recommendations_featurequestion"',
    ],
)
def test_a_death_while_lists_are_replaced_leaves_the_old_ones(
    linked: Site, spotify: SpotifyDouble, deadly: str
) -> None:
    process = linked.start(_CARRY_ON.format(deadly=deadly, hours=0))
    process.communicate()

    assert process.returncode == -9
    assert _read_lists(linked) == (_OLD, _OLD)

    linked.run(_CARRY_ON.format(deadly="", hours=1))
    assert _read_lists(linked) == _expect_lists(spotify)
