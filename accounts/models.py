"""The listener's account, music accounts linked to it, tokens of the API, and webhooks."""

from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from accounts.sharing import Card, CompareLink, UnseenListener

__all__ = [
    "ApiToken",
    "Card",
    "CompareLink",
    "MusicAccount",
    "UnseenListener",
    "User",
    "Webhook",
    "WebhookDelivery",
]


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

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own signature
        """Save; a new password, whoever set it, ends all tokens as it ends all sessions."""
        # Django sets it aside until it is saved, but not when it only hashes it more slowly.
        is_set = self._password is not None  # type: ignore[attr-defined] # not in its types
        if self._state.adding or not is_set:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            super().save(*args, **kwargs)
            ApiToken.objects.filter(user=self).delete()


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


class Webhook(models.Model):
    """An address that is told of some events of its owner's account.

    ``failing_since`` is the first try in vain since the last that was not; ``quiet_until`` keeps
    all deliveries waiting meanwhile. One that is disabled without it was disabled by its owner.
    """

    class Event(models.TextChoices):
        """What there is to be told of."""

        SYNC_FINISHED = "sync_finished", _("A connected account was read, or that failed.")
        NEW_SIMILAR_USER = "new_similar_user", _("Somebody is new among your most similar users.")

    user = models.ForeignKey(
        User, models.CASCADE, related_name="webhooks", verbose_name=_("listener")
    )
    url = models.CharField(_("address"), max_length=500)
    events = models.JSONField(_("events"), default=list)
    encrypted_secret = models.TextField(_("secret, encrypted"), editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    failures = models.PositiveSmallIntegerField(_("tries in vain in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    quiet_until = models.DateTimeField(_("quiet until"), null=True)
    disabled_at = models.DateTimeField(_("disabled at"), null=True)

    class Meta:
        """Names."""

        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.pk}"


class WebhookDelivery(models.Model):
    """What a webhook is, was or could not be told: the outbox, written together with the event.

    ``about`` is another listener whom the body names, so that it goes with them.
    """

    class State(models.TextChoices):
        """Whether it has arrived."""

        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("failed")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(
        Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    about = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="+", verbose_name=_("about")
    )
    event = models.CharField(_("event"), max_length=30, choices=Webhook.Event.choices)
    body = models.TextField(_("body"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try at"))
    status = models.PositiveSmallIntegerField(_("last answer"), null=True)
    error = models.CharField(_("error"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        """Names, and what is due."""

        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        indexes = [models.Index(fields=["state", "next_try_at"], name="webhook_delivery_due")]

    def __str__(self) -> str:
        return f"{self.webhook_id}: {self.state}"
