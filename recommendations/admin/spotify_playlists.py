"""Playlists that are made at Spotify: to be looked at."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from recommendations.admin.base import ReadOnlyAdmin
from recommendations.models import SpotifyPlaylist


@admin.register(SpotifyPlaylist)
class SpotifyPlaylistAdmin(ReadOnlyAdmin[SpotifyPlaylist]):
    """How far each is; its tracks are the listener's business."""

    list_display = ("account", "name", "state", "error", "failures", "asked_at")
    list_select_related = ("account",)
    list_filter = ("state", "error")
    search_fields = ("account__user__username__exact",)
    search_help_text = _("A whole user name.")
    ordering = ("-pk",)
    fields = (*list_display, "next_call_at", "playlist_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SpotifyPlaylist]:
        """Leave what is not shown in the database."""
        return super().get_queryset(request).defer("track_ids")
