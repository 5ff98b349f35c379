import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.consent import CONSENT_LASTS, KEPT_WITHOUT_CONSENT
from accounts.models import MusicAccount, User
from accounts.music_services import Service
from accounts.tokens import encrypt_token
from recommendations.index import use_shared
from recommendations.index.elasticsearch import ElasticsearchIndex, connect
from recommendations.models import (
    AudioFeatures,
    ProfileChange,
    Source,
    Sync,
    TasteProfile,
    TopArtist,
    TopTrack,
    Track,
)
from recommendations.services.disconnect import (
    OnlyWayIn,
    delete_what_nobody_permits,
    disconnect,
)
from recommendations.services.forget import forget_listener
from recommendations.services.indexing import load_caught_up_index
from recommendations.services.profiles import recompute_profiles
from recommendations.services.revisions import Counter
from recommendations.services.similar_users import find_similar_users
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = timedelta(days=1)


def link(user: User, service: Service = Service.SPOTIFY, **overrides: Any) -> MusicAccount:
    """Link an account with a permission given a day ago, and a sync."""
    fields = {
        "account_id": f"id of {user.pk}",
        "is_verified": True,
        "scopes": "user-top-read",
        "encrypted_token": encrypt_token({"refresh_token": "r"}),
        "authorized_at": NOW - DAY,
    } | overrides
    account = MusicAccount.objects.create(user=user, service=service, **fields)
    if service == Service.SPOTIFY:
        SocialAccount.objects.create(user=user, provider=service, uid=account.account_id)
    Sync.objects.create(account=account, next_call_at=NOW)
    return account


def listen(user: User, source: Source = Source.SPOTIFY) -> list[Track]:
    """Give the listener lists of the source, and a profile."""
    artist = make_artist()
    tracks = [make_track(artists=[artist]) for _ in range(2)]
    make_top_tracks(user, tracks, source=source)
    make_top_artists(user, [artist], source=source)
    recompute_profiles([user.pk])
    return tracks


def count_lists(user: User, source: Source = Source.SPOTIFY) -> int:
    lists = [model.objects.filter(user=user, source=source) for model in (TopTrack, TopArtist)]
    return sum(rows.count() for rows in lists)


def test_all_that_came_from_spotify_is_gone_at_once(listener: User) -> None:
    link(listener)
    listen(listener)

    disconnect(listener, Service.SPOTIFY)

    assert not MusicAccount.objects.exists()
    assert not SocialAccount.objects.exists()
    assert not Sync.objects.exists()
    assert count_lists(listener) == 0
    assert not TasteProfile.objects.filter(user=listener).exists()


def test_nobody_finds_who_had_listening_from_spotify_alone(
    listener: User, other_listener: User
) -> None:
    artist = make_artist()
    for user in (listener, other_listener):
        make_top_artists(user, [artist], source=Source.SPOTIFY)
    recompute_profiles([listener.pk, other_listener.pk])
    link(listener)
    assert find_similar_users(other_listener, limit=5)

    disconnect(listener, Service.SPOTIFY)

    assert find_similar_users(other_listener, limit=5) == []
    assert load_caught_up_index().count() == 1


def test_an_index_that_is_away_keeps_nobody_from_disconnecting(
    listener: User, caplog: pytest.LogCaptureFixture
) -> None:
    link(listener)
    listen(listener)

    with connect("http://127.0.0.1:1", "") as client:
        use_shared(ElasticsearchIndex(client))
        disconnect(listener, Service.SPOTIFY)
        use_shared(None)

    assert not MusicAccount.objects.exists()
    assert count_lists(listener) == 0
    assert "until the next sweep" in caplog.text


