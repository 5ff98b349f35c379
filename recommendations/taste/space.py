"""The figures that turn listening into comparable profiles, and how they are kept."""

from dataclasses import dataclass
from typing import Self

from recommendations.taste.artist_map import ArtistMap
from recommendations.taste.artists import ArtistFrequencies
from recommendations.taste.percents import PercentTable
from recommendations.taste.sound import SoundFigures


@dataclass(frozen=True, eq=False, slots=True)
class Space:
    """Everything a profile depends on besides the listener's own listening.

    ``listener_count`` and ``track_count`` are those it was measured on. Profiles compare only
    within one space.
    """

    origin: str
    listener_count: int
    track_count: int
    sound: SoundFigures
    frequencies: ArtistFrequencies
    artist_map: ArtistMap
    seed_percents: PercentTable
    hybrid_percents: PercentTable

    @property
    def artist_count(self) -> int:
        """How many artists were counted."""
        return len(self.frequencies.artist_ids)

    @property
    def has_map(self) -> bool:
        """Whether there is a map of artists."""
        return len(self.artist_map) > 0

    def to_bytes(self) -> bytes:
        """Return the space as a compressed npz archive, without pickles."""
        raise NotImplementedError

    @classmethod
    def from_bytes(cls, archive: bytes) -> Self:
        """Return the space that ``to_bytes`` wrote.

        Raises ``ValueError`` when the bytes are something else.
        """
        raise NotImplementedError


def default_space() -> Space:
    """Return the shipped space: sound figures and percents of real listeners, no artists."""
    raise NotImplementedError
