"""What Elasticsearch holds of a listener, and the way there and back.

What is searched only chooses candidates. The exact numbers travel beside it in ``profile``, a
column that Elasticsearch does not look into: little-endian taste vector (41 float32), meta vector
(14 float32), then n artist ids (int32) and n weights (float32).
"""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from recommendations.index.elasticsearch_template import wrap_mappings
from recommendations.taste.profiles import (
    FEATURE_MEANS_SIZE,
    META_VECTOR_SIZE,
    TASTE_VECTOR_SIZE,
    Profile,
    Profiles,
)

# The document that says what the others are: whose space and layout, caught up to which revision.
STATE_ID = "state"
# Raised with every change of the settings or mappings below; the next sweep then fills a new index.
TEMPLATE_VERSION = 3

# Chosen by us from measurements at 200,000 listeners: with about this, the graph takes a fifth less
# time than with Elasticsearch's 100 and names 2 in 100 fewer of the nearest, which a third
# candidate for each hit makes up for.
EF_CONSTRUCTION = 64

# Vectors and weights are written with this many digits, which keeps a bulk request short. With at
# most some hundred terms of a dot product it is off by less than
# ``elasticsearch_candidates.SLACK``.
DIGITS = 7
# Weights have to be positive, also after rounding.
SMALLEST_WEIGHT = 10.0**-DIGITS

_FLOAT = np.dtype("<f4")
_INTEGER = np.dtype("<i4")
_FIXED_SIZE = (TASTE_VECTOR_SIZE + META_VECTOR_SIZE) * _FLOAT.itemsize


def build_template(alias: str, *, shards: int, replicas: int) -> dict[str, Any]:
    """Return the index template of every index behind ``alias``."""
    mappings = {
        # Of a listener it is empty: all is in columns or only searched.
        "_source": {"includes": ["space_id", "revision", "template"]},
        "properties": {
            "user_id": {"type": "long"},
            "artists": {"type": "sparse_vector"},
            # Unlike the default, hnsw does not round the vectors to one bit.
            "taste_vector": {
                "type": "dense_vector",
                "dims": TASTE_VECTOR_SIZE,
                "similarity": "max_inner_product",
                "index_options": {
                    "type": "hnsw",
                    "m": 16,
                    "ef_construction": EF_CONSTRUCTION,
                },
            },
            "meta_vector": {
                "type": "dense_vector",
                "dims": META_VECTOR_SIZE,
                "similarity": "cosine",
                # Scanned in full, which takes no graph: building a second one would take
                # as long as all the rest of a document.
                "index_options": {"type": "flat"},
            },
            "profile": {"type": "binary", "doc_values": True},
            "space_id": {"type": "long", "index": False},
            "revision": {"type": "long", "index": False},
            "template": {"type": "long", "index": False},
        },
    }
    return wrap_mappings(
        mappings, alias, version=TEMPLATE_VERSION, shards=shards, replicas=replicas
    )


def build_documents(profiles: Profiles) -> Iterator[tuple[str, str]]:
    """Yield each listener's document id and document, as JSON."""
    weights = _round_weights(profiles.artist_weights).tolist()
    artist_ids = profiles.artist_ids.astype(str).tolist()
    taste_vectors = _round(profiles.taste_vectors.astype(np.float64)).tolist()
    meta_vectors = _unit_rows(profiles.meta_vectors).tolist()
    offsets = profiles.artist_offsets.tolist()
    for row, user_id in enumerate(profiles.user_ids.tolist()):
        artists = slice(offsets[row], offsets[row + 1])
        document: dict[str, object] = {"user_id": user_id, "profile": _pack(profiles[row])}
        if artist_ids[artists]:
            document["artists"] = dict(zip(artist_ids[artists], weights[artists], strict=True))
        if any(taste_vectors[row]):
            document["taste_vector"] = taste_vectors[row]
        if any(meta_vectors[row]):
            document["meta_vector"] = meta_vectors[row]
        yield str(user_id), json.dumps(document, separators=(",", ":"))


def read_profiles(packed: Mapping[int, str]) -> Profiles:
    """Return the profiles of ``profile`` fields by user id; the feature means are unknown."""
    blobs = [base64.b64decode(text) for text in packed.values()]
    counts = np.array(
        [(len(blob) - _FIXED_SIZE) // (_INTEGER.itemsize + _FLOAT.itemsize) for blob in blobs],
        np.int64,
    )
    vectors = _join(b"".join(blob[:_FIXED_SIZE] for blob in blobs), _FLOAT)
    vectors = vectors.reshape(-1, TASTE_VECTOR_SIZE + META_VECTOR_SIZE)
    ends = (_FIXED_SIZE + counts * _INTEGER.itemsize).tolist()
    ids = b"".join(blob[_FIXED_SIZE:end] for blob, end in zip(blobs, ends, strict=True))
    weights = b"".join(blob[end:] for blob, end in zip(blobs, ends, strict=True))
    return Profiles(
        user_ids=np.fromiter(packed, np.int64, len(packed)),
        meta_vectors=vectors[:, TASTE_VECTOR_SIZE:],
        taste_vectors=vectors[:, :TASTE_VECTOR_SIZE],
        feature_means=np.full((len(packed), FEATURE_MEANS_SIZE), np.nan, np.float32),
        artist_offsets=np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]),
        artist_ids=_join(ids, _INTEGER),
        artist_weights=_join(weights, _FLOAT),
    )


def _round_weights(weights: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return artist weights as they are written, all positive."""
    return np.maximum(_round(weights.astype(np.float64)), SMALLEST_WEIGHT)


def _unit_rows(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return the directions: Elasticsearch refuses vectors that are too short for float32."""
    directions = vectors.astype(np.float64)
    norms = np.linalg.norm(directions, axis=1, keepdims=True)
    return _round(directions / np.where(norms > 0, norms, 1))


def _round(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(np.round(numbers, DIGITS), np.float64)


def _pack(profile: Profile) -> str:
    parts = (
        profile.taste_vector.astype(_FLOAT),
        profile.meta_vector.astype(_FLOAT),
        profile.artist_ids.astype(_INTEGER),
        profile.artist_weights.astype(_FLOAT),
    )
    return base64.b64encode(b"".join(part.tobytes() for part in parts)).decode()


def _join(blob: bytes, dtype: np.dtype[Any]) -> Any:  # noqa: ANN401 - float or integer
    return np.frombuffer(blob, dtype)
