"""What a listener's page of connections shows."""

from dataclasses import dataclass
from datetime import datetime

from accounts.consent import (
    data_is_deleted_at,
    is_consent_ending,
    is_consent_lost,
    is_consent_too_small,
)
from accounts.models import MusicAccount, User
from accounts.music_services import Service, is_on
from recommendations.models import OutboundQueue, Sync
from recommendations.services.outbound import load_block
from recommendations.services.syncs import load_latest_syncs


@dataclass(frozen=True, slots=True)
class Connection:
    """A service and, where one is linked, the listener's account there.

    ``deleted_at`` is when what came from it is deleted unless it is connected again, None unless
    the permission is lost; ``is_deleted`` says that it is past. ``is_too_small`` says that it is
    lost because the site reads more by now. ``block`` says until when nobody
    may read from the service, None unless a sync that is going on waits for that.
    """

    service: Service
    is_on: bool
    account: MusicAccount | None = None
    last_sync: Sync | None = None
    block: OutboundQueue | None = None
    is_ending: bool = False
    is_lost: bool = False
    is_too_small: bool = False
    deleted_at: datetime | None = None
    is_deleted: bool = False

    @property
    def may_be_read(self) -> bool:
        """Whether the listener may have it read now; while a sync goes on it is."""
        is_running = self.last_sync is not None and self.last_sync.state == Sync.State.RUNNING
        return self.account is not None and self.is_on and not self.is_lost and not is_running


def load_connections(user: User, now: datetime) -> list[Connection]:
    """Return the services that are on or that the listener has linked.

    Two queries, and one more for each sync that is going on.
    """
    accounts = {account.service: account for account in user.music_accounts.all()}
    account_ids = [account.pk for account in accounts.values()]
    syncs = {sync.account_id: sync for sync in load_latest_syncs(account_ids)}
    for account in accounts.values():
        if account.pk in syncs:
            syncs[account.pk].account = account
    return [
        _describe(service, accounts.get(service), syncs, now)
        for service in Service
        if is_on(service) or service in accounts
    ]


def _describe(
    service: Service, account: MusicAccount | None, syncs: dict[int, Sync], now: datetime
) -> Connection:
    if account is None:
        return Connection(service, is_on=True)
    last_sync = syncs.get(account.pk)
    is_running = last_sync is not None and last_sync.state == Sync.State.RUNNING
    is_lost = is_consent_lost(account, now)
    deleted_at = data_is_deleted_at(account) if is_lost else None
    return Connection(
        service,
        is_on(service),
        account,
        last_sync,
        load_block(service, now) if is_running else None,
        is_ending=is_consent_ending(account, now),
        is_lost=is_lost,
        is_too_small=is_consent_too_small(account, now),
        deleted_at=deleted_at,
        is_deleted=deleted_at is not None and deleted_at <= now,
    )
