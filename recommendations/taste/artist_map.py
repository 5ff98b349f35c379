"""The taste map: artists that are listened to together lie near to each other."""

from dataclasses import dataclass

from recommendations.taste.profiles import Float32Array, Int32Array


@dataclass(frozen=True, eq=False, slots=True)
class ArtistMap:
    """Where m artists lie, and the mean listener.

    ``artist_ids`` (m,) int32 is ascending and distinct, ``positions`` (m, 32) float32 of unit
    length, ``centre`` (32,) float32 the mean of the listeners' unit vectors. No artists: no map.
    """

    artist_ids: Int32Array
    positions: Float32Array
    centre: Float32Array

    def __len__(self) -> int:
        return len(self.artist_ids)
