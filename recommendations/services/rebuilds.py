"""Keeps sweeps from an index that is being rebuilt."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.core.cache import cache
from django.db import connections

# In seconds, chosen by us: a rebuild that was killed says no more that it goes on, so the next
# sweep but one takes its place.
_REBUILD_S = 60
_STILL_REBUILDING_S = 15


def is_rebuilding(index: str) -> bool:
    """Tell whether somebody has been at work on a rebuild of this index within the last minute."""
    return bool(cache.get(_key(index)))


@contextmanager
def kept_from_sweeps(index: str) -> Iterator[None]:
    """Say that a rebuild is going on, again and again, since a merge takes minutes."""
    ended = Event()

    def say_again() -> None:
        while not ended.wait(_STILL_REBUILDING_S):
            cache.set(_key(index), value=True, timeout=_REBUILD_S)
        connections.close_all()

    cache.set(_key(index), value=True, timeout=_REBUILD_S)
    speaker = Thread(target=say_again, daemon=True)
    speaker.start()
    try:
        yield
    finally:
        ended.set()
        speaker.join()
        cache.delete(_key(index))


def _key(index: str) -> str:
    return f"index:rebuilding:{index}"
