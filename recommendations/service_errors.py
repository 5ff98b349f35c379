"""What can go wrong while a service is asked, told apart by what to do next.

Sources of listening and providers of audio features raise these, services act on them.
"""


class ServiceError(Exception):
    """A service did not give what it was asked for; the subclass says what to do about it."""


class ServiceAway(ServiceError):  # noqa: N818 - the name says what it is
    """The service does not answer, or not sensibly: ask again later."""


class TokenRefused(ServiceAway):
    """A token that should be good is not taken, which happens by mistake: ask again later."""


class RateLimited(ServiceError):  # noqa: N818 - the name says what it is
    """Too many requests. ``retry_after_s`` is None where the service does not say how long."""

    def __init__(self, message: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class QuotaExceeded(RateLimited):
    """The developer account's quota is used up: nobody's listening can be read for now."""


class ConsentNeeded(ServiceError):  # noqa: N818 - the name says what it is
    """The permission is gone or too small: only the listener can give it again."""


class AccountNotAllowed(ServiceError):  # noqa: N818 - the name says what it is
    """The app may not read this account: it is not on the list in the service's dashboard."""


class AppNotAllowed(ServiceError):  # noqa: N818 - the name says what it is
    """The service refuses the app itself: its owner or its key is not accepted."""


class UnknownListener(ServiceError):  # noqa: N818 - the name says what it is
    """The service knows nobody of this name, or does not show what they listen to."""
