"""Why a sync failed or waits, in one place: a code for programs and a sentence for people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.spotify_errors import (
    SpotifyAccountRefused,
    SpotifyAppRefused,
    SpotifyAway,
    SpotifyConsentNeeded,
    SpotifyError,
)
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


class SwitchedOff(ServiceError):  # noqa: N818 - the name says what it is
    """The people who run the site do not want the service to be read."""


class SyncError(TextChoices):
    """What can be wrong; the labels are completed with the name of the ``service``."""

    RATE_LIMITED = (
        "rate_limited",
        _("%(service)s asks this site to slow down. It goes on by itself; nothing is lost."),
    )
    QUOTA_EXCEEDED = (
        "quota_exceeded",
        _(
            "This site has asked %(service)s as often as it may for now. It goes on by itself "
            "later; nothing is lost."
        ),
    )
    AWAY = (
        "away",
        _(
            "%(service)s does not answer as it should. What was read before is kept; this site "
            "tries again by itself."
        ),
    )
    TOKEN_REFUSED = (
        "token_refused",
        _(
            "%(service)s does not accept this site's access to your account just now, which mostly "
            "passes. What was read before is kept. If it lasts for days, connect the account again."
        ),
    )
    CONSENT_NEEDED = (
        "consent_needed",
        _(
            "This site may not read your account at %(service)s any more. What was read before is "
            "kept for four days. Connect the account again to go on."
        ),
    )
    ACCOUNT_NOT_ALLOWED = (
        "account_not_allowed",
        _(
            "%(service)s lets this site read only accounts that its operators have entered in "
            "%(service)s' dashboard, and yours is not among them. Ask them to add it, then read "
            "again."
        ),
    )
    APP_NOT_ALLOWED = (
        "app_not_allowed",
        _(
            "%(service)s refuses this site itself. You cannot mend that; the people who run it "
            "can. What was read before is kept."
        ),
    )
    UNKNOWN_LISTENER = (
        "unknown_listener",
        _(
            "%(service)s knows nobody of the name you gave, or does not show what they listen to. "
            "Check the name there and that your listening is public. What was read before is kept."
        ),
    )
    SWITCHED_OFF = (
        "switched_off",
        _("The people who run this site have switched %(service)s off. What was read is kept."),
    )
    NOTHING_THERE = (
        "nothing_there",
        _(
            "%(service)s has no top lists of yours yet. They come after some weeks of listening; "
            "this site looks every day. What was read before is kept."
        ),
    )
    GAVE_UP = (
        "gave_up",
        _(
            "Something went wrong on this site while it read your listening. What was read before "
            "is kept, and it tries again by itself."
        ),
    )


# The first that fits counts.
_CODES: tuple[tuple[type[Exception], SyncError], ...] = (
    (QuotaExceeded, SyncError.QUOTA_EXCEEDED),
    (RateLimited, SyncError.RATE_LIMITED),
    (TokenRefused, SyncError.TOKEN_REFUSED),
    (ServiceAway, SyncError.AWAY),
    (ConsentNeeded, SyncError.CONSENT_NEEDED),
    (AccountNotAllowed, SyncError.ACCOUNT_NOT_ALLOWED),
    (AppNotAllowed, SyncError.APP_NOT_ALLOWED),
    (UnknownListener, SyncError.UNKNOWN_LISTENER),
    (SwitchedOff, SyncError.SWITCHED_OFF),
)


def find_code(error: ServiceError) -> SyncError:
    """Return the code of what a service raised."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), SyncError.AWAY)


def translate_spotify_error(error: SpotifyError) -> ServiceError:
    """Return what ``accounts`` raised as what sources raise."""
    match error:
        case SpotifyConsentNeeded():
            return ConsentNeeded(str(error))
        case SpotifyAppRefused():
            return AppNotAllowed(str(error))
        case SpotifyAccountRefused():
            return AccountNotAllowed(str(error))
        case SpotifyAway(retry_after_s=float() | int() as wait_s):
            return RateLimited(str(error), retry_after_s=wait_s)
    return ServiceAway(str(error))


def word_error(code: str, service_name: str) -> str:
    """Return the sentence for a code, empty for an empty one."""
    return str(SyncError(code).label) % {"service": service_name} if code else ""
