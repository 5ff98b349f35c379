"""Playlists that are made at a music service for a listener."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import MusicAccount


class SpotifyPlaylist(models.Model):
    """A playlist to be made at Spotify, by two calls, each of which is made once.

    ``playlist_id`` is Spotify's, empty until the first call was answered. While a call is under
    way the state is ``calling``: a process that dies in it leaves that, and nobody can tell
    whether the call was made. ``error`` is a code that the page words.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting")
        CALLING = "calling", _("at work")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    account = models.ForeignKey(
        MusicAccount, models.CASCADE, related_name="playlists", verbose_name=_("music account")
    )
    name = models.CharField(_("name"), max_length=100)
    track_ids = models.JSONField(_("Spotify ids of the tracks"), default=list)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    playlist_id = models.CharField(_("Spotify id"), max_length=40, blank=True)
    error = models.CharField(_("error"), max_length=40, blank=True)
    failures = models.PositiveSmallIntegerField(_("calls in vain in a row"), default=0)
    next_call_at = models.DateTimeField(_("next call at"))
    asked_at = models.DateTimeField(_("asked at"))

    class Meta:
        """Names, and the index of what is to be done."""

        verbose_name = _("playlist at Spotify")
        verbose_name_plural = _("playlists at Spotify")
        indexes = [models.Index(fields=["state", "next_call_at"], name="spotify_playlist_due")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.name}"
