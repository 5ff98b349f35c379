"""The index of a site on several machines: profiles in Elasticsearch, and still the exact top k.

An alias names the only live index. A rebuild fills an index of its own beside it and moves the
alias when that is complete. How it works and what it costs: docs/elasticsearch.md.
"""

import logging
import secrets
import threading
import time
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from elasticsearch import Elasticsearch, NotFoundError

from recommendations.index.base import IndexUnavailable, Neighbour, Ranking
from recommendations.index.elasticsearch_breaker import CircuitBreaker
from recommendations.index.elasticsearch_documents import STATE_ID, build_template
from recommendations.index.elasticsearch_queries import Query, has
from recommendations.index.elasticsearch_search import Hit, Request, find_nearest
from recommendations.index.elasticsearch_writes import remove, upsert, write, write_state
from recommendations.taste.profiles import Int64Array, Profile, Profiles

logger = logging.getLogger(__name__)

ALIAS = "users-metadata"
# In seconds, chosen by us: a page waits no longer for an answer that usually takes milliseconds.
SEARCH_TIMEOUT_S = 5.0
# In seconds, chosen by us: making, refreshing and dropping indexes.
CHANGE_TIMEOUT_S = 60.0
# In seconds, chosen by us: merging a million listeners takes some minutes.
MERGE_TIMEOUT_S = 3_600.0
# Chosen by us: a shard indexes with a processor for each request at a time.
WRITERS = 2
# In seconds, chosen by us: this number only says how broadly to look.
COUNT_KEPT_S = 60.0

_NOT_FOUND = 404


def connect(host: str, api_key: str) -> Elasticsearch:
    """Return a client, which connects when it is first used."""
    return Elasticsearch(
        host, api_key=api_key or None, request_timeout=SEARCH_TIMEOUT_S, max_retries=1
    )


class _Content:
    """What an index holds, by its own name or by the alias."""

    def __init__(self, client: Elasticsearch, name: str, breaker: CircuitBreaker) -> None:
        self._client = client
        self._patient = client.options(request_timeout=CHANGE_TIMEOUT_S)
        self._name = name
        self._breaker = breaker

    def apply(self, *, upserts: Profiles, removals: Collection[int], revision: int) -> None:
        """Take over changes up to ``revision``; those that are not newer change nothing.

        Who is in both is removed, and so is whose new profile Elasticsearch refuses. Raises
        ``RuntimeError`` before the first ``replace_all``.
        """
        state = self._load_state()
        if not state:
            raise RuntimeError("The index is empty: fill it with replace_all first.")
        if revision <= state["revision"]:
            return
        kept = upserts.take(_rows_without(upserts, removals))
        with self._breaker.guard():
            self._write(kept, revision)
            write(self._client, self._name, remove(revision, removals))
            write_state(self._client, self._name, space_id=state["space_id"], revision=revision)
            self._patient.indices.refresh(index=self._name)

    def count(self) -> int:
        """Return the number of listeners held."""
        with self._breaker.guard():
            found = self._client.options(ignore_status=_NOT_FOUND).count(
                index=self._name, query=has("user_id")
            )
        return int(found.get("count", 0))

    def revision(self) -> int:
        """Return the last revision taken over, -1 before the first ``replace_all``."""
        return self._load_state().get("revision", -1)

    def space_id(self) -> int | None:
        """Return the space whose profiles are held, None before the first ``replace_all``."""
        return self._load_state().get("space_id")

    def _load_state(self) -> dict[str, int]:
        """Return what the index says of itself, nothing if there is none."""
        with self._breaker.guard():
            found = self._client.options(ignore_status=_NOT_FOUND).get(
                index=self._name, id=STATE_ID
            )
        state: dict[str, int] = found.get("_source", {})
        return state

    def _write(self, profiles: Profiles, revision: int) -> None:
        """Write profiles; an old one of somebody whose new one is refused would be untrue."""
        refused = write(self._client, self._name, upsert(revision, profiles))
        write(self._client, self._name, remove(revision, refused))


class _Draft(_Content):
    """An ``IndexDraft``: an index that the alias does not name yet."""

    def __init__(
        self, client: Elasticsearch, name: str, breaker: CircuitBreaker, alias: str
    ) -> None:
        super().__init__(client, name, breaker)
        self._alias = alias

    def fill(self, blocks: Iterable[Profiles], *, space_id: int, revision: int) -> None:
        """Write everybody and merge, which makes searches several times faster."""
        with ThreadPoolExecutor(WRITERS) as writers:
            for block in blocks:
                parts = (block.take(np.arange(i, len(block), WRITERS)) for i in range(WRITERS))
                for done in [writers.submit(self._write_part, part, revision) for part in parts]:
                    done.result()
        with self._breaker.guard():
            write_state(self._client, self._name, space_id=space_id, revision=revision)
            self._patient.indices.refresh(index=self._name)
            self._client.options(request_timeout=MERGE_TIMEOUT_S).indices.forcemerge(
                index=self._name, max_num_segments=1
            )

    def _write_part(self, profiles: Profiles, revision: int) -> None:
        with self._breaker.guard():
            self._write(profiles, revision)

    def publish(self) -> None:
        """Move the alias here and drop the index that had it, in one call.

        Of two drafts that are published at once the later stays.
        """
        with self._breaker.guard():
            drop = [{"remove_index": {"index": name}} for name in self._holders()]
            add = {"add": {"index": self._name, "alias": self._alias}}
            try:
                self._patient.indices.update_aliases(actions=[*drop, add])
            except NotFoundError as error:
                raise IndexUnavailable("Another rebuild came in between: run it again.") from error
            for name in sorted(self._holders())[:-1]:
                self._patient.indices.delete(index=name, ignore_unavailable=True)

    def _holders(self) -> list[str]:
        found = self._patient.options(ignore_status=_NOT_FOUND).indices.get_alias(name=self._alias)
        return [name for name in found if name.startswith(f"{self._alias}-")]