def test_what_came_from_elsewhere_stays_and_is_the_profile(listener: User) -> None:
    link(listener)
    listen(listener)
    listen(listener, Source.LISTENBRAINZ)
    listen(listener, Source.SPOTIFY_EXPORT)
    before = bytes(TasteProfile.objects.get(user=listener).artist_ids)

    disconnect(listener, Service.SPOTIFY)

    after = TasteProfile.objects.get(user=listener)
    assert count_lists(listener) == 0
    assert count_lists(listener, Source.LISTENBRAINZ) == 3
    assert count_lists(listener, Source.SPOTIFY_EXPORT) == 3
    assert len(bytes(after.artist_ids)) < len(before)


@pytest.mark.parametrize("service", [Service.LISTENBRAINZ, Service.LASTFM])
def test_other_services_go_alone(listener: User, service: Service) -> None:
    link(listener)
    link(listener, service, encrypted_token="", authorized_at=None)
    listen(listener)
    listen(listener, Source(service))

    disconnect(listener, service)

    assert MusicAccount.objects.get().service == Service.SPOTIFY
    assert SocialAccount.objects.exists()
    assert count_lists(listener, Source(service)) == 0
    assert count_lists(listener) == 3


def test_others_keep_what_is_theirs(listener: User, other_listener: User) -> None:
    for user in (listener, other_listener):
        link(user)
        listen(user)

    disconnect(listener, Service.SPOTIFY)

    assert count_lists(other_listener) == 3
    assert MusicAccount.objects.get().user == other_listener
    assert TasteProfile.objects.filter(user=other_listener).exists()


def test_features_from_spotify_go_with_the_last_listener(
    listener: User, other_listener: User
) -> None:
    for user in (listener, other_listener):
        link(user)
    own, shared = listen(listener)
    make_top_tracks(other_listener, [shared], source=Source.SPOTIFY)
    AudioFeatures.objects.filter(track__in=[own, shared]).update(
        provider=AudioFeatures.Provider.SPOTIFY
    )

    disconnect(listener, Service.SPOTIFY)
    assert list(AudioFeatures.objects.values_list("track_id", flat=True)) == [shared.pk]

    disconnect(other_listener, Service.SPOTIFY)
    assert not AudioFeatures.objects.exists()


def test_the_counter_of_profiles_is_locked_before_that_of_the_catalogue(listener: User) -> None:
    link(listener)
    tracks = listen(listener)
    AudioFeatures.objects.filter(track__in=tracks).update(provider=AudioFeatures.Provider.SPOTIFY)

    with CaptureQueriesContext(connection) as queries:
        disconnect(listener, Service.SPOTIFY)

    key = '"recommendations_revisioncounter"."id" = '
    locked = [
        counter
        for query in queries
        for counter in (Counter.PROFILES, Counter.CATALOGUE)
        if query["sql"].startswith("SELECT") and f"{key}{counter:d} " in query["sql"]
    ]
    assert locked == [Counter.PROFILES, Counter.CATALOGUE]


def test_features_from_elsewhere_stay(listener: User) -> None:
    link(listener)
    listen(listener)

    disconnect(listener, Service.SPOTIFY)

    assert AudioFeatures.objects.count() == 2


def test_the_only_way_in_is_not_cut_off(listener: User) -> None:
    link(listener)
    listen(listener)
    listener.set_unusable_password()
    listener.save()

    with pytest.raises(OnlyWayIn):
        disconnect(listener, Service.SPOTIFY)

    assert MusicAccount.objects.exists()
    assert count_lists(listener) == 3


def test_disconnecting_twice_is_disconnecting_once(listener: User) -> None:
    link(listener)
    disconnect(listener, Service.SPOTIFY)

    disconnect(listener, Service.SPOTIFY)

    assert not MusicAccount.objects.exists()


def test_deleting_the_account_takes_the_links_along(listener: User) -> None:
    link(listener)
    listen(listener)

    forget_listener(listener)

    assert not MusicAccount.objects.exists()
    assert not SocialAccount.objects.exists()
    assert not TopTrack.objects.exists()


