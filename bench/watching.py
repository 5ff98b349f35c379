"""Watches for how long it takes until searches find changed profiles."""

import time
from dataclasses import dataclass
from multiprocessing.queues import Queue
from queue import Empty
from typing import NamedTuple

from elasticsearch import Elasticsearch

# Every wait is measured this much too long at most.
POLL_S = 0.02
# What has not been found so long after the last change is given up.
PATIENCE_S = 120
# Elasticsearch's own limit to the hits of a search.
MOST_HITS = 10_000


class Change(NamedTuple):
    """A listener's new profile, as the index should have it, and when it was committed."""

    user_id: int
    committed_at: float
    profile: str


@dataclass
class Watched:
    """``waits`` in seconds; how many were not found yet when the last change was committed."""

    waits: list[float]
    committed: list[float]
    waiting_at_end: int
    lost: int

    def rate(self) -> float:
        """Return how many changes a second were committed."""
        first, last = min(self.committed), max(self.committed)
        return sum(moment > first for moment in self.committed) / (last - first)


def watch(client: Elasticsearch, alias: str, changes: "Queue[list[Change] | None]") -> Watched:
    """Return how long each change took to be found; None in the queue says that no more come."""
    waiting: dict[int, Change] = {}
    watched = Watched([], [], 0, 0)
    ended_at = None
    while ended_at is None or (waiting and time.monotonic() < ended_at + PATIENCE_S):
        for batch in _drain(changes):
            if batch is None:
                ended_at, watched.waiting_at_end = time.monotonic(), len(waiting)
                continue
            waiting |= {change.user_id: change for change in batch}
            watched.committed += (change.committed_at for change in batch)
        found = _find(client, alias, waiting)
        now = time.monotonic()
        watched.waits += (now - waiting.pop(user_id).committed_at for user_id in found)
        time.sleep(POLL_S)
    watched.lost = len(waiting)
    return watched


def _drain(changes: "Queue[list[Change] | None]") -> list[list[Change] | None]:
    batches = []
    while True:
        try:
            batches.append(changes.get_nowait())
        except Empty:
            return batches


def _find(client: Elasticsearch, alias: str, waiting: dict[int, Change]) -> list[int]:
    """Return who is found by a search with the new profile."""
    user_ids = list(waiting)[:MOST_HITS]
    if not user_ids:
        return []
    response = client.search(
        index=alias,
        query={"ids": {"values": [str(user_id) for user_id in user_ids]}},
        source=False,
        docvalue_fields=[{"field": "profile"}],
        size=len(user_ids),
    )
    hits = response["hits"]["hits"]
    profiles = {int(hit["_id"]): hit["fields"]["profile"][0] for hit in hits}
    return [pk for pk in user_ids if profiles.get(pk) == waiting[pk].profile]
