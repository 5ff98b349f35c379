"""A beat of which several may run: each task becomes due once, not once for each of them."""

from typing import Any

from celery.beat import PersistentScheduler, ScheduleEntry
from django.core.cache import cache
from django.db import close_old_connections

# Chosen by us: a beat that ticks a little early must not find its own last tick still counted.
_COUNTED_SHARE = 0.9


class SharedScheduler(PersistentScheduler):
    """Sends a due task unless another beat, or an earlier run of this one, just has."""

    def apply_async(self, entry: ScheduleEntry, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as in Celery
        """Send the entry's task, or return None where the cache says that it was sent."""
        # A beat lives for months, and so would a connection that the database has closed.
        close_old_connections()
        every: Any = entry.schedule  # A period, as all of ours are; the stubs know no more.
        counted_s = every.run_every.total_seconds() * _COUNTED_SHARE
        key = f"beat:{entry.name}".replace(" ", "-")  # Some caches take no spaces.
        is_first = cache.add(key, value=True, timeout=counted_s)
        close_old_connections()
        return super().apply_async(entry, *args, **options) if is_first else None