LIVING: dict[str, Any] = {"authorized_at": NOW - CONSENT_LASTS + DAY}
JUST_LOST = {"consent_lost_at": NOW - KEPT_WITHOUT_CONSENT + DAY, "encrypted_token": ""}
JUST_EXPIRED = {"authorized_at": NOW - CONSENT_LASTS - KEPT_WITHOUT_CONSENT + DAY}
LOST: dict[str, Any] = {"consent_lost_at": NOW - KEPT_WITHOUT_CONSENT, "encrypted_token": ""}
EXPIRED: dict[str, Any] = {"authorized_at": NOW - CONSENT_LASTS - KEPT_WITHOUT_CONSENT}
UNREADABLE = {"consent_lost_at": NOW - KEPT_WITHOUT_CONSENT}


@pytest.mark.parametrize("fields", [LIVING, JUST_LOST, JUST_EXPIRED])
def test_what_is_permitted_or_was_days_ago_stays(listener: User, fields: dict[str, Any]) -> None:
    account = link(listener, **fields)
    listen(listener)

    assert delete_what_nobody_permits(NOW) == 0

    assert count_lists(listener) == 3
    assert MusicAccount.objects.get().encrypted_token == account.encrypted_token


@pytest.mark.parametrize("fields", [LOST, EXPIRED, UNREADABLE])
def test_what_lost_its_permission_is_deleted(listener: User, fields: dict[str, Any]) -> None:
    link(listener, **fields)
    listen(listener)
    listen(listener, Source.LASTFM)

    assert delete_what_nobody_permits(NOW) == 1

    assert count_lists(listener) == 0
    assert count_lists(listener, Source.LASTFM) == 3
    assert not Sync.objects.exists()
    assert MusicAccount.objects.get().encrypted_token == ""
    assert ProfileChange.objects.filter(user_id=listener.pk).exists()


def test_the_way_in_stays_when_a_permission_ends(listener: User) -> None:
    link(listener, **LOST)
    listen(listener)

    delete_what_nobody_permits(NOW)

    assert SocialAccount.objects.filter(user=listener).exists()


def test_nothing_is_found_a_second_time(listener: User) -> None:
    link(listener, **EXPIRED)
    listen(listener)
    delete_what_nobody_permits(NOW)

    assert delete_what_nobody_permits(NOW + 10 * DAY) == 0


def test_listening_without_a_link_is_deleted_and_warned_of(
    listener: User, caplog: pytest.LogCaptureFixture
) -> None:
    listen(listener)

    with caplog.at_level(logging.WARNING):
        delete_what_nobody_permits(NOW)

    assert count_lists(listener) == 0
    assert f"beyond five days: users=[{listener.pk}]" in caplog.text


@pytest.mark.parametrize(
    ("now", "is_warned_of"),
    [(NOW + 5 * DAY - timedelta(minutes=1), False), (NOW + 5 * DAY, True)],
)
def test_it_is_warned_of_when_anything_was_kept_too_long(
    listener: User, caplog: pytest.LogCaptureFixture, now: datetime, *, is_warned_of: bool
) -> None:
    link(listener, consent_lost_at=NOW, encrypted_token="")
    listen(listener)

    with caplog.at_level(logging.WARNING):
        delete_what_nobody_permits(now)

    assert ("beyond five days" in caplog.text) is is_warned_of
    assert count_lists(listener) == 0


def test_orphaned_features_of_spotify_are_swept() -> None:
    track = make_track()
    make_track()
    AudioFeatures.objects.filter(track=track).update(provider=AudioFeatures.Provider.SPOTIFY)

    delete_what_nobody_permits(NOW)

    assert AudioFeatures.objects.count() == 1


def test_who_connects_again_keeps_their_listening() -> None:
    user = make_user()
    link(user, **EXPIRED)
    listen(user)
    MusicAccount.objects.update(authorized_at=NOW)

    delete_what_nobody_permits(NOW)

    assert count_lists(user) == 3
