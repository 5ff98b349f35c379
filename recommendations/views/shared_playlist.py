"""A playlist for the signed-in listener and somebody whom they may see."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.music_services import Service, is_on
from recommendations.services.listeners import ListenerNotVisible
from recommendations.services.playlist_files import FORMATS, write_lines, write_playlist
from recommendations.services.shared_playlist import (
    SharedPlaylist,
    build_shared_playlist,
    load_partner,
)
from recommendations.services.similar_users import NotEnoughListening
from recommendations.views.signed_in import SignedInRequest


@login_required
@require_safe
def shared_playlist(request: SignedInRequest, user_id: int) -> HttpResponse:
    """Show the playlist, and the ways to take it along."""
    playlist = build_playlist_or_404(request, user_id)
    context = {
        "playlist": playlist,
        "lines": write_lines(playlist),
        "formats": FORMATS,
        "has_spotify": is_on(Service.SPOTIFY),
    }
    return render(request, "recommendations/shared_playlist.html", context)


@login_required
@never_cache
@require_safe
def shared_playlist_file(request: SignedInRequest, user_id: int, extension: str) -> HttpResponse:
    """Answer the playlist as a file."""
    if extension not in FORMATS:
        raise Http404(_("There is no such kind of playlist."))
    file = write_playlist(build_playlist_or_404(request, user_id), extension)
    response = HttpResponse(file.content, content_type=f"{file.media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


def build_playlist_or_404(request: SignedInRequest, user_id: int) -> SharedPlaylist:
    """Raise ``Http404`` for whom the viewer may not see, and where there is nothing to build."""
    try:
        return build_shared_playlist(request.user, load_partner(request.user, user_id))
    except ListenerNotVisible as error:
        raise Http404(_("There is no such listener to see.")) from error
    except NotEnoughListening as error:
        raise Http404(_("There is no playlist yet: one of you has no taste profile.")) from error
