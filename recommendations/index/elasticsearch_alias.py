"""An alias in Elasticsearch that names one live index, true up to the revision in its state.

A rebuild fills an index of its own beside the live one and moves the alias when that is complete.
What the documents are is the business of the indexes of profiles and of the catalogue.
"""

import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from recommendations.index.base import IndexUnavailable
from recommendations.index.elasticsearch_breaker import CircuitBreaker
from recommendations.index.elasticsearch_documents import STATE_ID
from recommendations.index.elasticsearch_node import WholeAnswersNode
from recommendations.index.elasticsearch_queries import Query, has
from recommendations.index.elasticsearch_writes import (
    Documents,
    remove,
    upsert,
    write,
    write_state,
)

# In seconds, chosen by us: a page waits no longer for an answer that usually takes milliseconds.
SEARCH_TIMEOUT_S = 5.0
# In seconds, chosen by us: making, refreshing and dropping indexes.
CHANGE_TIMEOUT_S = 60.0
# In seconds, chosen by us: merging a million listeners takes some minutes.
MERGE_TIMEOUT_S = 3_600.0
# Chosen by us: a shard indexes with a processor for each request at a time.
WRITERS = 2
# Chosen by us: a search looks through the segments at the same time, a thread for each.
MERGED_SEGMENTS = 2
# Chosen by us, below the size of any segment worth a thread: a merge to a number of segments then
# makes them about equally large, where it would else leave the largest as it is.
_MERGE_EVENLY = {
    "index.merge.policy.max_merged_segment": "64mb",
    "index.merge.scheduler.max_thread_count": MERGED_SEGMENTS,
}
_MERGE_AS_USUAL = dict.fromkeys(_MERGE_EVENLY)

_NOT_FOUND = 404

State = dict[str, int]
Hits = list[dict[str, Any]]
Fields = dict[str, dict[str, Any]]

_NO_GRAPH = {"type": "flat"}


class IndexMissing(IndexUnavailable):
    """The index was never filled."""


def connect(host: str, api_key: str) -> Elasticsearch:
    """Return a client, which connects when it is first used."""
    return Elasticsearch(
        host,
        api_key=api_key or None,
        node_class=WholeAnswersNode,
        request_timeout=SEARCH_TIMEOUT_S,
        max_retries=1,
    )


class Content:
    """What an index holds, by its own name or by the alias."""

    def __init__(self, client: Elasticsearch, name: str, breaker: CircuitBreaker) -> None:
        self._client = client
        self._patient = client.options(request_timeout=CHANGE_TIMEOUT_S)
        self._name = name
        self._breaker = breaker

    def load_state(self) -> State:
        """Return what the index says of itself, nothing if there is none."""
        with self._breaker.guard():
            found = self._client.options(ignore_status=_NOT_FOUND).get(
                index=self._name, id=STATE_ID
            )
        state: State = found.get("_source", {})
        return state

    def revision(self) -> int:
        """Return the last revision taken over, -1 where there is no content."""
        return self.load_state().get("revision", -1)

    def count(self, field: str) -> int:
        """Return the number of documents that have a field, 0 where there is no content."""
        with self._breaker.guard():
            found = self._client.options(ignore_status=_NOT_FOUND).count(
                index=self._name, query=has(field)
            )
        return int(found.get("count", 0))

    def take_over(self, documents: Documents, removals: Iterable[str], *, revision: int) -> None:
        """Write and remove at a revision; one that is not newer changes nothing.

        What is in both is removed. Raises ``RuntimeError`` where there is no content.
        """
        state = self.load_state()
        if not state:
            raise RuntimeError("The index is empty: fill it with replace_all first.")
        if revision <= state["revision"]:
            return
        with self._breaker.guard():
            self._write(documents, revision)
            write(self._client, self._name, remove(revision, removals))
            self._finish({**state, "revision": revision})

    def _write(self, documents: Documents, revision: int) -> None:
        """Write; an old document of what has a new one that is refused would be untrue."""
        refused = write(self._client, self._name, upsert(revision, documents))
        write(self._client, self._name, remove(revision, refused))

    def _finish(self, state: State) -> None:
        """Note the state and show the change; call it under the breaker's guard."""
        write_state(self._client, self._name, state)
        self._patient.indices.refresh(index=self._name)


