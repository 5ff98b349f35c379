"""Who was among a listener's most similar users before, so that somebody new is noticed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Webhook


class SimilarUserWatch(models.Model):
    """A webhook that is told of new similar users, and when to look for them next.

    Until ``known_at`` is set there was no profile to compare: then whoever is found is no news.
    """

    webhook = models.OneToOneField(
        Webhook,
        models.CASCADE,
        primary_key=True,
        related_name="similar_user_watch",
        verbose_name=_("webhook"),
    )
    due_at = models.DateTimeField(_("due at"), db_index=True)
    known_at = models.DateTimeField(_("known at"), null=True)

    class Meta:
        """Names."""

        verbose_name = _("watch for similar users")
        verbose_name_plural = _("watches for similar users")

    def __str__(self) -> str:
        return str(self.webhook_id)


class KnownSimilarUser(models.Model):
    """Somebody of whom a webhook need not be told any more."""

    watch = models.ForeignKey(
        SimilarUserWatch, models.CASCADE, related_name="known", verbose_name=_("watch")
    )
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("listener"))

    class Meta:
        """Names, and each once."""

        verbose_name = _("known similar user")
        verbose_name_plural = _("known similar users")
        constraints = [
            models.UniqueConstraint(fields=["watch", "user"], name="a_known_similar_user_once")
        ]

    def __str__(self) -> str:
        return f"{self.watch_id}: {self.user_id}"
