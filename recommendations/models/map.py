"""The map of tracks and listeners, as one run over the population drew it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.models.catalogue import Track
from recommendations.models.taste import TasteSpace


class SoundMap(models.Model):
    """The one map; a new run replaces it with all places on it.

    ``revision`` is the last profile revision that the run saw. ``spread`` (9,), ``points`` (n, 9)
    and ``positions`` (n, 2) are little-endian float32: what newcomers are placed by.
    """

    space = models.ForeignKey(TasteSpace, models.SET_NULL, null=True, verbose_name=_("taste space"))
    revision = models.BigIntegerField(_("revision"))
    spread = models.BinaryField(_("spread of listeners"))
    points = models.BinaryField(_("points"))
    positions = models.BinaryField(_("positions"))
    computed_at = models.DateTimeField(_("computed at"), auto_now_add=True)

    class Meta:
        """Names."""

        verbose_name = _("map")
        verbose_name_plural = _("maps")

    def __str__(self) -> str:
        return str(self.computed_at)


class Place(models.Model):
    """A position on the map; near to each other is what sounds alike."""

    x = models.FloatField(_("x"))
    y = models.FloatField(_("y"))

    class Meta:
        """Shared fields only, no table."""

        abstract = True


class TrackPlace(Place):
    """A track's place; ``listener_count`` counts those who were discoverable at the run."""

    sound_map = models.ForeignKey(
        SoundMap, models.CASCADE, related_name="track_places", verbose_name=_("map")
    )
    track = models.ForeignKey(Track, models.CASCADE, related_name="places", verbose_name=_("track"))
    listener_count = models.PositiveIntegerField(_("listeners"))

    class Meta:
        """Names, each track once, and the order of the page: the most heard first."""

        verbose_name = _("place of a track")
        verbose_name_plural = _("places of tracks")
        constraints = [
            models.UniqueConstraint(fields=["sound_map", "track"], name="one_place_per_track")
        ]
        indexes = [models.Index(fields=["sound_map", "-listener_count"], name="most_heard_first")]

    def __str__(self) -> str:
        return f"{self.track_id} ({self.x:.1f}, {self.y:.1f})"


class ListenerPlace(Place):
    """A listener's place, discoverable or not."""

    sound_map = models.ForeignKey(
        SoundMap, models.CASCADE, related_name="listener_places", verbose_name=_("map")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="places",
        verbose_name=_("listener"),
    )

    class Meta:
        """Names, and each listener once."""

        verbose_name = _("place of a listener")
        verbose_name_plural = _("places of listeners")
        constraints = [
            models.UniqueConstraint(fields=["sound_map", "user"], name="one_place_per_listener")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} ({self.x:.1f}, {self.y:.1f})"