class DraftContent(Content):
    """An index that the alias does not name yet."""

    def __init__(
        self,
        client: Elasticsearch,
        name: str,
        breaker: CircuitBreaker,
        *,
        alias: str,
        graphs: Fields,
    ) -> None:
        super().__init__(client, name, breaker)
        self._alias = alias
        self._graphs = graphs

    def fill(self, blocks: Iterable[Sequence[Documents]], state: State) -> None:
        """Write all blocks and merge, which makes searches several times faster.

        Vectors get their graph with the merge: one for all, not one a segment before it.
        The parts of a block, best as many as ``WRITERS``, are written at the same time.
        """
        with ThreadPoolExecutor(WRITERS) as writers:
            for parts in blocks:
                running = [writers.submit(self._write_part, part, state) for part in parts]
                for done in running:
                    done.result()
        with self._breaker.guard():
            self._finish(state)
            if self._graphs:
                self._patient.indices.put_mapping(index=self._name, properties=self._graphs)
            self._merge()

    def _merge(self) -> None:
        indices = self._client.options(request_timeout=MERGE_TIMEOUT_S).indices
        indices.put_settings(index=self._name, settings=_MERGE_EVENLY)
        indices.forcemerge(index=self._name, max_num_segments=MERGED_SEGMENTS)
        indices.put_settings(index=self._name, settings=_MERGE_AS_USUAL)

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

    def _write_part(self, documents: Documents, state: State) -> None:
        with self._breaker.guard():
            self._write(documents, state["revision"])

    def _holders(self) -> list[str]:
        found = self._patient.options(ignore_status=_NOT_FOUND).indices.get_alias(name=self._alias)
        return [name for name in found if name.startswith(f"{self._alias}-")]


class LiveContent(Content):
    """The index that the alias names."""

    def __init__(self, client: Elasticsearch, alias: str, template: Mapping[str, Any]) -> None:
        super().__init__(client, alias, CircuitBreaker())
        self._template = template

    def begin_draft(self) -> DraftContent:
        """Return an empty index that nobody searches yet, in place of every other draft."""
        # In the order of time, by which the later of two is told.
        name = f"{self._name}-{time.time_ns():020}-{secrets.token_hex(4)}"
        graphs = _find_graphs(self._template["template"]["mappings"]["properties"])
        without = {field: {**graph, "index_options": _NO_GRAPH} for field, graph in graphs.items()}
        with self._breaker.guard():
            self._drop_drafts()
            self._patient.indices.put_index_template(name=self._name, **self._template)
            self._patient.indices.create(index=name, mappings={"properties": without})
        return DraftContent(self._client, name, self._breaker, alias=self._name, graphs=graphs)

    def search(self, queries: Sequence[Query]) -> list[Hits]:
        """Return the hits of several queries, in one request. Raises ``IndexMissing``."""
        lines: list[dict[str, Any]] = []
        for query in queries:
            lines += ({"index": self._name}, {"track_total_hits": False, **query})
        with self._breaker.guard():
            responses = self._client.msearch(searches=lines)["responses"] if lines else []
        return [_read_hits(response) for response in responses]

    def _drop_drafts(self) -> None:
        """Drop what rebuilds that were stopped have left."""
        found = self._patient.indices.get(index=f"{self._name}-*", features="aliases")
        for name, parts in found.items():
            if self._name not in parts["aliases"]:
                self._patient.indices.delete(index=name, ignore_unavailable=True)


def _find_graphs(fields: Fields) -> Fields:
    """Return the vectors that are searched by a graph."""
    return {
        name: field
        for name, field in fields.items()
        if field.get("index_options", {}).get("type") == "hnsw"
    }


def _read_hits(response: dict[str, Any]) -> Hits:
    """Return the hits of a complete response; part of the shards would give part of the truth."""
    if "error" in response:
        if response["error"]["type"] == "index_not_found_exception":
            raise IndexMissing("The index is being filled.")
        raise IndexUnavailable(f"Elasticsearch failed to search: {response['error']['type']}")
    if response["timed_out"] or response["_shards"]["failed"]:
        raise IndexUnavailable("Some shards of Elasticsearch do not answer.")
    hits: Hits = response["hits"]["hits"]
    return hits
