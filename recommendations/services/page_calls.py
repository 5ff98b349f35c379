"""Lets the calls that pages of ``accounts`` make count in the queues of all calls."""

from datetime import datetime

from django.utils import timezone

from recommendations.services.outbound import note_quota_exceeded, note_rate_limited, take_call


def take_wanted_call(*, service: str, **_signal: object) -> datetime | None:
    """Count a call that a page makes now, or return until when nobody may call."""
    return take_call(service, timezone.now())


def note_refused_call(
    *, service: str, retry_after_s: float | None, is_quota: bool, **_signal: object
) -> datetime:
    """Keep everybody from calling after a page's call was refused; return until when."""
    note = note_quota_exceeded if is_quota else note_rate_limited
    return note(service, timezone.now(), retry_after_s)
