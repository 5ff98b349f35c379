"""How far a sync is and why it waits or failed, in plain words, for templates."""

from django import template
from django.utils.translation import gettext as _

from accounts.models import MusicAccount
from recommendations.models import OutboundQueue, Sync, TimeRange
from recommendations.services.sync_errors import SyncError, word_error

register = template.Library()

_LISTS = 6


@register.filter
def step_of(sync: Sync) -> str:
    """Say which list is read next."""
    if not sync.step:
        return _("Waits for its turn")
    kind, _colon, time_range = sync.step.partition(":")
    words = {
        "kind": _("top tracks") if kind == "tracks" else _("top artists"),
        "time_range": TimeRange(time_range).label,
    }
    return _("Reading your %(kind)s, %(time_range)s") % words


@register.filter
def lists_read_of(sync: Sync) -> int:
    """Return how many lists are there."""
    return int(sync.counts.get("lists_read", 0))


@register.filter
def lists_of(sync: Sync) -> int:
    """Return how many lists there are to read."""
    return int(sync.counts.get("lists", _LISTS))


@register.filter
def reason_of(sync: Sync, block: OutboundQueue | None = None) -> str:
    """Say why a sync failed or waits, and what to do; empty while all is well."""
    code = sync.error
    if block is not None and sync.state == Sync.State.RUNNING:
        code = block.block_reason or code
    return word_error(code, MusicAccount.Service(sync.account.service).label)


@register.filter
def is_without_lists(sync: Sync) -> bool:
    """Tell whether the service had nothing to read."""
    return sync.error == SyncError.NOTHING_THERE
