"""Artists, tracks and their audio features."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.models.name_keys import NameKeyField


class Artist(models.Model):
    """An artist, known by Spotify's id or, until that is known, by the normalised name alone."""

    name = models.CharField(_("name"), max_length=500)
    name_key = models.CharField(
        _("normalised name"), max_length=500, db_index=True, help_text=_("The name to match by.")
    )
    spotify_id = models.CharField(_("Spotify id"), max_length=40, null=True, unique=True)

    class Meta:
        """Names and the rule that a name without an id stands for one artist."""

        verbose_name = _("artist")
        verbose_name_plural = _("artists")
        constraints = [
            models.UniqueConstraint(
                fields=["name_key"],
                condition=models.Q(spotify_id__isnull=True),
                name="one_artist_per_name_without_id",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Track(models.Model):
    """A track and what is known about it apart from its sound. Null means unknown.

    Until ``is_name_proven`` a listener's file alone says what the Spotify id stands for.
    """

    spotify_id = models.CharField(_("Spotify id"), max_length=40, null=True, unique=True)
    name = models.CharField(_("name"), max_length=500)
    name_key = NameKeyField(
        _("normalised name"), max_length=500, editable=False, help_text=_("The name to search by.")
    )
    is_name_proven = models.BooleanField(
        _("name is proven"),
        default=False,
        help_text=_("By Spotify or by an imported catalogue, not by a listener's file alone."),
    )
    artists = models.ManyToManyField(
        Artist, through="TrackArtist", related_name="tracks", verbose_name=_("artists")
    )
    album_name = models.CharField(_("album"), max_length=500, blank=True)
    isrc = models.CharField(_("ISRC"), max_length=15, blank=True)
    duration_ms = models.PositiveIntegerField(_("duration in ms"), null=True)
    popularity = models.PositiveSmallIntegerField(_("popularity, 0 to 100"), null=True)
    explicit = models.BooleanField(_("explicit"), null=True)

    class Meta:
        """Names, and the index of the search by name."""

        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        indexes = [
            # A search by name is answered out of this index alone, in the order of popularity.
            # Only the classes of operators named here let PostgreSQL look for beginnings by it.
            models.Index(
                fields=["name_key", "popularity"],
                name="track_name_key_and_popularity",
                opclasses=["varchar_pattern_ops", "int2_ops"],
            )
        ]

    def __str__(self) -> str:
        return self.name


class TrackArtist(models.Model):
    """One artist's credit on one track; position 0 is the first-named artist."""

    track = models.ForeignKey(
        Track, models.CASCADE, related_name="credits", verbose_name=_("track")
    )
    artist = models.ForeignKey(
        Artist, models.CASCADE, related_name="credits", verbose_name=_("artist")
    )
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        """A track's credits in their order, each artist once."""

        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        ordering = ["track", "position"]
        constraints = [
            models.UniqueConstraint(fields=["track", "artist"], name="one_credit_per_artist"),
        ]

    def __str__(self) -> str:
        return f"{self.track_id}: {self.artist_id}"


class AudioFeatures(models.Model):
    """How a track sounds. Null means unknown; ranges are in ``taste/schema.py``."""

    class Provider(models.TextChoices):
        """Who measured the features."""

        CATALOGUE_FILE = "catalogue_file", _("catalogue file")
        SYNTHETIC = "synthetic", _("synthetic, made up for the demo")
        RECCOBEATS = "reccobeats", _("ReccoBeats")
        SPOTIFY = "spotify", _("Spotify")

    track = models.OneToOneField(
        Track,
        models.CASCADE,
        primary_key=True,
        related_name="audio_features",
        verbose_name=_("track"),
    )
    provider = models.CharField(_("provider"), max_length=20, choices=Provider.choices)
    described_at = models.DateTimeField(_("described at"), auto_now=True)
    danceability = models.FloatField(_("danceability"), null=True)
    energy = models.FloatField(_("energy"), null=True)
    key = models.SmallIntegerField(_("key"), null=True)
    loudness_db = models.FloatField(_("loudness in dB"), null=True)
    mode = models.SmallIntegerField(_("mode"), null=True)
    speechiness = models.FloatField(_("speechiness"), null=True)
    acousticness = models.FloatField(_("acousticness"), null=True)
    instrumentalness = models.FloatField(_("instrumentalness"), null=True)
    liveness = models.FloatField(_("liveness"), null=True)
    valence = models.FloatField(_("valence"), null=True)
    tempo_bpm = models.FloatField(_("tempo in bpm"), null=True)
    time_signature = models.SmallIntegerField(_("time signature"), null=True)

    class Meta:
        """Names."""

        verbose_name = _("audio features")
        verbose_name_plural = _("audio features")

    def __str__(self) -> str:
        return str(self.track_id)
