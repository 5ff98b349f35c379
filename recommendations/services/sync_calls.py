"""Carries syncs on, one call to a service at a time: steps 2 and 3 of the data's way.

Each call finds its place in the database: the queue says whether it may be made, the sync what
comes next. So any process may make it, nobody waits, and a process that dies loses one call.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts.models import MusicAccount, User, Webhook
from accounts.webhooks.deliveries import record_event
from recommendations.models import Source, Sync, TimeRange
from recommendations.service_errors import (
    ConsentNeeded,
    QuotaExceeded,
    RateLimited,
    ServiceAway,
    ServiceError,
    TokenRefused,
)
from recommendations.services.listening_services import Connect, connect
from recommendations.services.outbound import (
    MINIMUM_GAPS,
    compute_wait,
    note_away,
    note_quota_exceeded,
    note_rate_limited,
    note_success,
    reserve_call,
)
from recommendations.services.store_top_lists import StoredCounts, store_top_lists
from recommendations.services.sync_errors import SyncError, find_code
from recommendations.services.sync_lists import (
    Fetched,
    add_page,
    build_top_lists,
    find_next_page,
    name_list,
)
from recommendations.services.transactions import retried_transaction, wait_for_other_imports
from recommendations.sources.base import TopLists
from recommendations.sources.pages import Page, TopList

logger = logging.getLogger(__name__)

# Chosen by us: longer than a call with a refreshed token can take, so that after it the process
# that made it has died.
LONGEST_CALL = timedelta(minutes=2)
# Chosen by us: with the waits below a run gives up after some ten minutes.
MAX_FAILURES = 6
_WAITS = (timedelta(seconds=20), timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Progress:
    """When the service may be called again, None if nothing is left to do, and who is done."""

    next_call_at: datetime | None = None
    finished_user_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that nobody else makes: the sync as it was, and until when it is ours."""

    sync: Sync
    began_at: datetime
    claimed_until: datetime

    def save(self, **values: object) -> bool:
        """Write into the sync, unless it is gone or somebody else's by now."""
        own = Sync.objects.filter(
            pk=self.sync.pk, state=Sync.State.RUNNING, next_call_at=self.claimed_until
        )
        return bool(own.update(**values))


def continue_syncs(
    service: MusicAccount.Service, now: datetime, connect: Connect = connect
) -> Progress:
    """Make one call for the sync whose turn it is, if one may be made now.

    The sync that began first is carried on first. Cut off at any point, the call is made again
    later, and a listener's lists are the old or the new ones. What a service gets wrong is no
    error here: the sync or the queue of calls says when to come back.
    """
    due = Sync.objects.filter(
        state=Sync.State.RUNNING, next_call_at__lte=now, account__service=service
    )
    sync = due.select_related("account").order_by("next_call_at", "pk").first()
    if sync is None:
        return Progress()
    wait_until = reserve_call(service, now)
    if wait_until is not None:
        return Progress(wait_until)
    call = _claim(sync, now)
    progress = Progress() if call is None else _make_call(call, connect)
    soonest = now + MINIMUM_GAPS[service]
    return replace(progress, next_call_at=max(soonest, progress.next_call_at or soonest))


def _claim(sync: Sync, now: datetime) -> _Call | None:
    """Take a call; counted as in vain until it is answered, so that no sync dies for ever."""
    call = _Call(sync, now, now + LONGEST_CALL)
    same = Sync.objects.filter(pk=sync.pk, state=Sync.State.RUNNING, next_call_at=sync.next_call_at)
    is_ours = same.update(next_call_at=call.claimed_until, failures=F("failures") + 1)
    return call if is_ours else None


def _make_call(call: _Call, connect: Connect) -> Progress:
    """Make the call, and write down what came of it."""
    sync = call.sync
    if sync.failures >= MAX_FAILURES:
        _fail(call, SyncError(sync.error or SyncError.GAVE_UP), call.began_at)
        return Progress()
    started = time.monotonic()
    try:
        service = connect(sync.account)
        names = [name_list(top_list) for top_list in service.lists]
        position = names.index(sync.step) if sync.step in names else 0
        top_list = service.lists[position]
        page = service.fetch_page(top_list, find_next_page(sync.fetched))
    except ServiceError as error:
        # Waits count from the answer, not from the question.
        answered_at = call.began_at + timedelta(seconds=time.monotonic() - started)
        return Progress(_note_failure(call, error, answered_at))
    note_success(sync.account.service)
    fetched = add_page(sync.fetched, top_list, page)
    remaining = service.lists[position + (page.next_page is None) :]
    if remaining:
        _save_page(call, fetched, remaining[0], page, total=len(names))
        return Progress()
    is_done = _finish(call, fetched, call.began_at + timedelta(seconds=time.monotonic() - started))
    return Progress(finished_user_id=sync.account.user_id if is_done else None)


