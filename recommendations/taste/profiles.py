"""Profiles in columns: step 5 of the data's way leaves them, step 6 takes them.

A profile is what the rankings compare. Many of them are kept as columns, since a million small
objects would cost more than their numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Float32Array = npt.NDArray[np.float32]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]

META_VECTOR_SIZE = 14
MAP_SIZE = 32
SOUND_SIZE = 9
TASTE_VECTOR_SIZE = MAP_SIZE + SOUND_SIZE
FEATURE_MEANS_SIZE = SOUND_SIZE


@dataclass(frozen=True, eq=False, slots=True)
class Profile:
    """One listener's taste.

    ``meta_vector`` is (14,) float32, the ``seed`` ranking's mean of raw features, zero when no
    track has all features. ``taste_vector`` is (41,) float32, the ``hybrid`` ranking's dense
    part: sqrt(0.10) t then sqrt(0.03) s, each zero where it is missing. ``feature_means`` is (9,)
    float32, the flat mean on the scale of the sound (``sound.plain_features`` gives the features'
    own units), NaN when no track has features.
    ``artist_ids`` is (n,) int32, ascending and distinct; ``artist_weights`` is (n,) float32,
    positive and of unit length.
    """

    user_id: int
    meta_vector: Float32Array
    taste_vector: Float32Array
    feature_means: Float32Array
    artist_ids: Int32Array
    artist_weights: Float32Array


@dataclass(frozen=True, eq=False, slots=True)
class Profiles:
    """The profiles of n listeners, as columns.

    ``user_ids`` is (n,) int64 and distinct; ``meta_vectors`` (n, 14), ``taste_vectors`` (n, 41)
    and ``feature_means`` (n, 9) are float32. The artists of row i stand at
    ``artist_offsets[i]:artist_offsets[i + 1]`` of ``artist_ids`` (int32) and ``artist_weights``
    (float32); ``artist_offsets`` is (n + 1,) int64 and begins with 0.
    """

    user_ids: Int64Array
    meta_vectors: Float32Array
    taste_vectors: Float32Array
    feature_means: Float32Array
    artist_offsets: Int64Array
    artist_ids: Int32Array
    artist_weights: Float32Array

    def __len__(self) -> int:
        return len(self.user_ids)

    def __getitem__(self, row: int) -> Profile:
        artists = slice(self.artist_offsets[row], self.artist_offsets[row + 1])
        return Profile(
            user_id=int(self.user_ids[row]),
            meta_vector=self.meta_vectors[row],
            taste_vector=self.taste_vectors[row],
            feature_means=self.feature_means[row],
            artist_ids=self.artist_ids[artists],
            artist_weights=self.artist_weights[artists],
        )

    def __iter__(self) -> Iterator[Profile]:
        return (self[row] for row in range(len(self)))

    @classmethod
    def empty(cls) -> Self:
        """Return the profiles of nobody."""
        return cls(
            user_ids=np.empty(0, np.int64),
            meta_vectors=np.empty((0, META_VECTOR_SIZE), np.float32),
            taste_vectors=np.empty((0, TASTE_VECTOR_SIZE), np.float32),
            feature_means=np.empty((0, FEATURE_MEANS_SIZE), np.float32),
            artist_offsets=np.zeros(1, np.int64),
            artist_ids=np.empty(0, np.int32),
            artist_weights=np.empty(0, np.float32),
        )

    @classmethod
    def concatenate(cls, blocks: Sequence[Self]) -> Self:
        """Return the listeners of all blocks, which must not share any, in their order."""
        if not blocks:
            return cls.empty()
        lengths = np.concatenate([np.diff(block.artist_offsets) for block in blocks])
        return cls(
            user_ids=np.concatenate([block.user_ids for block in blocks]),
            meta_vectors=np.concatenate([block.meta_vectors for block in blocks]),
            taste_vectors=np.concatenate([block.taste_vectors for block in blocks]),
            feature_means=np.concatenate([block.feature_means for block in blocks]),
            artist_offsets=_offsets(lengths),
            artist_ids=np.concatenate([block.artist_ids for block in blocks]),
            artist_weights=np.concatenate([block.artist_weights for block in blocks]),
        )

    def take(self, rows: npt.NDArray[np.integer]) -> Self:
        """Return the profiles of the rows, in the order of the rows; copies."""
        starts = self.artist_offsets[rows]
        lengths = self.artist_offsets[rows + 1] - starts
        offsets = _offsets(lengths)
        entries = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], lengths)
        return type(self)(
            user_ids=self.user_ids[rows],
            meta_vectors=self.meta_vectors[rows],
            taste_vectors=self.taste_vectors[rows],
            feature_means=self.feature_means[rows],
            artist_offsets=offsets,
            artist_ids=self.artist_ids[entries],
            artist_weights=self.artist_weights[entries],
        )


def _offsets(lengths: Int64Array) -> Int64Array:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
