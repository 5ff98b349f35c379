"""A sync, call by call, against the services' doubles."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from accounts.models import MusicAccount, Webhook, WebhookDelivery
from accounts.tokens import rotate_tokens
from accounts.webhooks.hooks import make_webhook
from recommendations.models import (
    FeatureQuestion,
    OutboundQueue,
    Source,
    StaleProfile,
    Sync,
    TopArtist,
    TopTrack,
)
from recommendations.services.disconnect import disconnect
from recommendations.services.outbound import MINIMUM_GAPS, load_block
from recommendations.services.sync_calls import LONGEST_CALL, MAX_FAILURES, continue_syncs
from recommendations.services.sync_errors import SyncError, word_error
from tests.doubles.lastfm import LastFmDouble
from tests.doubles.listenbrainz import ListenBrainzDouble
from tests.doubles.spotify import SpotifyDouble
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track
from tests.recommendations.sync.accounts import NOW, SPOTIFY, carry_on, link, link_spotify, start

pytestmark = pytest.mark.django_db

Places = set[tuple[Any, ...]]


def _list_places(account: MusicAccount) -> Places:
    own = {"user": account.user_id, "source": account.service}
    tracks = TopTrack.objects.filter(**own).values_list("time_range", "rank", "track__spotify_id")
    artists = TopArtist.objects.filter(**own).values_list("time_range", "rank", "artist__name")
    return {*tracks, *artists}


def _expect_places(spotify: SpotifyDouble, name: str = "ada") -> Places:
    listener = spotify.listeners[name]
    tracks = {
        (time_range, rank, track.spotify_id)
        for time_range, listed in listener.top_tracks.items()
        for rank, track in enumerate(listed, start=1)
    }
    artists = {
        (time_range, rank, artist.name)
        for time_range, listed in listener.top_artists.items()
        for rank, artist in enumerate(listed, start=1)
    }
    return tracks | artists


def _store_old_lists(account: MusicAccount) -> Places:
    source, time_range = account.service, "short_term"
    tracks = [make_track(), make_track()]
    make_top_tracks(account.user, tracks, source=source, time_range=time_range)
    make_top_artists(account.user, [make_artist()], source=source, time_range=time_range)
    return _list_places(account)


def test_a_sync_stores_all_lists_with_rank_range_and_source(spotify: SpotifyDouble) -> None:
    sync = start(link_spotify(spotify))

    carry_on()

    sync.refresh_from_db()
    assert (sync.state, sync.error, sync.fetched) == (Sync.State.DONE, "", {})
    assert sync.counts == {"tracks": 64, "unmatched": 0, "artists": 8, "changed": True}
    assert _list_places(sync.account) == _expect_places(spotify)
    assert StaleProfile.objects.filter(user=sync.account.user_id).exists()
    assert FeatureQuestion.objects.count() == 64


def test_each_step_is_one_call_with_the_gap_between(spotify: SpotifyDouble) -> None:
    start(link_spotify(spotify))
    already = len(spotify.requests)

    ended_at = carry_on()

    # Six lists, one of which has two pages.
    assert len(spotify.requests) - already == 7
    assert ended_at >= NOW + 6 * MINIMUM_GAPS["spotify"]


def test_nothing_is_stored_before_all_is_there(spotify: SpotifyDouble) -> None:
    sync = start(link_spotify(spotify))
    old = _store_old_lists(sync.account)
    now = NOW

    for _ in range(6):
        continue_syncs(SPOTIFY, now)
        assert _list_places(sync.account) == old
        now += MINIMUM_GAPS["spotify"]
    continue_syncs(SPOTIFY, now)

    assert _list_places(sync.account) == _expect_places(spotify)


def test_a_second_sync_of_the_same_changes_nothing(spotify: SpotifyDouble) -> None:
    account = link_spotify(spotify)
    start(account)
    carry_on()
    stored = set(TopTrack.objects.values_list("pk", flat=True))
    StaleProfile.objects.all().delete()

    again = start(account, NOW + timedelta(days=1))
    carry_on(now=NOW + timedelta(days=1), until=NOW + timedelta(days=2))

    again.refresh_from_db()
    assert again.state == Sync.State.DONE
    assert again.counts["changed"] is False
    assert set(TopTrack.objects.values_list("pk", flat=True)) == stored
    assert not StaleProfile.objects.exists()


def test_a_sync_is_done_before_the_next_begins(spotify: SpotifyDouble) -> None:
    syncs = [start(link_spotify(spotify, name)) for name in ("ada", "carla")]
    now = NOW

    for _ in range(7):
        continue_syncs(SPOTIFY, now)
        now += MINIMUM_GAPS["spotify"]

    states = [Sync.objects.get(pk=sync.pk).state for sync in syncs]
    assert states == [Sync.State.DONE, Sync.State.RUNNING]
    carry_on(now=now)
    assert _list_places(syncs[1].account) == _expect_places(spotify, "carla")


@pytest.mark.parametrize(
    ("fault", "values"),
    [
        ("rate_limited", {"retry_after_s": 30}),
        ("rate_limited", {}),
        ("rate_limited", {"as_text": True}),
        ("quota_exceeded", {}),
        ("spurious_401", {}),
        ("expired_token", {}),
        ("away", {"status": 503}),
        ("hung_up", {}),
        ("half_a_body", {}),
        ("not_json", {}),
    ],
)
def test_what_passes_is_waited_for(
    spotify: SpotifyDouble, fault: str, values: dict[str, Any]
) -> None:
    sync = start(link_spotify(spotify))
    continue_syncs(SPOTIFY, NOW)
    spotify.play(fault, path="/v1/me/top", times=2, **values)

    continue_syncs(SPOTIFY, NOW + timedelta(seconds=1))
    sync.refresh_from_db()
    assert sync.state == Sync.State.RUNNING
    assert word_error(sync.error, "Spotify")
    carry_on(now=NOW + timedelta(seconds=2), until=NOW + timedelta(days=9))

    sync.refresh_from_db()
    assert (sync.state, sync.error) == (Sync.State.DONE, "")
    assert _list_places(sync.account) == _expect_places(spotify)


@pytest.mark.parametrize(
    ("fault", "values", "code"),
    [
        ("not_registered", {"as_text": True}, SyncError.ACCOUNT_NOT_ALLOWED),
        ("not_registered", {"as_text": False}, SyncError.ACCOUNT_NOT_ALLOWED),
        ("no_premium", {}, SyncError.APP_NOT_ALLOWED),
        ("forbidden", {}, SyncError.APP_NOT_ALLOWED),
        ("insufficient_scope", {}, SyncError.CONSENT_NEEDED),
        ("insufficient_scope", {"status": 401}, SyncError.CONSENT_NEEDED),
        ("spurious_401", {}, SyncError.TOKEN_REFUSED),
        ("away", {"status": 500}, SyncError.AWAY),
        ("not_json", {}, SyncError.AWAY),
        ("empty_list", {}, SyncError.NOTHING_THERE),
    ],
)
def test_what_lasts_leaves_a_sentence_and_the_old_lists(
    spotify: SpotifyDouble, fault: str, values: dict[str, Any], code: SyncError
) -> None:
    sync = start(link_spotify(spotify))
    old = _store_old_lists(sync.account)
    continue_syncs(SPOTIFY, NOW)
    spotify.play(fault, path="/v1/me/top", times=None, **values)
    if code is SyncError.NOTHING_THERE:
        sync = start(link_spotify(spotify, "carla"))
        old = _store_old_lists(sync.account)

    carry_on(now=NOW + timedelta(seconds=1))

    sync.refresh_from_db()
    expected = Sync.State.DONE if code is SyncError.NOTHING_THERE else Sync.State.FAILED
    assert (sync.state, sync.error, sync.fetched) == (expected, code, {})
    assert sync.ended_at is not None
    assert _list_places(sync.account) == old
    assert "Spotify" in word_error(sync.error, "Spotify")


def test_a_dead_permission_asks_the_listener_to_connect_again(spotify: SpotifyDouble) -> None:
    account = link_spotify(spotify)
    sync = start(account)
    spotify.play("insufficient_scope")

    carry_on()

    sync.refresh_from_db()
    account.refresh_from_db()
    assert sync.error == SyncError.CONSENT_NEEDED
    assert account.consent_lost_at is not None


def test_new_keys_do_not_bring_a_refused_permission_back(spotify: SpotifyDouble) -> None:
    account = link_spotify(spotify)
    start(account)
    spotify.play("insufficient_scope")
    carry_on()
    account.refresh_from_db()
    lost_at = account.consent_lost_at

    rotated = rotate_tokens()

    account.refresh_from_db()
    assert (rotated, account.encrypted_token) == ((0, 0), "")
    assert account.consent_lost_at == lost_at


def test_new_keys_bring_a_token_back_that_no_key_read(spotify: SpotifyDouble) -> None:
    account = link_spotify(spotify)
    start(account)
    with override_settings(METAREC_TOKEN_KEYS=["another"]):
        carry_on()
    account.refresh_from_db()
    lost_at = account.consent_lost_at

    rotated = rotate_tokens()

    account.refresh_from_db()
    assert lost_at is not None
    assert (rotated, account.consent_lost_at) == ((1, 0), None)


def test_a_used_up_quota_stops_everybody(spotify: SpotifyDouble) -> None:
    for name in ("ada", "carla"):
        start(link_spotify(spotify, name))
    spotify.play("quota_exceeded", path="/v1/me/top")
    continue_syncs(SPOTIFY, NOW)
    asked = len(spotify.requests)

    for minutes in range(1, 29):
        continue_syncs(SPOTIFY, NOW + timedelta(minutes=minutes))

    assert len(spotify.requests) == asked
    block = load_block("spotify", NOW + timedelta(minutes=1))
    assert block is not None
    assert block.block_reason == SyncError.QUOTA_EXCEEDED


def test_one_broken_account_does_not_hold_up_the_others(spotify: SpotifyDouble) -> None:
    broken, whole = (start(link_spotify(spotify, name)) for name in ("ada", "carla"))
    MusicAccount.objects.filter(pk=broken.account_id).update(encrypted_token="no token")

    carry_on()

    broken.refresh_from_db()
    whole.refresh_from_db()
    assert (broken.state, broken.error) == (Sync.State.FAILED, SyncError.CONSENT_NEEDED)
    assert whole.state == Sync.State.DONE


def test_a_call_whose_process_died_is_made_again(spotify: SpotifyDouble) -> None:
    sync = start(link_spotify(spotify))

    def die(_account: MusicAccount) -> Any:
        raise SystemExit

    with pytest.raises(SystemExit):
        continue_syncs(SPOTIFY, NOW, die)
    before = NOW + LONGEST_CALL - timedelta(seconds=1)
    assert continue_syncs(SPOTIFY, before).next_call_at is None
    carry_on(now=NOW + LONGEST_CALL)

    sync.refresh_from_db()
    assert sync.state == Sync.State.DONE


def test_what_kills_every_process_ends_at_last() -> None:
    account = link()
    old = _store_old_lists(account)
    sync = start(account)

    def die(_account: MusicAccount) -> Any:
        raise SystemExit

    now = NOW
    for _ in range(MAX_FAILURES):
        with pytest.raises(SystemExit):
            continue_syncs(SPOTIFY, now, die)
        now += LONGEST_CALL
    continue_syncs(SPOTIFY, now, die)

    sync.refresh_from_db()
    assert (sync.state, sync.error) == (Sync.State.FAILED, SyncError.GAVE_UP)
    assert _list_places(account) == old


def test_two_processes_do_not_make_the_same_call(spotify: SpotifyDouble) -> None:
    start(link_spotify(spotify))
    asked = len(spotify.requests)
    gap = MINIMUM_GAPS["spotify"]

    def connect_slowly(account: MusicAccount) -> Any:
        # Another process comes by while this one makes its call.
        assert continue_syncs(SPOTIFY, NOW + gap).next_call_at is None
        from recommendations.services.listening_services import connect  # noqa: PLC0415

        return connect(account)

    continue_syncs(SPOTIFY, NOW, connect_slowly)

    assert len(spotify.requests) - asked == 1


def test_disconnecting_ends_a_sync_at_once(spotify: SpotifyDouble) -> None:
    account = link_spotify(spotify)
    account.user.set_password("a password of her own")
    account.user.save()
    start(account)
    continue_syncs(SPOTIFY, NOW)
    asked = len(spotify.requests)

    disconnect(account.user, SPOTIFY)
    carry_on()

    assert len(spotify.requests) == asked
    assert not TopTrack.objects.filter(source=Source.SPOTIFY).exists()


def test_disconnecting_during_the_last_call_leaves_nothing(spotify: SpotifyDouble) -> None:
    account = link_spotify(spotify)
    start(account)
    now = NOW
    for _ in range(6):
        continue_syncs(SPOTIFY, now)
        now += MINIMUM_GAPS["spotify"]

    def disconnect_first(linked: MusicAccount) -> Any:
        from recommendations.services.listening_services import connect  # noqa: PLC0415

        service = connect(linked)
        disconnect(account.user, SPOTIFY)
        return service

    progress = continue_syncs(SPOTIFY, now, disconnect_first)

    assert progress.finished_user_id is None
    assert not TopTrack.objects.exists()


def test_listenbrainz_stores_the_tracks_that_its_names_find(
    listenbrainz: ListenBrainzDouble,
) -> None:
    known = listenbrainz.listeners["lena"].tracks[3]
    artists = [make_artist(artist.name) for artist in known.artists]
    track = make_track(name=known.name, artists=artists)
    account = link(service=MusicAccount.Service.LISTENBRAINZ, name="lena")
    sync = start(account)

    carry_on(MusicAccount.Service.LISTENBRAINZ)

    sync.refresh_from_db()
    assert (sync.state, sync.counts["tracks"], sync.counts["artists"]) == (Sync.State.DONE, 1, 8)
    assert sync.counts["unmatched"] == len(listenbrainz.listeners["lena"].tracks) - 1
    assert set(TopTrack.objects.values_list("track_id", flat=True)) == {track.pk}
    assert all(TopArtist.objects.values_list("play_count", flat=True))


@pytest.mark.parametrize(
    ("name", "error"),
    [("nobody-yet", SyncError.NOTHING_THERE), ("unknown", SyncError.UNKNOWN_LISTENER)],
)
def test_listenbrainz_without_lists_keeps_the_old_ones(
    listenbrainz: ListenBrainzDouble,  # noqa: ARG001 - the site asks it
    name: str,
    error: SyncError,
) -> None:
    account = link(service=MusicAccount.Service.LISTENBRAINZ, name=name)
    old = _store_old_lists(account)
    sync = start(account)

    carry_on(MusicAccount.Service.LISTENBRAINZ)

    sync.refresh_from_db()
    assert sync.error == error
    assert _list_places(account) == old


def test_lastfm_is_synced(lastfm: LastFmDouble) -> None:  # noqa: ARG001 - the site asks it
    sync = start(link(service=MusicAccount.Service.LASTFM, name="olga"))

    carry_on(MusicAccount.Service.LASTFM)

    sync.refresh_from_db()
    assert (sync.state, sync.error) == (Sync.State.DONE, "")
    assert TopArtist.objects.filter(source=Source.LASTFM).count() == 24


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (6, SyncError.UNKNOWN_LISTENER),
        (17, SyncError.UNKNOWN_LISTENER),
        (10, SyncError.APP_NOT_ALLOWED),
        (26, SyncError.APP_NOT_ALLOWED),
        (8, SyncError.AWAY),
        (11, SyncError.AWAY),
        (16, SyncError.AWAY),
    ],
)
def test_errors_of_lastfm_leave_a_sentence_and_the_old_lists(
    lastfm: LastFmDouble, number: int, error: SyncError
) -> None:
    account = link(service=MusicAccount.Service.LASTFM, name="olga")
    old = _store_old_lists(account)
    sync = start(account)
    lastfm.play("error", number=number, times=None)

    carry_on(MusicAccount.Service.LASTFM)

    sync.refresh_from_db()
    assert (sync.state, sync.error) == (Sync.State.FAILED, error)
    assert "Last.fm" in word_error(sync.error, "Last.fm")
    assert _list_places(account) == old


def test_a_service_that_is_switched_off_is_not_asked(lastfm: LastFmDouble, settings: Any) -> None:
    settings.METAREC_LASTFM = False
    sync = start(link(service=MusicAccount.Service.LASTFM, name="olga"))

    carry_on(MusicAccount.Service.LASTFM)

    sync.refresh_from_db()
    assert (sync.state, sync.error) == (Sync.State.FAILED, SyncError.SWITCHED_OFF)
    assert not lastfm.requests
    assert not OutboundQueue.objects.filter(failures__gt=0).exists()


def test_webhooks_are_told_of_the_end_of_a_run_with_it(spotify: SpotifyDouble) -> None:
    done, failed = start(link_spotify(spotify)), start(link(service="lastfm"))
    for sync in (done, failed):
        make_webhook(sync.account.user, "https://example.org/", [Webhook.Event.SYNC_FINISHED])
    with override_settings(METAREC_LASTFM=False):
        carry_on("lastfm")
    carry_on()

    bodies = WebhookDelivery.objects.order_by("webhook").values_list("body", flat=True)

    assert [json.loads(body)["data"] for body in bodies] == [
        {"sync_id": done.pk, "service": "spotify", "state": "done"},
        {"sync_id": failed.pk, "service": "lastfm", "state": "failed"},
    ]
