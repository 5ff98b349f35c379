"""Profiles between their table and columns: what step 5 of the data's way leaves for step 6."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from django.db.models import QuerySet

from accounts.models import User
from recommendations.models import TasteProfile
from recommendations.taste.build import build_profiles
from recommendations.taste.listening import Listening
from recommendations.taste.profiles import (
    FEATURE_MEANS_SIZE,
    META_VECTOR_SIZE,
    TASTE_VECTOR_SIZE,
    Int64Array,
    Profiles,
)
from recommendations.taste.space import Space

# Chosen by us: some 15 MB a block.
BLOCK_SIZE = 20_000

_BLOBS = ("meta_vector", "taste_vector", "feature_means", "artist_ids", "artist_weights")
_COUNTS = ("track_count", "described_track_count", "artist_count")
_FLOAT = np.dtype("<f4")
_INTEGER = np.dtype("<i4")


def lock_listeners(user_ids: Sequence[int]) -> list[int]:
    """Return those of the ids that exist, ascending; nobody else computes them meanwhile."""
    listeners = User.objects.filter(pk__in=user_ids).order_by("pk")
    return list(listeners.select_for_update(no_key=True).values_list("pk", flat=True))


def store_profiles(space_id: int, space: Space, listening: Listening) -> set[int]:
    """Make the stored profiles of these listeners true; return whose profile changed or went."""
    profiles = build_profiles(listening, space)
    rows = _build_rows(space_id, profiles, listening)
    TasteProfile.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["space", "user"],
        update_fields=[*_BLOBS, *_COUNTS, "computed_at"],
    )
    built = set(profiles.user_ids.tolist())
    without = set(listening.user_ids.tolist()) - built
    obsolete = TasteProfile.objects.filter(space_id=space_id, user_id__in=without)
    gone = set(obsolete.values_list("user_id", flat=True)) if without else set()
    if gone:
        obsolete.delete()
    return built | gone


def load_profiles(space_id: int, user_ids: Sequence[int]) -> Profiles:
    """Return these listeners' profiles, ascending by user id; who has none is left out."""
    rows = TasteProfile.objects.filter(space_id=space_id, user_id__in=user_ids).order_by("user_id")
    return _unpack(list(rows.values_list("user_id", *_BLOBS)))


def load_visible_profiles(space_id: int, user_ids: Sequence[int]) -> Profiles:
    """Return the profiles of those of the listeners who are discoverable."""
    rows = _visible(space_id).filter(user_id__in=user_ids)
    return _unpack(list(rows.order_by("user_id").values_list("user_id", *_BLOBS)))


def load_all_visible_profiles(space_id: int) -> Iterator[Profiles]:
    """Yield the profiles of all discoverable listeners, in blocks, ascending by user id."""
    visible = _visible(space_id).order_by("user_id")
    last_id = 0
    while True:
        page = visible.filter(user_id__gt=last_id).values_list("user_id", *_BLOBS)
        profiles = _unpack(list(page[:BLOCK_SIZE]))
        if not len(profiles):
            return
        last_id = int(profiles.user_ids[-1])
        yield profiles


def count_visible_profiles(space_id: int) -> int:
    """Return how many discoverable listeners have a profile."""
    return _visible(space_id).count()


def _visible(space_id: int) -> QuerySet[TasteProfile]:
    return TasteProfile.objects.filter(
        space_id=space_id, user__is_discoverable=True, user__is_active=True
    )


def _unpack(rows: list[tuple[Any, ...]]) -> Profiles:
    """Return rows of user id and blobs as columns, without a step per row in Python."""
    columns = list(zip(*rows, strict=True)) or [()] * (1 + len(_BLOBS))
    user_ids, meta_vectors, taste_vectors, feature_means, artist_ids, artist_weights = columns
    offsets = np.zeros(len(rows) + 1, dtype=np.int64)
    lengths = np.fromiter(map(len, artist_ids), dtype=np.int64, count=len(rows))
    np.cumsum(lengths // _INTEGER.itemsize, out=offsets[1:])
    return Profiles(
        user_ids=np.array(user_ids, dtype=np.int64),
        meta_vectors=_join(meta_vectors, _FLOAT).reshape(-1, META_VECTOR_SIZE),
        taste_vectors=_join(taste_vectors, _FLOAT).reshape(-1, TASTE_VECTOR_SIZE),
        feature_means=_join(feature_means, _FLOAT).reshape(-1, FEATURE_MEANS_SIZE),
        artist_offsets=offsets,
        artist_ids=_join(artist_ids, _INTEGER),
        artist_weights=_join(artist_weights, _FLOAT),
    )


def _join(blobs: Sequence[bytes], dtype: np.dtype[Any]) -> Any:  # noqa: ANN401 - float or integer
    return np.frombuffer(b"".join(blobs), dtype=dtype)


def _build_rows(space_id: int, profiles: Profiles, listening: Listening) -> list[TasteProfile]:
    positions = np.flatnonzero(np.isin(listening.user_ids, profiles.user_ids))
    counts = [
        column[positions].tolist()
        for column in (
            listening.tracks_per_listener(),
            listening.described_tracks_per_listener(),
            listening.artists_per_listener(),
        )
    ]
    every_row = np.arange(len(profiles) + 1)
    blobs = [
        _cut(profiles.meta_vectors, _FLOAT, every_row),
        _cut(profiles.taste_vectors, _FLOAT, every_row),
        _cut(profiles.feature_means, _FLOAT, every_row),
        _cut(profiles.artist_ids, _INTEGER, profiles.artist_offsets),
        _cut(profiles.artist_weights, _FLOAT, profiles.artist_offsets),
    ]
    names = ("user_id", *_BLOBS, *_COUNTS)
    return [
        TasteProfile(space_id=space_id, **dict(zip(names, values, strict=True)))
        for values in zip(profiles.user_ids.tolist(), *blobs, *counts, strict=True)
    ]


def _cut(array: "np.ndarray[Any, Any]", dtype: np.dtype[Any], offsets: Int64Array) -> list[bytes]:
    """Return the bytes of each run of rows of an array, ``offsets[i]:offsets[i + 1]``."""
    buffer = array.astype(dtype, copy=False).tobytes()
    row_size = dtype.itemsize * (array.shape[1] if array.ndim > 1 else 1)
    return [buffer[start:end] for start, end in pairwise((offsets * row_size).tolist())]
