"""Whom a listener shows themselves to or hides from, apart from being discoverable."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class UnseenListener(models.Model):
    """A listener whom another does not want to see; if blocked, neither sees the other.

    Nobody but ``user`` learns of the row.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="unseen_listeners",
        verbose_name=_("listener"),
    )
    unseen = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="unseen_by",
        verbose_name=_("whom they do not see"),
    )
    is_blocked = models.BooleanField(_("blocked"), default=False)
    hidden_at = models.DateTimeField(_("hidden at"), auto_now_add=True)

    class Meta:
        """A listener hides another once."""

        verbose_name = _("unseen listener")
        verbose_name_plural = _("unseen listeners")
        constraints = [
            models.UniqueConstraint(fields=["user", "unseen"], name="one_hiding_per_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.unseen_id} by {self.user_id}"


class CompareLink(models.Model):
    """A link by which whoever has it compares themselves with its maker.

    The token is kept as it is, so that its maker can copy the link again: what it opens stands in
    this database too, and who could read the one here could read the other.
    """

    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="compare_links",
        verbose_name=_("listener"),
    )
    name = models.CharField(_("name"), max_length=60)
    token = models.CharField(_("token"), max_length=43, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True)

    class Meta:
        """Names."""

        verbose_name = _("comparison link")
        verbose_name_plural = _("comparison links")

    def __str__(self) -> str:
        return f"{self.pk} of {self.maker_id}"


class Card(models.Model):
    """A public page with a picture of its maker and of another listener, both discoverable.

    The token is kept as it is, as that of a link: the page is public. ``language`` is what the
    picture is written in.
    """

    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="cards",
        verbose_name=_("listener"),
    )
    sibling = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="cards_of_others",
        verbose_name=_("with whom"),
    )
    token = models.CharField(_("token"), max_length=43, unique=True, editable=False)
    language = models.CharField(_("language"), max_length=10)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        """A listener makes one card with another."""

        verbose_name = _("card")
        verbose_name_plural = _("cards")
        constraints = [
            models.UniqueConstraint(fields=["maker", "sibling"], name="one_card_per_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} of {self.maker_id} and {self.sibling_id}"
