"""Profiles in columns: step 5 of the data's way leaves them, step 6 takes them.

A profile is what the rankings compare. Many of them are kept as columns, since a million small
objects would cost more than their numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float32Array = npt.NDArray[np.float32]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]

META_VECTOR_SIZE = 14
TASTE_VECTOR_SIZE = 41
FEATURE_MEANS_SIZE = 9


@dataclass(frozen=True, eq=False, slots=True)
class Profile:
    """One listener's taste.

    ``meta_vector`` is (14,) float32, the ``seed`` ranking's mean of raw features, zero when no
    track has all features. ``taste_vector`` is (41,) float32, the ``hybrid`` ranking's dense
    part: sqrt(0.10) t then sqrt(0.03) s, each zero where it is missing. ``feature_means`` is (9,)
    float32, the flat mean in the units of the sound, NaN when no track has features.
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
