"""Playlists made at Spotify's double: each call once, whatever goes wrong."""

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.consent import PLAYLIST_SCOPE
from accounts.models import MusicAccount, User
from recommendations.models import OutboundQueue, SpotifyPlaylist
from recommendations.services.disconnect import disconnect
from recommendations.services.profiles import recompute_profiles
from recommendations.services.shared_playlist import SharedPlaylist, build_shared_playlist
from recommendations.services.spotify_playlists import (
    MOST_A_DAY,
    NothingAtSpotify,
    PlaylistConsentNeeded,
    TooManyPlaylists,
    continue_playlist,
    start_playlist,
    sweep_playlists,
)
from tests.doubles.spotify import SpotifyDouble
from tests.factories import make_artist, make_top_tracks, make_track, make_user
from tests.recommendations.sync.accounts import NOW, SCOPE, SPOTIFY, link, link_spotify

pytestmark = pytest.mark.django_db

State = SpotifyPlaylist.State
IDS = ["a" * 22, "b" * 22]


def permit(spotify: SpotifyDouble, user: User | None = None) -> MusicAccount:
    """Link ada's account with a token that covers playlists."""
    account = link_spotify(spotify, "ada", user, scope=f"{SCOPE} {PLAYLIST_SCOPE}")
    account.scopes = f"{SCOPE} {PLAYLIST_SCOPE}"
    account.save()
    return account


def wanted(account: MusicAccount) -> SpotifyPlaylist:
    return SpotifyPlaylist.objects.create(
        account=account, name="ana and bo", track_ids=IDS, next_call_at=NOW, asked_at=NOW
    )


def carry_on(playlist: SpotifyPlaylist, until: datetime = NOW + timedelta(days=1)) -> None:
    """Make calls whenever one may be made, jumping over waits."""
    now: datetime | None = NOW
    while now is not None and now < until:
        now = continue_playlist(playlist.pk, now)
    playlist.refresh_from_db()


def posts(spotify: SpotifyDouble) -> list[str]:
    return [one.path for one in spotify.requests if one.path.endswith(("/playlists", "/items"))]


def share(user: User, **track: Any) -> SharedPlaylist:
    """Return a playlist of one track that the user and somebody else play."""
    other, own = make_user(), make_track(artists=[make_artist()], **track)
    for listener in (user, other):
        make_top_tracks(listener, [own])
    recompute_profiles([user.pk, other.pk])
    return build_shared_playlist(user, other)


def test_a_private_playlist_is_made_and_filled_by_two_calls(spotify: SpotifyDouble) -> None:
    playlist = wanted(permit(spotify))

    carry_on(playlist)

    [made] = spotify.listeners["ada"].playlists
    assert (made.name, made.public) == ("ana and bo", False)
    assert made.uris == [f"spotify:track:{spotify_id}" for spotify_id in IDS]
    assert (playlist.state, playlist.playlist_id, playlist.error) == (State.DONE, made.id, "")
    assert posts(spotify) == ["/v1/me/playlists", f"/v1/playlists/{made.id}/items"]


@pytest.mark.parametrize("path", ["/v1/me/playlists", "/v1/playlists/"])
@pytest.mark.parametrize(
    ("fault", "values"),
    [("rate_limited", {"retry_after_s": 40}), ("quota_exceeded", {}), ("spurious_401", {})],
)
def test_what_was_refused_for_now_is_asked_for_again(
    spotify: SpotifyDouble, path: str, fault: str, values: dict[str, int]
) -> None:
    playlist = wanted(permit(spotify))
    spotify.play(fault, path=path, **values)

    carry_on(playlist, NOW + timedelta(days=2))

    assert playlist.state == State.DONE
    assert [len(one.uris) for one in spotify.listeners["ada"].playlists] == [2]


