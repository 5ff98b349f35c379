"""How many queries each page and each answer of the API takes, and that it stays so with more."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.api.tokens import issue_personal_token
from accounts.models import Card, CompareLink, UnseenListener, User, Webhook, WebhookDelivery
from accounts.webhooks.hooks import make_webhook
from recommendations.models import Exclusion, SpotifyPlaylist, Sync, TopArtist, TopTrack, Upload
from recommendations.services.clustering import compute_clusters
from recommendations.services.mapping import compute_map
from recommendations.services.profiles import recompute_profiles
from tests.addresses import ADDRESSES
from tests.askers import Listeners
from tests.asking import Asking, fill
from tests.budgets.query_counts import QUERY_COUNTS
from tests.factories import (
    make_artist,
    make_top_artists,
    make_top_tracks,
    make_track,
    make_user,
)

Values = Mapping[str, object]

# Each request here is undone, and the cache need not be in the database.
_NOT_COUNTED = re.compile(r'^(SAVEPOINT|RELEASE|ROLLBACK|BEGIN)|"metarec_cache"')


def list_requests(values: Values) -> Iterator[tuple[str, str]]:
    for route, methods in ADDRESSES.items():
        if "GET" in methods:
            yield route, fill(route, values) + methods["GET"].query.format_map(values)


def count_all(asking: Asking, values: Values) -> dict[str, int]:
    """Return the queries of each address as its owner asks it."""
    counts = {}
    for route, address in list_requests(values):
        with CaptureQueriesContext(connection) as queries:
            asking.ask("owner", "GET", address, {})
        counts[route] = sum(not _NOT_COUNTED.search(query["sql"]) for query in queries)
    return counts


def add_more(owner: User, sibling: User, count: int) -> None:
    """Add so many listeners like these, and as many of all that the owner has."""
    artists = [make_artist() for _ in range(count)]
    tracks = [make_track(artists=[artist]) for artist in artists]
    users = [make_user() for _ in range(count)]
    for user in (*users, owner, sibling):
        TopArtist.objects.filter(user=user).delete()
        TopTrack.objects.filter(user=user).delete()
        own = make_artist()
        make_top_artists(user, [*artists, own])
        make_top_tracks(user, [*tracks, make_track(artists=[own])])
    recompute_profiles([user.pk for user in (*users, owner, sibling)])
    _add_belongings(owner, users)
    compute_clusters()
    compute_map()


def _add_belongings(owner: User, users: list[User]) -> None:
    now = timezone.now()
    account = owner.music_accounts.get()
    webhook = owner.webhooks.earliest("pk")
    for number, user in enumerate(users):
        CompareLink.objects.create(maker=owner, name="Friend", token=f"{user.pk:043d}")
        Card.objects.create(maker=owner, sibling=user, token=f"{user.pk:043d}", language="en")
        Exclusion.objects.create(user=owner, artist=make_artist())
        Exclusion.objects.create(user=owner, track=make_track(artists=[make_artist()]))
        UnseenListener.objects.create(user=owner, unseen=make_user())
        issue_personal_token(owner, f"program {number}", 1)
        SpotifyPlaylist.objects.create(account=account, name="x", next_call_at=now, asked_at=now)
        Sync.objects.create(account=account, state=Sync.State.DONE, next_call_at=now)
        Upload.objects.create(
            user=owner, source="exportify", file_name="x", digest="1", size_bytes=1, uploaded_at=now
        )
        WebhookDelivery.objects.create(
            webhook=webhook, event="sync_finished", body="{}", next_try_at=now + timedelta(days=1)
        )
    # Few may be had.
    for _ in range(len(users) // 3):
        make_webhook(owner, "https://example.org/", Webhook.Event.values)


def test_queries_are_as_pinned_and_do_not_grow(
    asking: Asking, values: Values, listeners: Listeners
) -> None:
    owner, sibling = listeners["owner"], listeners["sibling"]
    add_more(owner, sibling, 3)
    count_all(asking, values)  # What a process reads once is read.

    few = count_all(asking, values)
    add_more(owner, sibling, 8)
    for address in ("/similar-users/", "/api/v1/map/"):  # Index and map are read anew, too.
        asking.ask("owner", "GET", address, {})
    many = count_all(asking, values)

    assert few == QUERY_COUNTS
    # Where enough is found, a search looks no further.
    assert {route: count for route, count in many.items() if count > few[route]} == {}
