"""One of each thing that a listener has at this site."""

from collections.abc import Mapping

from django.utils import timezone

from accounts.consent import PLAYLIST_SCOPE
from accounts.models import ApiToken, Card, CompareLink, User, Webhook
from accounts.webhooks.hooks import make_webhook
from recommendations.models import Exclusion, SpotifyPlaylist, Upload
from recommendations.services.clustering import compute_clusters
from recommendations.services.profiles import recompute_profiles
from tests.factories import (
    PASSWORD,
    make_artist,
    make_top_artists,
    make_top_tracks,
    make_track,
    make_user,
)
from tests.recommendations.sync.accounts import link


def make_listeners() -> Mapping[str, User]:
    """Make four of much the same taste, each connected to Spotify, one of them hidden."""
    artists = [make_artist(), make_artist()]
    tracks = [make_track(artists=artists), make_track(artists=artists)]
    users = {
        name: make_user(username=name, is_discoverable=name != "hidden")
        for name in ("owner", "other", "sibling", "hidden")
    }
    for name, user in users.items():
        own = make_artist()
        make_top_artists(user, [*artists, own])
        make_top_tracks(user, [*tracks, make_track(artists=[own])])
        account = link(user, name=name)
        account.scopes += f" {PLAYLIST_SCOPE}"
        account.save()
    recompute_profiles([user.pk for user in users.values()])
    compute_clusters()
    return users


def make_belongings(owner: User, sibling: User) -> Mapping[str, object]:
    """Make them, and return what stands for them in addresses and in what is sent."""
    now = timezone.now()
    artist, left_out = make_artist(), make_artist()
    token = "t" * 43
    link_to_compare = CompareLink.objects.create(maker=owner, name="Friend", token=token)
    card = Card.objects.create(maker=owner, sibling=sibling, token=token, language="en")
    upload = Upload.objects.create(
        user=owner,
        source="exportify",
        file_name="plays.csv",
        digest="0" * 64,
        size_bytes=1,
        uploaded_at=now,
    )
    playlist = SpotifyPlaylist.objects.create(
        account=owner.music_accounts.get(), name="Ours", next_call_at=now, asked_at=now
    )
    return {
        "user_id": sibling.pk,
        "artist_id": artist.pk,
        "track_id": make_track(artists=[artist]).pk,
        "login": owner.username,
        "password": PASSWORD,
        "service": "spotify",
        "extension": "csv",
        "kind": "sound",
        "number": 1,
        "token": token,
        "link_id": link_to_compare.pk,
        "card_id": card.pk,
        "exclusion_id": Exclusion.objects.create(user=owner, artist=left_out).pk,
        "token_id": ApiToken.objects.create(user=owner, name="Program")[0].public_id,
        "webhook_id": make_webhook(owner, "https://example.org/", Webhook.Event.values).webhook.pk,
        "upload_id": upload.pk,
        "playlist_id": playlist.pk,
    }
