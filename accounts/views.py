"""Signing in with Spotify, and connecting it: the page before, and the way back."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accounts.linking import NotLinked, link_spotify
from accounts.music_services import Service, is_on
from accounts.provider import SpotifyOAuth2Adapter
from accounts.redirect_address import find_other_host
from accounts.social_adapter import say_taken, turn_back
from accounts.spotify import require_open_queue
from accounts.spotify_errors import (
    SpotifyAccountRefused,
    SpotifyAppRefused,
    SpotifyBlocked,
    SpotifyConsentNeeded,
    SpotifyError,
)

View = Callable[[HttpRequest], HttpResponse]


class SpotifyCallbackView(OAuth2CallbackView):  # type: ignore[misc] # allauth is untyped
    """allauth's, which then keeps the token where this site keeps tokens."""

    adapter: SpotifyOAuth2Adapter

    def dispatch(
        self, request: HttpRequest, *_arguments: object, **_options: object
    ) -> HttpResponse:
        """Sign in or connect by the code that the browser brought, or say why not."""
        try:
            response: HttpResponse = super().dispatch(request)
            self._link(request)
        except SpotifyError as error:
            return turn_back(request, say_why(error))
        except (IntegrityError, NotLinked):
            return turn_back(request, say_taken())
        return response

    def _link(self, request: HttpRequest) -> None:
        login, profile, user = self.adapter.login, self.adapter.profile, request.user
        if login is None or profile is None or not user.is_authenticated:
            return
        # Whoever was turned back, or may not sign in, is not linked.
        if login.account.pk is None or login.account.user_id != user.pk:
            return
        account_id, token = login.account.uid, self.adapter.granted
        link_spotify(user, account_id, profile.name_id, token, timezone.now())
        messages.success(request, _("Spotify is connected."))


def say_why(error: SpotifyError) -> str:
    """Return in plain words what went wrong at Spotify, what was kept and what to do."""
    match error:
        case SpotifyConsentNeeded():
            return _("Spotify did not accept the sign-in. Nothing was changed; please try again.")
        case SpotifyAccountRefused():
            return _(
                "Spotify does not let this site read your account: its app is open to few people, "
                "and you are not entered there. Ask the people who run this site. Nothing was "
                "changed."
            )
        case SpotifyAppRefused():
            return _(
                "Spotify refuses this site's app. Only the people who run this site can mend that. "
                "Nothing was changed."
            )
        case SpotifyBlocked(until=until):
            # To the next minute, since seconds are not shown.
            time = date_format(localtime(until + timedelta(seconds=59)), "DATETIME_FORMAT")
            return _(
                "Spotify asks this site to wait, so nobody can sign in with it before %(time)s. "
                "Nothing was changed."
            ) % {"time": time}
    return _("Spotify does not answer just now. Nothing was changed; try again in a while.")


def _where_spotify_is_on(view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if not is_on(Service.SPOTIFY):
            raise Http404(_("This site has no Spotify."))
        return view(request)

    return answer


@require_safe
def password_reset(request: HttpRequest) -> HttpResponse:
    """Say that the site cannot send a new password, whoever asks."""
    return render(request, "account/password_reset.html")


@_where_spotify_is_on
@never_cache
@require_http_methods(["GET", "POST"])
def spotify_login(request: HttpRequest) -> HttpResponse:
    """Say what Spotify will be asked for, then lead there."""
    elsewhere = find_other_host(request)
    if elsewhere is not None:
        return redirect(elsewhere)
    if request.method == "POST":
        try:
            require_open_queue()
        except SpotifyBlocked as error:
            return turn_back(request, say_why(error))
    return _begin(request)


@_where_spotify_is_on
@never_cache
@require_GET
def spotify_callback(request: HttpRequest) -> HttpResponse:
    """Take a browser that comes back from Spotify."""
    return _complete(request)


_begin: View = OAuth2LoginView.adapter_view(SpotifyOAuth2Adapter)
_complete: View = SpotifyCallbackView.adapter_view(SpotifyOAuth2Adapter)