def _save_page(
    call: _Call, fetched: Fetched, following: TopList, page: Page, *, total: int
) -> None:
    counts = {**call.sync.counts, "lists": total}
    counts["lists_read"] = counts.get("lists_read", 0) + (page.next_page is None)
    counts["rows"] = counts.get("rows", 0) + len(page.tracks) + len(page.artists)
    call.save(
        fetched=fetched,
        step=name_list(following),
        counts=counts,
        failures=0,
        error="",
        # Its old place in the line, so that one sync is done before the next begins.
        next_call_at=call.sync.next_call_at,
    )


def _note_failure(call: _Call, error: ServiceError, at: datetime) -> datetime | None:
    """Wait, all or this sync alone, or give up: what the kind of error asks for.

    Returns until when all wait.
    """
    sync, service = call.sync, call.sync.account.service
    code = find_code(error)
    logger.info("sync=%d service=%s error=%s: %s", sync.pk, service, code, error)
    match error:
        case RateLimited(retry_after_s=retry_after_s):
            # The fault of all calls together: this sync keeps its place.
            note = note_quota_exceeded if isinstance(error, QuotaExceeded) else note_rate_limited
            until: datetime | None = note(service, at, retry_after_s)
            call.save(failures=sync.failures, error=code, next_call_at=sync.next_call_at)
            return until
        case ServiceAway():
            until = None if isinstance(error, TokenRefused) else note_away(service, at)
            if sync.failures + 1 >= MAX_FAILURES:
                _fail(call, code, at)
            else:
                call.save(error=code, next_call_at=at + compute_wait(sync.failures + 1, _WAITS))
            return until
        case ConsentNeeded():
            _note_lost_consent(sync.account, at)
            _fail(call, code, at)
        case _:
            _fail(call, code, at)
    return None


def _note_lost_consent(account: MusicAccount, at: datetime) -> None:
    """Have the listener asked to connect again, unless that has just been done.

    The token is of no use any more. One that no key reads is kept: its loss has been noted.
    """
    same = MusicAccount.objects.filter(
        pk=account.pk, authorized_at=account.authorized_at, consent_lost_at=None
    )
    same.update(consent_lost_at=at, encrypted_token="")


def _fail(call: _Call, code: SyncError, at: datetime) -> None:
    _close(call, Sync.State.FAILED, at, error=code, fetched={})


def _finish(call: _Call, fetched: Fetched, at: datetime) -> bool:
    """Replace the lists and end the run, both or neither; tell whether that was done."""
    lists = build_top_lists(fetched)
    if not any(top.tracks or top.artists for top in lists.values()):
        # Empty lists are no reason to forget what is known.
        return _end(call, at, error=SyncError.NOTHING_THERE)
    stored = _store(call, lists, at)
    if stored is None:
        return False
    logger.info(
        "sync=%d user=%d service=%s tracks=%d unmatched=%d artists=%d changed=%s",
        call.sync.pk,
        call.sync.account.user_id,
        call.sync.account.service,
        stored.tracks,
        stored.tracks_unmatched,
        stored.artists,
        stored.changed,
    )
    return True


@retried_transaction
def _store(call: _Call, lists: Mapping[TimeRange, TopLists], at: datetime) -> StoredCounts | None:
    """Return what is stored, None where the sync is gone or somebody else's.

    Locks are taken in the order in which others take them: imports, listener, the rest.
    """
    account = call.sync.account
    wait_for_other_imports()
    list(User.objects.select_for_update(no_key=True).filter(pk=account.user_id))
    if not _end(call, at):
        return None
    stored = store_top_lists(account.user_id, Source(account.service), lists)
    counts = {
        "tracks": stored.tracks,
        "unmatched": stored.tracks_unmatched,
        "artists": stored.artists,
        "changed": stored.changed,
    }
    Sync.objects.filter(pk=call.sync.pk).update(counts=counts)
    return stored


def _end(call: _Call, at: datetime, *, error: str = "") -> bool:
    cleared: dict[str, object] = {"failures": 0, "fetched": {}, "step": "", "counts": {}}
    return _close(call, Sync.State.DONE, at, error=error, **cleared)


@transaction.atomic
def _close(call: _Call, state: Sync.State, at: datetime, **values: object) -> bool:
    """End the run, and have the listener's webhooks told with it, both or neither."""
    is_ended = call.save(state=state, ended_at=at, **values)
    if is_ended:
        account = call.sync.account
        told = {"sync_id": call.sync.pk, "service": account.service, "state": state}
        record_event(account.user_id, Webhook.Event.SYNC_FINISHED, told, at)
    return is_ended
