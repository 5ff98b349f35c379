"""A playlist for the signed-in listener and somebody whom they may see, or whose link they have."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.api.throttles import CompareThrottle
from accounts.models import User
from accounts.music_services import Service, is_on
from recommendations.services.compare_links import follow_friends_link
from recommendations.services.listeners import ListenerNotVisible
from recommendations.services.playlist_files import FORMATS, write_lines, write_playlist
from recommendations.services.shared_playlist import (
    SharedPlaylist,
    build_shared_playlist,
    load_partner,
)
from recommendations.services.similar_users import NotEnoughListening
from recommendations.views.signed_in import SignedInRequest
from recommendations.views.throttle import refuse_too_often


@login_required
@require_safe
def shared_playlist(request: SignedInRequest, user_id: int) -> HttpResponse:
    """Show the playlist, and the ways to take it along."""
    context = {
        "playlist": build_playlist_or_404(request, user_id),
        "files": {
            extension: reverse("recommendations:shared_playlist_file", args=[user_id, extension])
            for extension in FORMATS
        },
        "back": reverse("recommendations:listener", args=[user_id]),
        "at_spotify": reverse("recommendations:make_spotify_playlist", args=[user_id]),
    }
    return _show(request, context)


@login_required
@never_cache
@require_safe
def shared_playlist_file(request: SignedInRequest, user_id: int, extension: str) -> HttpResponse:
    """Answer the playlist as a file."""
    return _answer_file(build_playlist_or_404(request, user_id), extension)


@login_required
@never_cache
@require_safe
def friends_playlist(request: SignedInRequest, token: str) -> HttpResponse:
    """Show a playlist with whoever made the link, discoverable or not."""
    refusal = refuse_too_often(request, [CompareThrottle])
    if refusal is not None:
        return refusal
    context = {
        "playlist": build_with_friend_or_404(request, token),
        "files": {
            extension: reverse("recommendations:friends_playlist_file", args=[token, extension])
            for extension in FORMATS
        },
        "back": reverse("recommendations:compare_by_link", args=[token]),
        "at_spotify": reverse("recommendations:make_friends_spotify_playlist", args=[token]),
    }
    return _show(request, context)


@login_required
@never_cache
@require_safe
def friends_playlist_file(request: SignedInRequest, token: str, extension: str) -> HttpResponse:
    """Answer that playlist as a file."""
    refusal = refuse_too_often(request, [CompareThrottle])
    if refusal is not None:
        return refusal
    return _answer_file(build_with_friend_or_404(request, token), extension)


def build_playlist_or_404(request: SignedInRequest, user_id: int) -> SharedPlaylist:
    """Raise ``Http404`` for whom the viewer may not see, and where there is nothing to build."""
    try:
        partner = load_partner(request.user, user_id)
    except ListenerNotVisible as error:
        raise Http404(_("There is no such listener to see.")) from error
    return _build_or_404(request, partner)


def build_with_friend_or_404(request: SignedInRequest, token: str) -> SharedPlaylist:
    """Raise ``Http404`` for a link that is none or one's own, and without anything to build."""
    try:
        friend = follow_friends_link(request.user, token, timezone.now())
    except ListenerNotVisible as error:
        raise Http404(_("There is no such link.")) from error
    return _build_or_404(request, friend)


def _build_or_404(request: SignedInRequest, partner: User) -> SharedPlaylist:
    try:
        return build_shared_playlist(request.user, partner)
    except NotEnoughListening as error:
        raise Http404(_("There is no playlist yet: one of you has no taste profile.")) from error


def _show(request: SignedInRequest, context: dict[str, Any]) -> HttpResponse:
    context["lines"] = write_lines(context["playlist"])
    context["has_spotify"] = is_on(Service.SPOTIFY)
    return render(request, "recommendations/shared_playlist.html", context)


def _answer_file(playlist: SharedPlaylist, extension: str) -> HttpResponse:
    if extension not in FORMATS:
        raise Http404(_("There is no such kind of playlist."))
    file = write_playlist(playlist, extension)
    response = HttpResponse(file.content, content_type=f"{file.media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