@pytest.mark.parametrize("path", ["/v1/me/playlists", "/v1/playlists/"])
@pytest.mark.parametrize("fault", ["away", "hung_up", "half_a_body", "not_json"])
def test_what_may_have_been_done_is_not_asked_for_again(
    spotify: SpotifyDouble, path: str, fault: str
) -> None:
    playlist = wanted(permit(spotify))
    spotify.play(fault, path=path)

    carry_on(playlist)

    assert (playlist.state, playlist.error) == (State.FAILED, "unsure")
    assert len([one for one in posts(spotify) if one.startswith(path)]) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("insufficient_scope", "consent_needed"),
        ("not_registered", "not_allowed"),
        ("no_premium", "not_allowed"),
        ("forbidden", "not_allowed"),
    ],
)
def test_what_is_refused_for_good_ends_with_the_reason(
    spotify: SpotifyDouble, fault: str, error: str
) -> None:
    account = permit(spotify)
    playlist = wanted(account)
    spotify.play(fault, path="/v1/me/playlists")

    carry_on(playlist)

    assert (playlist.state, playlist.error) == (State.FAILED, error)
    account.refresh_from_db()
    assert (PLAYLIST_SCOPE in account.scopes) is (error != "consent_needed")
    assert account.encrypted_token


def test_a_long_wait_holds_for_every_call_to_spotify(spotify: SpotifyDouble) -> None:
    playlist = wanted(permit(spotify))
    spotify.play("rate_limited", retry_after_s=3600, path="/v1/me/playlists")

    assert continue_playlist(playlist.pk, NOW) == NOW + timedelta(hours=1)

    queue = OutboundQueue.objects.get(service="spotify")
    assert queue.blocked_until == NOW + timedelta(hours=1)
    playlist.refresh_from_db()
    assert (playlist.state, playlist.error) == (State.WAITING, "later")


def test_a_call_that_a_process_died_in_is_not_made_again(spotify: SpotifyDouble) -> None:
    playlist = wanted(permit(spotify))
    SpotifyPlaylist.objects.update(state=State.CALLING, next_call_at=NOW)

    assert sweep_playlists(NOW + timedelta(minutes=5)) == []

    playlist.refresh_from_db()
    assert (playlist.state, playlist.error) == (State.FAILED, "unsure")
    assert posts(spotify) == []


def test_the_sweep_finds_what_waits_and_forgets_what_is_old(spotify: SpotifyDouble) -> None:
    account = permit(spotify)
    waiting, old = wanted(account), wanted(account)
    SpotifyPlaylist.objects.filter(pk=old.pk).update(
        state=State.DONE, asked_at=NOW - timedelta(days=31)
    )

    assert sweep_playlists(NOW) == [waiting.pk]

    assert list(SpotifyPlaylist.objects.values_list("pk", flat=True)) == [waiting.pk]


def test_without_the_permission_nothing_begins(listener: User) -> None:
    playlist = share(listener)
    with pytest.raises(PlaylistConsentNeeded):
        start_playlist(playlist, NOW)
    link(listener, SPOTIFY)

    with pytest.raises(PlaylistConsentNeeded):
        start_playlist(playlist, NOW)


def test_tracks_that_spotify_does_not_know_are_no_playlist(
    spotify: SpotifyDouble, listener: User
) -> None:
    permit(spotify, listener)

    with pytest.raises(NothingAtSpotify):
        start_playlist(share(listener, spotify_id=None), NOW)


def test_asking_twice_makes_one_and_there_is_an_end_to_it(
    spotify: SpotifyDouble, listener: User
) -> None:
    account = permit(spotify, listener)
    playlist = share(listener)
    first = start_playlist(playlist, NOW)

    assert start_playlist(playlist, NOW) == first

    SpotifyPlaylist.objects.update(state=State.DONE)
    for _ in range(MOST_A_DAY - 1):
        SpotifyPlaylist.objects.create(
            account=account, name="x", state=State.DONE, next_call_at=NOW, asked_at=NOW
        )
    with pytest.raises(TooManyPlaylists):
        start_playlist(playlist, NOW)


def test_disconnecting_forgets_them(spotify: SpotifyDouble, listener: User) -> None:
    wanted(permit(spotify, listener))

    disconnect(listener, SPOTIFY)

    assert not SpotifyPlaylist.objects.exists()


def test_no_secret_is_logged(spotify: SpotifyDouble, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    playlist = wanted(permit(spotify))
    spotify.play("insufficient_scope", path="/v1/me/playlists")

    carry_on(playlist)

    assert not [secret for secret in spotify.secrets if secret in caplog.text]
