"""The catalogue in Elasticsearch: tracks with artists and features, searched by name."""

from collections.abc import Iterable, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from recommendations.index.catalogue import CatalogueBlock, CatalogueQuery, CatalogueRemovals
from recommendations.index.elasticsearch_alias import WRITERS, Content, DraftContent, LiveContent
from recommendations.index.elasticsearch_catalogue_documents import (
    build_catalogue_documents,
    build_catalogue_template,
    list_removed_ids,
    read_document_id,
)
from recommendations.index.elasticsearch_queries import Query, has
from recommendations.index.elasticsearch_writes import Documents

CATALOGUE_ALIAS = "songs-metadata"


class _Catalogue:
    """The tracks and artists that an index holds."""

    def __init__(self, content: Content) -> None:
        self._held = content

    def apply(self, *, upserts: CatalogueBlock, removals: CatalogueRemovals, revision: int) -> None:
        """Take over changes up to ``revision``, as ``CatalogueContent`` says.

        What Elasticsearch refuses the new document of is removed.
        """
        documents = build_catalogue_documents(upserts.tracks, upserts.artists)
        self._held.take_over(documents, list_removed_ids(removals), revision=revision)

    def revision(self) -> int:
        """Return the last revision taken over, -1 where there is no content."""
        return self._held.revision()

    def count(self) -> int:
        """Return the number of tracks and artists held."""
        return self._held.count("name_key")


class _CatalogueDraft(_Catalogue):
    """A ``CatalogueDraft``."""

    def __init__(self, content: DraftContent) -> None:
        super().__init__(content)
        self._draft = content

    def publish(self) -> None:
        """Put this content in the place of the live one, which is dropped."""
        self._draft.publish()


class ElasticsearchCatalogue(_Catalogue):
    """A ``CatalogueIndex`` in Elasticsearch."""

    def __init__(
        self,
        client: Elasticsearch,
        *,
        alias: str = CATALOGUE_ALIAS,
        shards: int = 1,
        replicas: int = 0,
    ) -> None:
        template = build_catalogue_template(alias, shards=shards, replicas=replicas)
        self._live = LiveContent(client, alias, template)
        super().__init__(self._live)

    def find_tracks(self, query: CatalogueQuery, limit: int) -> list[int]:
        """Return the first tracks, as ``CatalogueSearch`` says."""
        credited = [
            _all([{"term": {"artist_keys": key}}, *_words(words)]) for key, words in query.credits()
        ]
        classes: list[Query] = [
            {"term": {"name_key": query.key}},
            {"bool": {"should": credited}},
            {"prefix": {"name_key": query.key}},
            _all(_words(query.words)),
        ]
        by_popularity = {"popularity": {"order": "desc", "missing": "_last"}}
        return self._find(has("track_id"), classes, [by_popularity, "track_id"], limit)

    def find_artists(self, query: CatalogueQuery, limit: int) -> list[int]:
        """Return the first artists, as ``CatalogueSearch`` says."""
        classes: list[Query] = [
            {"term": {"name_key": query.key}},
            {"prefix": {"name_key": query.key}},
            _all(_words(query.words)),
        ]
        return self._find(has("artist_id"), classes, ["name_key", "artist_id"], limit)

    def draft(self, blocks: Iterable[CatalogueBlock], *, revision: int) -> _CatalogueDraft:
        """Return a draft of these rows, in an index that nobody searches yet."""
        content = self._live.begin_draft()
        content.fill((_cut(block) for block in blocks), {"revision": revision})
        return _CatalogueDraft(content)

    def _find(
        self, kind: Query, classes: Sequence[Query], order: Sequence[Any], limit: int
    ) -> list[int]:
        """Return what is of any class, the first class first, within each in an order."""
        ranked = [
            {"constant_score": {"filter": condition, "boost": len(classes) - number}}
            for number, condition in enumerate(classes)
        ]
        search: Query = {
            "query": {"bool": {"filter": [kind], "must": [{"dis_max": {"queries": ranked}}]}},
            "sort": [{"_score": "desc"}, *order],
            "size": limit,
            "_source": False,
        }
        (hits,) = self._live.search([search])
        return [read_document_id(hit["_id"]) for hit in hits]


def _words(words: Iterable[str]) -> list[Query]:
    """Return the conditions that a word of the name begins with each of these."""
    return [{"prefix": {"words": word}} for word in words]


def _all(conditions: Sequence[Query]) -> Query:
    return {"bool": {"filter": conditions}}


def _cut(block: CatalogueBlock) -> list[Documents]:
    """Return the documents of a block in as many parts as are written at a time."""
    return [
        build_catalogue_documents(block.tracks[first::WRITERS], block.artists[first::WRITERS])
        for first in range(WRITERS)
    ]
