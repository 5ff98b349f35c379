"""Says when a music service may be called next, for all processes and listeners together.

One row for each service holds it, so that a wait outlives every process. Nobody sleeps here:
who may not call now is told when to come back.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import uniform

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Greatest

from recommendations.models import OutboundQueue

# The least time between two calls. Last.fm asks for fewer than five a second; ReccoBeats is paced
# at two by those who use it; the others publish no number, so these two are chosen by us: below
# ListenBrainz' thirty in ten seconds, and sixty in the half minute that Spotify counts in.
MINIMUM_GAPS: Mapping[str, timedelta] = {
    "spotify": timedelta(milliseconds=500),
    "listenbrainz": timedelta(milliseconds=500),
    "lastfm": timedelta(milliseconds=250),
    "reccobeats": timedelta(milliseconds=500),
}
# The first wait and the longest, of a service that does not say how long. Chosen by us: Spotify
# counts in half minutes, so a first wait passes unnoticed, and after an hour the next try costs
# nothing. When a quota begins anew is not published; a day was the longest ban seen.
_Waits = tuple[timedelta, timedelta]
_WAITS: _Waits = (timedelta(seconds=2), timedelta(hours=1))
_QUOTA_WAITS: _Waits = (timedelta(hours=1), timedelta(hours=24))
# A year is no answer that makes sense.
_LONGEST_RETRY_AFTER_S = 2 * 86_400

RATE_LIMITED = "rate_limited"
QUOTA_EXCEEDED = "quota_exceeded"
AWAY = "away"


def reserve_call(service: str, now: datetime) -> datetime | None:
    """Take the right to make one call now, or return when to come back.

    None means yes. Of several processes one gets it: it is taken by a single UPDATE.
    """
    gap = MINIMUM_GAPS[service]
    queue = OutboundQueue.objects.filter(service=service)
    is_open = Q(next_call_at__lte=now) & (Q(blocked_until=None) | Q(blocked_until__lte=now))
    if queue.filter(is_open).update(next_call_at=now + gap):
        return None
    row = queue.first()
    if row is None:
        _, is_made = OutboundQueue.objects.get_or_create(
            service=service, defaults={"next_call_at": now + gap}
        )
        return None if is_made else now + gap
    return max(row.next_call_at, row.blocked_until or row.next_call_at)


def take_call(service: str, now: datetime) -> datetime | None:
    """Count a call that somebody waits for at a page, or return until when nobody may call.

    None means that it may be made, without its turn: the calls of syncs come later for it, so that
    there are no more of them together than without it.
    """
    block = load_block(service, now)
    if block is not None:
        return block.blocked_until
    gap = MINIMUM_GAPS[service]
    queue = OutboundQueue.objects.filter(service=service)
    if not queue.update(next_call_at=Greatest("next_call_at", Value(now)) + gap):
        OutboundQueue.objects.get_or_create(service=service, defaults={"next_call_at": now + gap})
    return None


def note_success(service: str) -> None:
    """Note that the service answered: the next wait is a short one again."""
    OutboundQueue.objects.filter(service=service, failures__gt=0).update(
        failures=0, block_reason=""
    )


def note_rate_limited(service: str, now: datetime, retry_after_s: float | None) -> datetime:
    """Keep everybody from calling for as long as the service says, and return until when.

    Where it does not say, each wait is about twice the last, with chance in it.
    """
    return _block(service, now, _choose_wait(service, retry_after_s, _WAITS), RATE_LIMITED)


def note_away(service: str, now: datetime, retry_after_s: float | None = None) -> datetime:
    """Keep everybody from calling a service that does not answer; return until when."""
    return _block(service, now, _choose_wait(service, retry_after_s, _WAITS), AWAY)


def note_quota_exceeded(service: str, now: datetime, retry_after_s: float | None) -> datetime:
    """Keep everybody from calling until the quota may have begun anew; return until when."""
    wait = _choose_wait(service, retry_after_s, _QUOTA_WAITS)
    return _block(service, now, wait, QUOTA_EXCEEDED)


def load_block(service: str, now: datetime) -> OutboundQueue | None:
    """Return the queue of a service that may not be called for a while, else None."""
    return OutboundQueue.objects.filter(service=service, blocked_until__gt=now).first()


def compute_wait(failures: int, waits: tuple[timedelta, timedelta]) -> timedelta:
    """Return how long to wait after so many failures in a row, the first being 1.

    ``waits`` are the first and the longest. Each is doubled, and shortened by chance by up to a
    half, so that who failed together comes apart.
    """
    first, longest = waits
    # Beyond this power all waits are the longest, and a large one would overflow.
    doubled: timedelta = min(first * 2 ** min(failures - 1, 20), longest)
    return doubled * uniform(0.5, 1.0)  # noqa: S311 - no secret


def _choose_wait(service: str, retry_after_s: float | None, waits: _Waits) -> timedelta:
    """Return the wait that the service asks for, or else the next longer one."""
    if retry_after_s is not None:
        # Cut before it is a length of time, which has a limit that a number of seconds has not.
        return timedelta(seconds=min(max(retry_after_s, 0), _LONGEST_RETRY_AFTER_S))
    queue = OutboundQueue.objects.filter(service=service)
    before = queue.values_list("failures", flat=True).first() or 0
    return compute_wait(before + 1, waits)


def _block(service: str, now: datetime, wait: timedelta, reason: str) -> datetime:
    """Count a failure and wait, for longer where another process was told to."""
    until = now + wait
    OutboundQueue.objects.filter(service=service).update(
        failures=F("failures") + 1,
        blocked_until=Greatest(Coalesce("blocked_until", until), until),
        block_reason=reason,
    )
    return until
