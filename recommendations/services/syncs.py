"""Starts syncs: when a listener asks, when an account is linked, and once a day for everybody."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, QuerySet

from accounts.consent import load_readable_accounts
from accounts.models import MusicAccount, User
from recommendations.models import Sync

# Chosen by us: top lists change from day to day, not from hour to hour.
ASK_AGAIN_AFTER = timedelta(minutes=10)
ASK_AGAIN_AFTER_FAILURE = timedelta(minutes=1)
# Chosen by us: after a failed run the next comes within the hour, at last once a day.
_FIRST_RETRY = timedelta(hours=1)
_LAST_RETRY = timedelta(hours=24)
_MOST_FAILED_RUNS = 30
# Who was read at noon need not be read again because their time of the day is one o'clock.
_LEAST_BETWEEN = timedelta(hours=12)
_DAY_S = 86_400
# Spreads neighbouring numbers over the day: an odd multiplier (Knuth, TAOCP 3, 6.4), a prime.
_SPREAD = 40_503
KEPT_SYNCS = timedelta(days=30)
_BATCH = 5_000


class NothingConnected(Exception):  # noqa: N818 - the name says what it is
    """The listener has no account that can be read."""


class TooSoon(Exception):  # noqa: N818 - the name says what it is
    """All accounts were read just now; ``retry_after_s`` says when to ask again."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(retry_after_s)
        self.retry_after_s = retry_after_s


def load_syncs(user: User) -> QuerySet[Sync]:
    """Return a listener's syncs with their accounts, the newest first."""
    syncs = Sync.objects.filter(account__user=user).select_related("account")
    return syncs.order_by("-started_at", "-pk")


def load_latest_syncs(accounts: "Iterable[int] | QuerySet[MusicAccount, Any]") -> Iterator[Sync]:
    """Yield each account's newest sync, without what it has fetched; one query."""
    latest = Sync.objects.filter(pk__in=_latest_ids().filter(account__in=accounts))
    return latest.defer("fetched").iterator(_BATCH)


def start_syncs(
    user_id: int, now: datetime, services: Collection[str] = MusicAccount.Service.values
) -> list[Sync]:
    """Start a sync of each of a listener's accounts that can be read, or join the running ones.

    Returns those that run. To carry them on is the caller's. Raises ``NothingConnected``, and
    ``TooSoon`` where every account was read only just now.
    """
    readable = load_readable_accounts(now).filter(user_id=user_id, service__in=services)
    accounts = {account.pk: account for account in readable}
    if not accounts:
        raise NothingConnected
    latest = {sync.account_id: sync for sync in load_latest_syncs(accounts)}
    waits = {pk: _may_start_at(latest.get(pk), now) for pk in accounts}
    to_start = [pk for pk, may_start_at in waits.items() if may_start_at <= now]
    _start(to_start, latest, now)
    running = Sync.objects.filter(account__in=accounts, state=Sync.State.RUNNING)
    found = list(running.select_related("account").order_by("account__service"))
    if not found:
        raise TooSoon(max(1, round((min(waits.values()) - now).total_seconds())))
    return found


def start_first_sync(account_id: int, now: datetime) -> list[Sync]:
    """Start the sync of an account that was just linked, as ``start_syncs`` does."""
    account = MusicAccount.objects.filter(pk=account_id).first()
    return [] if account is None else start_syncs(account.user_id, now, [account.service])


def start_due_syncs(now: datetime) -> int:
    """Start the syncs whose time has come, and return how many.

    An account's time of the day follows from its number, so that all together are spread over
    the day. A failed run is tried again after a wait that grows; without a permission none is.
    """
    readable = load_readable_accounts(now)
    never = list(readable.filter(syncs=None).values_list("pk", flat=True))
    latest = {
        sync.account_id: sync
        for sync in load_latest_syncs(readable.values("pk"))
        if _is_due(sync, now)
    }
    due = [*never, *latest]
    for start in range(0, len(due), _BATCH):
        _start(due[start : start + _BATCH], latest, now)
    return len(due)


def delete_old_syncs(now: datetime) -> int:
    """Delete runs that ended long ago, except each account's last; return how many."""
    old = Sync.objects.filter(ended_at__lt=now - KEPT_SYNCS).exclude(pk__in=_latest_ids())
    return old.delete()[0]


def find_services_to_call(now: datetime) -> list[MusicAccount.Service]:
    """Return the services of which a running sync waits for its next call."""
    due = Sync.objects.filter(state=Sync.State.RUNNING, next_call_at__lte=now)
    services = due.order_by().values_list("account__service", flat=True).distinct()
    return [MusicAccount.Service(service) for service in services]


def _latest_ids() -> "QuerySet[Sync, int]":
    # Numbers are given in the order of starting.
    by_account = Sync.objects.order_by().values("account")
    return by_account.annotate(latest=Max("pk")).values_list("latest", flat=True)


def _may_start_at(latest: Sync | None, now: datetime) -> datetime:
    """Return from when on a listener may ask; a running one is joined, so that is at once."""
    if latest is None or latest.state == Sync.State.RUNNING or latest.ended_at is None:
        return now
    has_failed = latest.state == Sync.State.FAILED
    return latest.ended_at + (ASK_AGAIN_AFTER_FAILURE if has_failed else ASK_AGAIN_AFTER)


def _start(account_ids: Collection[int], latest: dict[int, Sync], now: datetime) -> None:
    """Start runs; of accounts that have a running one, that is the one."""
    Sync.objects.bulk_create(
        (
            Sync(
                account_id=account_id,
                next_call_at=now,
                started_at=now,
                failed_runs=_count_failed_runs(latest.get(account_id)),
            )
            for account_id in account_ids
        ),
        ignore_conflicts=True,
    )


def _count_failed_runs(latest: Sync | None) -> int:
    if latest is None or latest.state != Sync.State.FAILED:
        return 0
    return min(latest.failed_runs + 1, _MOST_FAILED_RUNS)


def _is_due(latest: Sync, now: datetime) -> bool:
    if latest.state == Sync.State.RUNNING or latest.ended_at is None:
        return False
    if latest.state == Sync.State.FAILED:
        wait: timedelta = min(_FIRST_RETRY * 2**latest.failed_runs, _LAST_RETRY)
        return latest.ended_at + wait <= now
    return latest.started_at < min(_find_slot(latest.account_id, now), now - _LEAST_BETWEEN)


def _find_slot(account_id: int, now: datetime) -> datetime:
    """Return when the account's time of the day was last."""
    since_s = (now.timestamp() - account_id * _SPREAD) % _DAY_S
    return now - timedelta(seconds=since_s)
