"""What every source of listening gives; what can go wrong is in ``service_errors``.

Part of step 2 of the data's way. Sources know neither the database nor each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from recommendations.service_errors import (
    AccountNotAllowed,
    AppNotAllowed,
    ConsentNeeded,
    QuotaExceeded,
    RateLimited,
    ServiceAway,
    ServiceError,
    TokenRefused,
    UnknownListener,
)

__all__ = [
    "AccountNotAllowed",
    "AppNotAllowed",
    "ConsentNeeded",
    "ListenedArtist",
    "ListenedTrack",
    "PlayedArtist",
    "QuotaExceeded",
    "RateLimited",
    "ServiceAway",
    "ServiceError",
    "TokenRefused",
    "TopLists",
    "UnknownListener",
]


@dataclass(frozen=True, slots=True)
class ListenedArtist:
    """An artist as a source names them; the id is Spotify's, None where it is not known."""

    name: str
    spotify_id: str | None = None


@dataclass(frozen=True, slots=True)
class ListenedTrack:
    """A track as a source names it; None and empty texts are unknown."""

    name: str
    artists: tuple[ListenedArtist, ...]
    spotify_id: str | None = None
    album_name: str = ""
    isrc: str = ""
    duration_ms: int | None = None
    explicit: bool | None = None
    play_count: int | None = None


@dataclass(frozen=True, slots=True)
class PlayedArtist:
    """An artist in a list of top artists, with plays where the source counts them."""

    artist: ListenedArtist
    play_count: int | None = None


@dataclass(frozen=True, slots=True)
class TopLists:
    """A listener's most played tracks and artists of one time range, best first."""

    tracks: Sequence[ListenedTrack] = field(default=())
    artists: Sequence[PlayedArtist] = field(default=())
