"""The listener's account, the accounts at music services linked to it, and tokens of the API."""

from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken


class User(AbstractUser):  # type: ignore[django-manager-missing] # knox has no types
    """A listener: signed up, imported from a file, or made up for the demo."""

    class Origin(models.TextChoices):
        """How the account came to be; imports may only write to accounts that imports made."""

        SIGN_UP = "sign_up", _("signed up")
        IMPORT = "import", _("imported from a file")
        DEMO = "demo", _("made up for the demo")

    origin = models.CharField(
        _("origin"), max_length=10, choices=Origin.choices, default=Origin.SIGN_UP
    )
    is_discoverable = models.BooleanField(
        _("discoverable"),
        default=False,
        help_text=_("Other listeners may see this listener, their top artists and their tracks."),
    )

    class Meta(AbstractUser.Meta):
        """No changes to the table; the class keeps Django's own names."""

        swappable = "AUTH_USER_MODEL"


class MusicAccount(models.Model):
    """An account at a music service that the listener has linked.

    ``account_id`` is what the service knows it by for ever: Spotify's ``account_id``, the name at
    the others. The token is encrypted by ``accounts/tokens.py``; it is empty when the service needs
    none, or when it is dead and the listener has to connect again. ``consent_lost_at`` says since
    when it has been of no use; ``token_claimed_until`` that one process is refreshing it.
    """

    class Service(models.TextChoices):
        """Where listening is read from over the network."""

        SPOTIFY = "spotify", "Spotify"
        LISTENBRAINZ = "listenbrainz", "ListenBrainz"
        LASTFM = "lastfm", "Last.fm"

    user = models.ForeignKey(
        User, models.CASCADE, related_name="music_accounts", verbose_name=_("listener")
    )
    service = models.CharField(_("service"), max_length=20, choices=Service.choices)
    account_id = models.CharField(_("id at the service"), max_length=200)
    name = models.CharField(_("name at the service"), max_length=200, blank=True)
    is_verified = models.BooleanField(_("ownership proven"), default=False)
    scopes = models.CharField(_("scopes"), max_length=500, blank=True)
    encrypted_token = models.TextField(_("token, encrypted"), blank=True, editable=False)
    authorized_at = models.DateTimeField(_("authorised at"), null=True)
    consent_lost_at = models.DateTimeField(_("permission lost at"), null=True)
    token_claimed_until = models.DateTimeField(null=True, editable=False)
    linked_at = models.DateTimeField(_("linked at"), auto_now_add=True)

    class Meta:
        """A listener has one account per service, and a proven account one listener."""

        verbose_name = _("music account")
        verbose_name_plural = _("music accounts")
        constraints = [
            models.UniqueConstraint(fields=["user", "service"], name="one_account_per_service"),
            models.UniqueConstraint(
                fields=["service", "account_id"],
                condition=models.Q(is_verified=True),
                name="one_listener_per_proven_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.service}"


class ApiToken(AbstractAuthToken):  # type: ignore[misc]
    """A token of the API, of which only the hash is kept.

    One with a ``name`` was made by its owner for a program; one without, by signing in.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True)

    class Meta:
        """Names."""

        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.name}"
