"""Why a playlist at Spotify waits or was not made: a code for programs, a sentence for people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PlaylistError(TextChoices):
    """Why a playlist waits or was not made."""

    LATER = "later", _("Spotify asks this site to slow down. It goes on by itself.")
    AWAY = "away", _("Spotify does not answer as it should. This site tries again by itself.")
    CONSENT_NEEDED = (
        "consent_needed",
        _("Spotify's permission to make playlists for you is gone or was not given. Ask for it."),
    )
    NOT_ALLOWED = (
        "not_allowed",
        _(
            "Spotify does not let this site make a playlist in your account. Only the people who "
            "run this site can mend that."
        ),
    )
    UNSURE = (
        "unsure",
        _(
            "Spotify did not say whether it did what it was asked for. Look there before you try "
            "again, or there may be two."
        ),
    )
    GAVE_UP = "gave_up", _("Spotify did not answer for long. Nothing was made; try again later.")


def word_playlist_error(code: str) -> str:
    """Return the sentence for a code, empty for an empty one."""
    return str(PlaylistError(code).label) if code else ""
