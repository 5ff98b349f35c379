"""Linked accounts, and syncs carried on with a clock of the test."""

import time
from datetime import UTC, datetime, timedelta
from itertools import count

from django.db.models import Min

from accounts.consent import WANTED_SCOPES
from accounts.models import MusicAccount, User
from accounts.tokens import encrypt_token
from recommendations.models import Sync
from recommendations.services.listening_services import Connect, connect
from recommendations.services.sync_calls import continue_syncs
from tests.doubles.spotify import SpotifyDouble
from tests.factories import make_user

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SCOPE = " ".join(sorted(WANTED_SCOPES))
SPOTIFY = MusicAccount.Service.SPOTIFY

_numbers = count(1)


def link(user: User | None = None, service: str = SPOTIFY, name: str = "") -> MusicAccount:
    """Link an account; at Spotify with a token that a plain service does not look at."""
    token = {"access_token": "a", "refresh_token": "r", "expires_at": int(time.time()) + 3600}
    name = name or f"name-{next(_numbers)}"
    return MusicAccount.objects.create(
        user=user or make_user(),
        service=service,
        account_id=name,
        name=name,
        scopes=SCOPE,
        encrypted_token=encrypt_token(token) if service == SPOTIFY else "",
        authorized_at=NOW - timedelta(days=1),
    )


def link_spotify(
    spotify: SpotifyDouble, name: str = "ada", user: User | None = None, scope: str = SCOPE
) -> MusicAccount:
    """Link the account of a listener of the double, with a token that it gave."""
    account = link(user, SPOTIFY, name)
    token = spotify.sign_in(name, scope=scope)
    account.encrypted_token = encrypt_token({**token, "expires_at": int(time.time()) + 3600})
    account.save()
    return account


def start(account: MusicAccount, at: datetime = NOW) -> Sync:
    """Start a sync of one account."""
    return Sync.objects.create(account=account, next_call_at=at, started_at=at)


def carry_on(
    service: str = SPOTIFY,
    *,
    now: datetime = NOW,
    until: datetime = NOW + timedelta(days=1),
    connect: Connect = connect,
) -> datetime:
    """Make calls whenever one may be made, jumping over waits, until no sync runs.

    Returns when that was, or ``until`` if it did not come to that.
    """
    while now < until:
        progress = continue_syncs(MusicAccount.Service(service), now, connect)
        if progress.next_call_at is not None:
            now = progress.next_call_at
            continue
        running = Sync.objects.filter(state=Sync.State.RUNNING, account__service=service)
        next_call_at = running.aggregate(at=Min("next_call_at"))["at"]
        if next_call_at is None:
            return now
        now = next_call_at
    return until
