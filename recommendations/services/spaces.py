"""The taste space in use, and how it is exchanged for a new one."""

from dataclasses import dataclass

from recommendations.taste.space import Space


@dataclass(frozen=True, slots=True)
class SpaceChange:
    """What a new space was fitted on and what it changed."""

    listener_count: int
    track_count: int
    artist_count: int
    profile_count: int


def load_active_space() -> tuple[int, Space]:
    """Return the id and the figures of the space that profiles are compared in."""
    raise NotImplementedError


def fit_taste_space() -> SpaceChange:
    """Fit a new space on this site's listeners and catalogue, and switch to it."""
    raise NotImplementedError
