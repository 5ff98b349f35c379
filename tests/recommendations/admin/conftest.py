"""An administrator, and rows of every kind."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import MusicAccount, User, Webhook, WebhookDelivery
from accounts.sharing import Card, CompareLink, UnseenListener
from recommendations.models import Exclusion, SpotifyPlaylist, Sync, Upload
from recommendations.services.feature_questions import ask_for_features
from recommendations.services.profiles import mark_stale, recompute_profiles
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user


@pytest.fixture
def administrator(db: None) -> User:  # noqa: ARG001 - asks for the database
    """Somebody who may do everything."""
    return make_user(username="administrator", is_staff=True, is_superuser=True)


@pytest.fixture
def admin_browser(client: Client, administrator: User) -> Client:
    """A browser in which the administrator is signed in."""
    client.force_login(administrator)
    return client


def make_everything(count: int) -> User:
    """Make ``count`` of each kind of row, and one listener who has that many of each."""
    artists = [make_artist() for _ in range(count)]
    tracks = [make_track(artists=artists[:3]) for _ in range(count)]
    crowded = make_track(artists=artists)
    users = [make_user() for _ in range(count)]
    for user in users:
        make_top_artists(user, artists[:2])
    make_top_tracks(users[0], [crowded, *tracks])
    ask_for_features([make_track(features=None).pk for _ in range(count)])
    Upload.objects.bulk_create(
        Upload(user=user, size_bytes=1, uploaded_at=timezone.now()) for user in users
    )
    accounts = MusicAccount.objects.bulk_create(
        MusicAccount(user=user, service="lastfm", account_id=user.username) for user in users
    )
    Sync.objects.bulk_create(
        Sync(account=account, next_call_at=timezone.now()) for account in accounts
    )
    Exclusion.objects.bulk_create(Exclusion(user=user, artist=artists[0]) for user in users)
    SpotifyPlaylist.objects.bulk_create(
        SpotifyPlaylist(account=account, next_call_at=timezone.now(), asked_at=timezone.now())
        for account in accounts
    )
    webhooks = Webhook.objects.bulk_create(
        Webhook(user=user, url="https://example.org/the-address", encrypted_secret="the secret")
        for user in users
    )
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            webhook=webhook, event="sync_finished", body="{}", next_try_at=timezone.now()
        )
        for webhook in [*webhooks, *[webhooks[-1]] * count]
    )
    for user in users[1:]:
        UnseenListener.objects.create(user=users[0], unseen=user)
        Card.objects.create(maker=users[0], sibling=user, token=user.username)
        CompareLink.objects.create(maker=users[0], name="friend", token=user.username)
    recompute_profiles([user.pk for user in users])
    mark_stale([user.pk for user in users])
    return users[0]
