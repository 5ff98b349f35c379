"""The index of a site on several machines: profiles in Elasticsearch, and still the exact top k.

How it works and what it costs: docs/elasticsearch.md.
"""

import logging
import threading
import time
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from elasticsearch import Elasticsearch

from recommendations.index.base import Neighbour, Ranking
from recommendations.index.elasticsearch_alias import (
    WRITERS,
    Content,
    DraftContent,
    IndexMissing,
    LiveContent,
    connect,
)
from recommendations.index.elasticsearch_candidates import Hit, Request
from recommendations.index.elasticsearch_documents import (
    TEMPLATE_VERSION,
    build_documents,
    build_template,
)
from recommendations.index.elasticsearch_queries import Query
from recommendations.index.elasticsearch_search import find_nearest
from recommendations.index.elasticsearch_writes import Documents
from recommendations.taste.profiles import Int64Array, Profile, Profiles

__all__ = ["ALIAS", "ElasticsearchIndex", "connect"]

logger = logging.getLogger(__name__)

ALIAS = "users-metadata"
# In seconds, chosen by us: this number only says how broadly to look.
COUNT_KEPT_S = 60.0


class _Profiles:
    """The profiles that an index holds."""

    def __init__(self, content: Content) -> None:
        self._held = content

    def apply(self, *, upserts: Profiles, removals: Collection[int], revision: int) -> None:
        """Take over changes up to ``revision``; those that are not newer change nothing.

        Who is in both is removed, and so is whose new profile Elasticsearch refuses. Raises
        ``RuntimeError`` before the first ``replace_all``.
        """
        kept = upserts.take(_rows_without(upserts, removals))
        removed_ids = [str(user_id) for user_id in removals]
        self._held.take_over(build_documents(kept), removed_ids, revision=revision)

    def count(self) -> int:
        """Return the number of listeners held."""
        return self._held.count("user_id")

    def revision(self) -> int:
        """Return the last revision taken over, -1 before the first ``replace_all``."""
        return self._held.revision()

    def space_id(self) -> int | None:
        """Return the space whose profiles are held, None before the first ``replace_all``.

        What another version of metarec has laid out otherwise cannot be searched: it is none.
        """
        state = self._held.load_state()
        return state.get("space_id") if state.get("template") == TEMPLATE_VERSION else None


class _Draft(_Profiles):
    """An ``IndexDraft``."""

    def __init__(self, content: DraftContent) -> None:
        super().__init__(content)
        self._draft = content

    def publish(self) -> None:
        """Put this content in the place of the live one, which is dropped."""
        self._draft.publish()


class ElasticsearchIndex(_Profiles):
    """A ``SharedIndex`` in Elasticsearch.

    ``uncertified`` counts this process's answers that could not be proven to be exact.
    """

    def __init__(
        self, client: Elasticsearch, *, alias: str = ALIAS, shards: int = 1, replicas: int = 0
    ) -> None:
        template = build_template(alias, shards=shards, replicas=replicas)
        self._live = LiveContent(client, alias, template)
        super().__init__(self._live)
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
        content = self._live.begin_draft()
        parts = (_cut(block) for block in blocks)
        state = {"space_id": space_id, "revision": revision, "template": TEMPLATE_VERSION}
        content.fill(parts, state)
        return _Draft(content)

    def _search(self, queries: Sequence[Query]) -> list[list[Hit]]:
        try:
            answers = self._live.search(queries)
        except IndexMissing:
            return [[] for _ in queries]
        return [[_read_hit(hit) for hit in hits] for hits in answers]

    def _count_about(self) -> int:
        """Return the number of listeners of at most a minute ago."""
        if time.monotonic() - self._counted_at >= COUNT_KEPT_S:
            self._listeners, self._counted_at = self.count(), time.monotonic()
        return self._listeners

    def _forget_count(self) -> None:
        self._counted_at = -COUNT_KEPT_S


def _read_hit(hit: dict[str, Any]) -> Hit:
    columns = hit["fields"]
    return Hit(columns["user_id"][0], hit["_score"] or 0.0, columns["profile"][0])


def _cut(block: Profiles) -> list[Documents]:
    """Return the documents of a block in as many parts as are written at a time."""
    rows = (np.arange(first, len(block), WRITERS) for first in range(WRITERS))
    return [build_documents(block.take(part)) for part in rows]


def _rows_without(profiles: Profiles, user_ids: Collection[int]) -> Int64Array:
    return np.flatnonzero(~np.isin(profiles.user_ids, np.fromiter(user_ids, np.int64)))
