"""What can go wrong between this site and Spotify, told apart by what to do next.

No message holds a token, a code or what Spotify answered word for word.
"""

from datetime import datetime


class SpotifyError(Exception):
    """Spotify did not give what it was asked for; the subclass says what to do about it."""


class SpotifyConsentNeeded(SpotifyError):  # noqa: N818 - the name says what it is
    """The permission is gone or too small: only the listener can give it again."""


class SpotifyAway(SpotifyError):  # noqa: N818 - the name says what it is
    """No sensible answer: try again later. ``retry_after_s`` is None where nobody says when."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class SpotifyBlocked(SpotifyAway):
    """Too many calls: nobody may make one before ``until``."""

    def __init__(self, until: datetime) -> None:
        super().__init__("Spotify may not be called now.")
        self.until = until


class SpotifyAccountRefused(SpotifyError):  # noqa: N818 - the name says what it is
    """The app may not read this account: it is not on the list in the app's dashboard."""


class SpotifyAppRefused(SpotifyError):  # noqa: N818 - the name says what it is
    """Spotify refuses the app itself: its keys, or its owner's subscription."""
