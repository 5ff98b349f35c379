"""Clusters of listeners and tracks, as one run over the population found them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.models.catalogue import Track
from recommendations.models.taste import TasteSpace


class Clustering(models.Model):
    """The clusters of one kind; a new run replaces it with all that belongs to it.

    ``revision`` is the last profile revision that the run saw. ``centres`` are (k, d) little-endian
    float32: of the whitened sound, or of positions on the map.
    """

    class Kind(models.TextChoices):
        """What lies together, and by what."""

        SOUND = "sound", _("listeners by sound")
        MAP = "map", _("listeners by their place on the map")
        TRACKS = "tracks", _("tracks by sound")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, unique=True)
    # A new space makes new clusters soon; until then the old ones are shown.
    space = models.ForeignKey(TasteSpace, models.SET_NULL, null=True, verbose_name=_("taste space"))
    revision = models.BigIntegerField(_("revision"))
    silhouette = models.FloatField(_("silhouette"))
    centres = models.BinaryField(_("centres"))
    computed_at = models.DateTimeField(_("computed at"), auto_now_add=True)

    class Meta:
        """Names."""

        verbose_name = _("clustering")
        verbose_name_plural = _("clusterings")

    def __str__(self) -> str:
        return self.get_kind_display()


class Cluster(models.Model):
    """One cluster, and what sets it apart; number 1 had the most discoverable members.

    ``artist_ids`` and ``features`` (name and deviations above the average, or below) stand most
    distinctive first. They are those of members who were discoverable when they were computed.
    """

    clustering = models.ForeignKey(
        Clustering, models.CASCADE, related_name="clusters", verbose_name=_("clustering")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    artist_ids = models.JSONField(_("artists"), default=list)
    features = models.JSONField(_("features"), default=list)

    class Meta:
        """Names, and the order of the numbers."""

        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")
        ordering = ["clustering", "number"]
        constraints = [
            models.UniqueConstraint(fields=["clustering", "number"], name="one_cluster_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.clustering_id}: {self.number}"


class ClusterListener(models.Model):
    """A listener in a cluster, discoverable or not."""

    cluster = models.ForeignKey(
        Cluster, models.CASCADE, related_name="listeners", verbose_name=_("cluster")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="cluster_places",
        verbose_name=_("listener"),
    )

    class Meta:
        """Names, and each listener once."""

        verbose_name = _("listener in a cluster")
        verbose_name_plural = _("listeners in clusters")
        constraints = [
            models.UniqueConstraint(fields=["cluster", "user"], name="a_listener_once_a_cluster")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.cluster_id}"


class ClusterTrack(models.Model):
    """A track in a cluster."""

    cluster = models.ForeignKey(
        Cluster, models.CASCADE, related_name="tracks", verbose_name=_("cluster")
    )
    track = models.ForeignKey(
        Track, models.CASCADE, related_name="cluster_places", verbose_name=_("track")
    )

    class Meta:
        """Names, and each track once."""

        verbose_name = _("track in a cluster")
        verbose_name_plural = _("tracks in clusters")
        constraints = [
            models.UniqueConstraint(fields=["cluster", "track"], name="a_track_once_a_cluster")
        ]

    def __str__(self) -> str:
        return f"{self.track_id} in {self.cluster_id}"
