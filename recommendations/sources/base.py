"""What every source of listening gives, and what can go wrong while it is asked.

Part of step 2 of the data's way. Sources know neither the database nor each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field


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


class SourceError(Exception):
    """A service did not give what it was asked for; the subclass says what to do about it."""


class ServiceAway(SourceError):  # noqa: N818 - the name says what it is
    """The service does not answer, or not sensibly: ask again later."""


class RateLimited(SourceError):  # noqa: N818 - the name says what it is
    """Too many requests. ``retry_after_s`` is None where the service does not say how long."""

    def __init__(self, message: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class QuotaExceeded(RateLimited):
    """The developer account's quota is used up: nobody's listening can be read for now."""


class ConsentNeeded(SourceError):  # noqa: N818 - the name says what it is
    """The permission is gone or too small: only the listener can give it again."""


class AccountNotAllowed(SourceError):  # noqa: N818 - the name says what it is
    """The app may not read this account: it is not on the list in the service's dashboard."""


class AppNotAllowed(SourceError):  # noqa: N818 - the name says what it is
    """The service refuses the app itself: its owner or its key is not accepted."""


class UnknownListener(SourceError):  # noqa: N818 - the name says what it is
    """The service knows nobody of this name, or does not show what they listen to."""