class ElasticsearchIndex(_Content):
    """A ``SharedIndex`` in Elasticsearch.

    ``uncertified`` counts this process's answers that could not be proven to be exact.
    """

    def __init__(
        self, client: Elasticsearch, *, alias: str = ALIAS, shards: int = 1, replicas: int = 0
    ) -> None:
        super().__init__(client, alias, CircuitBreaker())
        self._template = build_template(alias, shards=shards, replicas=replicas)
        self._counting = threading.Lock()
        self._listeners = 0
        self._counted_at = -COUNT_KEPT_S
        self.uncertified = 0

    def nearest(
        self, profile: Profile, k: int, *, exclude: Collection[int] = (), ranking: Ranking
    ) -> list[Neighbour]:
        """Return the exact top k of the last refresh, best first, ties by user id."""
        if k <= 0:
            return []
        request = Request(profile, k, frozenset(exclude), ranking, self._count_about())
        answer = find_nearest(self._search, request)
        if not answer.is_certified:
            with self._counting:
                self.uncertified += 1
            logger.warning(
                "The nearest of listener %s may not be exact: a %s search reached its limit",
                profile.user_id,
                ranking,
            )
        return answer.neighbours

    def apply(self, *, upserts: Profiles, removals: Collection[int], revision: int) -> None:
        """Take over changes up to ``revision``, as ``ProfileIndex`` says."""
        super().apply(upserts=upserts, removals=removals, revision=revision)
        self._forget_count()

    def replace_all(self, blocks: Iterable[Profiles], *, space_id: int, revision: int) -> None:
        """Replace the whole content; the old one answers until the new one is complete."""
        self.draft(blocks, space_id=space_id, revision=revision).publish()
        self._forget_count()

    def draft(self, blocks: Iterable[Profiles], *, space_id: int, revision: int) -> _Draft:
        """Return a draft of these profiles, in an index that nobody searches yet."""
        # In the order of time, by which the later of two is told.
        name = f"{self._name}-{time.time_ns():020}-{secrets.token_hex(4)}"
        with self._breaker.guard():
            self._drop_drafts()
            self._patient.indices.put_index_template(name=self._name, **self._template)
            self._patient.indices.create(index=name)
        draft = _Draft(self._client, name, self._breaker, self._name)
        draft.fill(blocks, space_id=space_id, revision=revision)
        return draft

    def _drop_drafts(self) -> None:
        """Drop what rebuilds that were stopped have left."""
        found = self._patient.indices.get(index=f"{self._name}-*", features="aliases")
        for name, parts in found.items():
            if self._name not in parts["aliases"]:
                self._patient.indices.delete(index=name, ignore_unavailable=True)

    def _search(self, queries: Sequence[Query]) -> list[list[Hit]]:
        lines: list[dict[str, Any]] = []
        for query in queries:
            lines += ({"index": self._name}, {"track_total_hits": False, **query})
        with self._breaker.guard():
            responses = self._client.msearch(searches=lines)["responses"] if lines else []
        return [_read_hits(response) for response in responses]

    def _count_about(self) -> int:
        """Return the number of listeners of at most a minute ago."""
        if time.monotonic() - self._counted_at >= COUNT_KEPT_S:
            self._listeners, self._counted_at = self.count(), time.monotonic()
        return self._listeners

    def _forget_count(self) -> None:
        self._counted_at = -COUNT_KEPT_S


def _rows_without(profiles: Profiles, user_ids: Collection[int]) -> Int64Array:
    return np.flatnonzero(~np.isin(profiles.user_ids, np.fromiter(user_ids, np.int64)))


def _read_hits(response: dict[str, Any]) -> list[Hit]:
    """Return the hits of a complete response; part of the shards would give part of the truth."""
    if "error" in response:
        if response["error"]["type"] == "index_not_found_exception":
            return []
        raise IndexUnavailable(f"Elasticsearch failed to search: {response['error']['type']}")
    if response["timed_out"] or response["_shards"]["failed"]:
        raise IndexUnavailable("Some shards of Elasticsearch do not answer.")
    return [
        Hit(int(hit["_id"]), hit["_score"] or 0.0, hit["_source"]["profile"])
        for hit in response["hits"]["hits"]
    ]
