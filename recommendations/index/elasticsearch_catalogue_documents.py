"""What Elasticsearch holds of a track and of an artist.

Names are normalised and cut into words here, not there: the words are keywords, so no analyser has
a say in what is found. Nothing about listeners is among it.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from recommendations.index.catalogue import CatalogueRemovals, IndexedArtist, IndexedTrack
from recommendations.index.elasticsearch_template import wrap_mappings
from recommendations.taste.schema import TRACK_FEATURES

# Raised with every change of the settings or mappings below; it takes effect at a rebuild.
TEMPLATE_VERSION = 1

# Looked at in searches, of no use to who reads a document.
_SEARCHED_ONLY = ["name_key", "words", "artist_keys"]
_INTEGERS = {"key", "mode", "time_signature", "duration_ms", "popularity"}


def build_catalogue_template(alias: str, *, shards: int, replicas: int) -> dict[str, Any]:
    """Return the index template of every index behind ``alias``."""
    shown = {"type": "keyword", "index": False, "doc_values": False}
    kept_features = {
        name: {"type": "integer" if name in _INTEGERS else "double", "index": False}
        for name in TRACK_FEATURES
    }
    mappings = {
        "_source": {"excludes": _SEARCHED_ONLY},
        "properties": {
            "track_id": {"type": "long"},
            "artist_id": {"type": "long"},
            "name": shown,
            "name_key": {"type": "keyword"},
            "words": {"type": "keyword"},
            "spotify_id": {"type": "keyword"},
            "artist_ids": {"type": "long"},
            "artist_names": shown,
            "artist_keys": {"type": "keyword"},
            **kept_features,
            "revision": {"type": "long", "index": False},
        },
    }
    return wrap_mappings(
        mappings, alias, version=TEMPLATE_VERSION, shards=shards, replicas=replicas
    )


def build_catalogue_documents(
    tracks: Sequence[IndexedTrack], artists: Sequence[IndexedArtist]
) -> Iterator[tuple[str, str]]:
    """Yield the document id and document of each track and artist, as JSON."""
    for track in tracks:
        yield track_document_id(track.track_id), json.dumps(_track(track))
    for artist in artists:
        yield artist_document_id(artist.artist_id), json.dumps(_artist(artist))


def list_removed_ids(removals: CatalogueRemovals) -> list[str]:
    """Return the ids of these documents."""
    return [
        *map(track_document_id, removals.track_ids),
        *map(artist_document_id, removals.artist_ids),
    ]


def track_document_id(track_id: int) -> str:
    """Return the id of a track's document."""
    return f"track-{track_id}"


def artist_document_id(artist_id: int) -> str:
    """Return the id of an artist's document."""
    return f"artist-{artist_id}"


def read_document_id(document_id: str) -> int:
    """Return the key of the track or artist that a document is of."""
    return int(document_id.partition("-")[2])


def _track(track: IndexedTrack) -> dict[str, Any]:
    return {
        "track_id": track.track_id,
        **_name(track),
        "artist_ids": [artist.artist_id for artist in track.artists],
        "artist_names": [artist.name for artist in track.artists],
        "artist_keys": [artist.name_key for artist in track.artists],
        **track.features,
    }


def _artist(artist: IndexedArtist) -> dict[str, Any]:
    return {"artist_id": artist.artist_id, **_name(artist)}


def _name(named: IndexedTrack | IndexedArtist) -> dict[str, Any]:
    return {
        "name": named.name,
        "name_key": named.name_key,
        "words": list(dict.fromkeys(named.name_key.split())),
        "spotify_id": named.spotify_id,
    }
