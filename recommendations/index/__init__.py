"""Keeps profiles and the catalogue searchable: step 6 of the data's way. It knows no database."""

from dataclasses import dataclass

from recommendations.index.base import ProfileIndex, SharedIndex
from recommendations.index.catalogue import CatalogueIndex
from recommendations.index.embedded import EmbeddedIndex


@dataclass
class _Engines:
    """This process's own index, empty until it is filled, and those of all processes if any."""

    embedded: EmbeddedIndex
    shared: SharedIndex | None
    catalogue: CatalogueIndex | None


# Made on import, which Python does once per process whatever its threads; empty it costs nothing.
_ENGINES = _Engines(EmbeddedIndex(), None, None)


def use_elasticsearch(host: str, api_key: str, *, shards: int, replicas: int) -> None:
    """Have this process search in Elasticsearch; it connects with its first request."""
    # Imported here: it takes half a second, which a site without Elasticsearch need not spend.
    from recommendations.index.elasticsearch import ElasticsearchIndex, connect  # noqa: PLC0415
    from recommendations.index.elasticsearch_catalogue import (  # noqa: PLC0415
        ElasticsearchCatalogue,
    )

    client = connect(host, api_key)
    use_shared(ElasticsearchIndex(client, shards=shards, replicas=replicas))
    use_catalogue(ElasticsearchCatalogue(client, shards=shards, replicas=replicas))


def use_shared(index: SharedIndex | None) -> None:
    """Have this process use the index that all processes share, its own again with None."""
    _ENGINES.shared = index


def get_index() -> ProfileIndex:
    """Return the index that this process searches."""
    return _ENGINES.shared or _ENGINES.embedded


def get_shared_index() -> SharedIndex | None:
    """Return the index that all processes share, None where each has its own."""
    return _ENGINES.shared


def use_catalogue(index: CatalogueIndex | None) -> None:
    """Have this process search tracks and artists in an index, in the database with None."""
    _ENGINES.catalogue = index


def get_catalogue() -> CatalogueIndex | None:
    """Return the index of tracks and artists, None where the database is searched."""
    return _ENGINES.catalogue
