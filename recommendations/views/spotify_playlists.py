"""Having a shared playlist made at Spotify, and seeing how far that is."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.api.throttles import CompareThrottle
from accounts.music_services import Service, is_on
from recommendations.models import SpotifyPlaylist
from recommendations.services.playlist_errors import word_playlist_error
from recommendations.services.shared_playlist import SharedPlaylist
from recommendations.services.spotify_playlists import (
    NothingAtSpotify,
    PlaylistConsentNeeded,
    PlaylistNotFound,
    TooManyPlaylists,
    load_playlist,
    start_playlist,
)
from recommendations.tasks import enqueue_playlist
from recommendations.views.shared_playlist import (
    build_playlist_or_404,
    build_with_friend_or_404,
)
from recommendations.views.signed_in import SignedInRequest
from recommendations.views.throttle import refuse_too_often


@login_required
@require_POST
def make_spotify_playlist(request: SignedInRequest, user_id: int) -> HttpResponse:
    """Have the playlist with this listener made; without a permission for that, ask for it."""
    _require_spotify()
    page = reverse("recommendations:shared_playlist", args=[user_id])
    return _make(request, build_playlist_or_404(request, user_id), page)


@login_required
@require_POST
def make_friends_spotify_playlist(request: SignedInRequest, token: str) -> HttpResponse:
    """Have the playlist with whoever made the link made in the same way."""
    _require_spotify()
    refusal = refuse_too_often(request, [CompareThrottle])
    if refusal is not None:
        return refusal
    page = reverse("recommendations:friends_playlist", args=[token])
    return _make(request, build_with_friend_or_404(request, token), page)


def _require_spotify() -> None:
    if not is_on(Service.SPOTIFY):
        raise Http404(_("This site has no Spotify."))


def _make(request: SignedInRequest, shared: SharedPlaylist, page: str) -> HttpResponse:
    """Have it made and lead to how far it is, or back to its page."""
    try:
        made = start_playlist(shared, timezone.now())
    except PlaylistConsentNeeded:
        query = urlencode({"playlists": "yes", "next": page})
        return redirect(f"{reverse('spotify_login')}?{query}")
    except NothingAtSpotify:
        text = _(
            "Spotify's ids are known of none of these tracks, so that it cannot make the list."
        )
        messages.error(request, text)
        return redirect(page)
    except TooManyPlaylists:
        messages.error(request, _("You had many playlists made today. Come again tomorrow."))
        return redirect(page)
    enqueue_playlist(made.pk)
    return redirect("recommendations:spotify_playlist", made.pk)


@login_required
@never_cache
@require_safe
def spotify_playlist(request: SignedInRequest, playlist_id: int) -> HttpResponse:
    """Show how far it is; for htmx, that part alone."""
    try:
        playlist = load_playlist(request.user, playlist_id)
    except PlaylistNotFound as error:
        raise Http404(_("There is no such playlist.")) from error
    state = SpotifyPlaylist.State(playlist.state)
    context = {
        "playlist": playlist,
        "is_unfinished": state in {SpotifyPlaylist.State.WAITING, SpotifyPlaylist.State.CALLING},
        "error": word_playlist_error(playlist.error),
    }
    part = "_" if "HX-Request" in request.headers else ""
    return render(request, f"recommendations/{part}spotify_playlist.html", context)
