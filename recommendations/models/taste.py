"""Taste spaces, the profiles computed in them, and what the indexes have to catch up with."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TasteSpace(models.Model):
    """The figures that turn listening into comparable profiles; exactly one is active."""

    class Status(models.TextChoices):
        """A space is pending while profiles are computed in it, then active."""

        PENDING = "pending", _("pending")
        ACTIVE = "active", _("active")

    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    origin = models.CharField(_("origin"), max_length=200)
    fitted_at = models.DateTimeField(_("fitted at"), auto_now_add=True)
    listener_count = models.PositiveIntegerField(_("listeners"))
    track_count = models.PositiveIntegerField(_("tracks"))
    artist_count = models.PositiveIntegerField(_("artists"))
    arrays = models.BinaryField(_("arrays"), help_text=_("Written by taste.space.Space.to_bytes."))

    class Meta:
        """Names and the rule that one space is active."""

        verbose_name = _("taste space")
        verbose_name_plural = _("taste spaces")
        constraints = [models.UniqueConstraint(fields=["status"], name="one_space_per_status")]

    def __str__(self) -> str:
        return f"{self.pk} ({self.get_status_display()})"


class TasteProfile(models.Model):
    """A listener's meta vector, taste vector and artist weights in one space.

    The binary fields are little-endian arrays; ``taste/profiles.py`` gives their shapes.
    A listener without any usable listening has no row.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="taste_profiles",
        verbose_name=_("listener"),
    )
    space = models.ForeignKey(
        TasteSpace, models.CASCADE, related_name="profiles", verbose_name=_("taste space")
    )
    meta_vector = models.BinaryField(_("meta vector"))
    taste_vector = models.BinaryField(_("taste vector"))
    feature_means = models.BinaryField(_("feature means"))
    artist_ids = models.BinaryField(_("artists"))
    artist_weights = models.BinaryField(_("artist weights"))
    track_count = models.PositiveIntegerField(_("tracks"))
    described_track_count = models.PositiveIntegerField(_("tracks with audio features"))
    artist_count = models.PositiveIntegerField(_("artists counted"))
    computed_at = models.DateTimeField(_("computed at"), auto_now=True)

    class Meta:
        """One profile per listener and space."""

        verbose_name = _("taste profile")
        verbose_name_plural = _("taste profiles")
        constraints = [
            models.UniqueConstraint(fields=["space", "user"], name="one_profile_per_space"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in space {self.space_id}"


class ProfileChange(models.Model):
    """The revision of the latest change to what the indexes should hold of one listener.

    There is no foreign key: the row outlives a deleted account, so that every index learns of
    the removal. It then holds nothing but a number.
    """

    user_id = models.BigIntegerField(_("user id"), primary_key=True)
    revision = models.BigIntegerField(_("revision"), unique=True)

    class Meta:
        """Names."""

        verbose_name = _("profile change")
        verbose_name_plural = _("profile changes")

    def __str__(self) -> str:
        return f"{self.user_id} at {self.revision}"


class TrackChange(models.Model):
    """The revision of the latest change to what the index of the catalogue holds of one track.

    Without a foreign key, as with ``ProfileChange``: the row outlives the track.
    """

    track_id = models.BigIntegerField(_("track id"), primary_key=True)
    revision = models.BigIntegerField(_("revision"), unique=True)

    class Meta:
        """Names."""

        verbose_name = _("track change")
        verbose_name_plural = _("track changes")

    def __str__(self) -> str:
        return f"{self.track_id} at {self.revision}"


class ArtistChange(models.Model):
    """The same of one artist; tracks and artists share their revisions."""

    artist_id = models.BigIntegerField(_("artist id"), primary_key=True)
    revision = models.BigIntegerField(_("revision"), unique=True)

    class Meta:
        """Names."""

        verbose_name = _("artist change")
        verbose_name_plural = _("artist changes")

    def __str__(self) -> str:
        return f"{self.artist_id} at {self.revision}"


class RevisionCounter(models.Model):
    """The last revision given out; whoever gives out the next ones locks the row.

    There is a row for profiles and one for the catalogue: see ``services/revisions.py``.

    So revisions are committed in their order, and who has read up to one has missed none before.
    """

    last_revision = models.BigIntegerField(_("last revision"), default=0)

    class Meta:
        """Names."""

        verbose_name = _("revision counter")
        verbose_name_plural = _("revision counters")

    def __str__(self) -> str:
        return str(self.last_revision)


class StaleProfile(models.Model):
    """A listener whose profile no longer matches their listening and waits to be recomputed."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, verbose_name=_("listener")
    )
    since = models.DateTimeField(_("since"))

    class Meta:
        """Names."""

        verbose_name = _("stale profile")
        verbose_name_plural = _("stale profiles")

    def __str__(self) -> str:
        return str(self.user_id)


class RankingEvaluation(models.Model):
    """How well a ranking tells this site's listeners apart, as it was measured last."""

    ranking = models.CharField(_("ranking"), max_length=10, primary_key=True)
    # A number only: the measurement outlives the space.
    space_id = models.BigIntegerField(_("taste space"))
    hit_rate = models.FloatField(_("split-half hit rate, 0 to 1"))
    chance = models.FloatField(_("the same by chance"))
    listener_count = models.PositiveIntegerField(_("listeners"))
    measured_at = models.DateTimeField(_("measured at"))

    class Meta:
        """Names."""

        verbose_name = _("ranking evaluation")
        verbose_name_plural = _("ranking evaluations")

    def __str__(self) -> str:
        return f"{self.ranking}: {self.hit_rate:.3f}"
