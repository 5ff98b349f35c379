"""The few calls to services that pages make: to find out who somebody is, while they wait.

They count toward the same limits as all others. Whoever keeps the queue of calls listens to these
signals, which this app does not know; without a listener every call may be made.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.dispatch import Signal

# Sent with ``service`` before a call; a receiver counts it, or returns until when none may be made.
call_wanted = Signal()
# Sent with ``service``, ``retry_after_s`` and ``is_quota`` where a call met too many before it; a
# receiver returns until when it now keeps everybody from calling.
call_refused = Signal()


def take_call(service: str) -> datetime | None:
    """Count a call that is made now, or return until when none may be made."""
    return _find_latest(call_wanted.send(sender=None, service=service))


def note_refusal(
    service: str, retry_after_s: float | None, *, is_quota: bool = False
) -> datetime | None:
    """Note that a service refused a call as one too many; return until when none may be made."""
    answers = call_refused.send(
        sender=None, service=service, retry_after_s=retry_after_s, is_quota=is_quota
    )
    return _find_latest(answers)


def _find_latest(answers: Iterable[tuple[object, Any]]) -> datetime | None:
    return max((until for _, until in answers if until is not None), default=None)
