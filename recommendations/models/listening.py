"""What listeners listen to, each row with its provenance, and what of it says nothing of them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.models.catalogue import Artist, Track


class Source(models.TextChoices):
    """Where a row of listening came from."""

    FILE = "file", _("imported file")
    DEMO = "demo", _("made up for the demo")
    SPOTIFY = "spotify", _("Spotify")
    LISTENBRAINZ = "listenbrainz", _("ListenBrainz")
    LASTFM = "lastfm", _("Last.fm")
    SPOTIFY_EXPORT = "spotify_export", _("Spotify data download")
    EXPORTIFY = "exportify", _("Exportify file")
    OWN_EXPORT = "own_export", _("export of this site")


class TimeRange(models.TextChoices):
    """The span that a top list covers, in Spotify's terms."""

    SHORT_TERM = "short_term", _("last 4 weeks")
    MEDIUM_TERM = "medium_term", _("last 6 months")
    LONG_TERM = "long_term", _("a year or more")


class TopListEntry(models.Model):
    """What a top track and a top artist have in common; rank 1 is the most played.

    What an export of this site brought is a list for each source that the export names.
    """

    source = models.CharField(_("source"), max_length=20, choices=Source.choices)
    exported_source = models.CharField(
        _("source before the export"),
        max_length=20,
        choices=Source.choices,
        blank=True,
        default="",
        help_text=_("Where the list came from before an export of this site brought it here."),
    )
    time_range = models.CharField(_("time range"), max_length=12, choices=TimeRange.choices)
    rank = models.PositiveIntegerField(_("rank"))
    stored_at = models.DateTimeField(_("stored at"), auto_now=True)

    class Meta:
        """Shared fields only, no table."""

        abstract = True

    @property
    def original_source(self) -> str:
        """Return the source, of what an export brought the one that it names."""
        return self.exported_source or self.source


class TopTrack(TopListEntry):
    """One of a listener's most played tracks."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="top_tracks",
        verbose_name=_("listener"),
    )
    track = models.ForeignKey(Track, models.CASCADE, related_name="top_of", verbose_name=_("track"))

    class Meta:
        """A list names each track once and gives each rank once."""

        verbose_name = _("top track")
        verbose_name_plural = _("top tracks")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "source", "exported_source", "time_range", "rank"],
                name="one_top_track_per_rank",
            ),
            models.UniqueConstraint(
                fields=["user", "source", "exported_source", "time_range", "track"],
                name="a_top_track_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} #{self.rank}: {self.track_id}"


class TopArtist(TopListEntry):
    """One of a listener's most played artists, with plays where the source counts them."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="top_artists",
        verbose_name=_("listener"),
    )
    artist = models.ForeignKey(
        Artist, models.CASCADE, related_name="top_of", verbose_name=_("artist")
    )
    play_count = models.PositiveIntegerField(_("plays"), null=True)

    class Meta:
        """A list names each artist once and gives each rank once."""

        verbose_name = _("top artist")
        verbose_name_plural = _("top artists")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "source", "exported_source", "time_range", "rank"],
                name="one_top_artist_per_rank",
            ),
            models.UniqueConstraint(
                fields=["user", "source", "exported_source", "time_range", "artist"],
                name="a_top_artist_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} #{self.rank}: {self.artist_id}"


class Exclusion(models.Model):
    """An artist or a track that a listener leaves out of their taste.

    It counts for nothing in their profile, and others do not see it among what they listen to. An
    artist goes with the tracks on which they are named first.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="exclusions",
        verbose_name=_("listener"),
    )
    artist = models.ForeignKey(
        Artist, models.CASCADE, null=True, related_name="exclusions", verbose_name=_("artist")
    )
    track = models.ForeignKey(
        Track, models.CASCADE, null=True, related_name="exclusions", verbose_name=_("track")
    )
    excluded_at = models.DateTimeField(_("left out at"), auto_now_add=True)

    class Meta:
        """Each artist and each track once, and never both in one row."""

        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        constraints = [
            models.UniqueConstraint(fields=["user", "artist"], name="an_excluded_artist_once"),
            models.UniqueConstraint(fields=["user", "track"], name="an_excluded_track_once"),
            models.CheckConstraint(
                condition=models.Q(artist__isnull=True) ^ models.Q(track__isnull=True),
                name="either_an_artist_or_a_track_is_excluded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.artist_id or self.track_id}"
