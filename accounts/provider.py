"""Spotify as allauth's provider: this module's name is where allauth looks for it.

allauth brings one of its own, which asks for the e-mail address and knows people by an id that can
change; https://docs.allauth.org/en/latest/socialaccount/provider_configuration.html
"""

from typing import Any

from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.base import AuthProcess, ProviderAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.conf import settings
from django.http import HttpRequest

from accounts.consent import PLAYLIST_SCOPE, WANTED_SCOPES, may_make_playlists
from accounts.linking import find_account_id
from accounts.models import MusicAccount, User
from accounts.redirect_address import build_redirect_address
from accounts.spotify import SpotifyProfile, fetch_profile
from accounts.spotify_tokens import exchange_code


class SpotifyOAuth2Adapter(OAuth2Adapter):  # type: ignore[misc] # allauth is untyped
    """Exchanges a code and finds out whose it is; what it got stays on this object alone.

    Its methods raise ``SpotifyError``.
    """

    provider_id = "spotify"

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.granted: dict[str, Any] = {}
        self.profile: SpotifyProfile | None = None
        self.login: SocialLogin | None = None

    @property
    def authorize_url(self) -> str:
        """The address of the consent page."""
        return f"{settings.SPOTIFY_ACCOUNTS_URL}/authorize"

    @property
    def access_token_url(self) -> str:
        """The address of the token endpoint."""
        return f"{settings.SPOTIFY_ACCOUNTS_URL}/api/token"

    def get_callback_url(self, request: HttpRequest, app: object) -> str:  # noqa: ARG002
        """Return the address that Spotify sends browsers back to."""
        return build_redirect_address(request)

    def get_access_token_data(
        self,
        request: HttpRequest,
        app: object,  # noqa: ARG002
        client: OAuth2Client,
        pkce_code_verifier: str | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        """Exchange the code that the browser brought."""
        self.granted = exchange_code(request.GET["code"], client.callback_url)
        return self.granted

    def parse_token(self, data: dict[str, Any]) -> SocialToken:  # noqa: ARG002
        """Return an empty one: what allauth holds may end up in a session."""
        return SocialToken()

    def complete_login(
        self,
        request: HttpRequest,
        app: object,  # noqa: ARG002
        token: SocialToken,  # noqa: ARG002
        **_options: object,
    ) -> SocialLogin:
        """Ask Spotify who gave the permission."""
        self.profile = fetch_profile(self.granted["access_token"])
        known_by = {
            "account_id": find_account_id(self.profile),
            "display_name": self.profile.display_name,
        }
        self.login = self.get_provider().sociallogin_from_response(request, known_by)
        return self.login


def asks_for_playlists(request: HttpRequest) -> bool:
    """Return whether the permission asked for is to cover private playlists.

    It is for who wants one made, and for who permitted it before: a new permission takes the
    place of the old one.
    """
    if not isinstance(request.user, User):
        return False
    held = MusicAccount.objects.filter(user=request.user, service=MusicAccount.Service.SPOTIFY)
    return request.GET.get("playlists") == "yes" or any(map(may_make_playlists, held))


class SpotifyProvider(OAuth2Provider):  # type: ignore[misc] # allauth is untyped
    """Asks for what the site reads, and for playlists where one is wanted, by a page always shown.

    Always, because a permission is six months old from the moment it was given, and because
    somebody else may have been using the browser.
    """

    id = "spotify"
    name = "Spotify"
    account_class = ProviderAccount
    oauth2_adapter_class = SpotifyOAuth2Adapter

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Return how to begin; no address can ask for another scope or process."""
        scopes = WANTED_SCOPES | ({PLAYLIST_SCOPE} if asks_for_playlists(request) else set())
        process = AuthProcess.CONNECT if request.user.is_authenticated else AuthProcess.LOGIN
        return {
            **super().get_redirect_from_request_kwargs(request),
            "process": process,
            "scope": sorted(scopes),
            "auth_params": {"show_dialog": "true"},
        }

    def extract_uid(self, data: dict[str, str]) -> str:
        """Return what the account is known by."""
        return data["account_id"]

    def extract_extra_data(self, data: dict[str, str]) -> dict[str, str]:  # noqa: ARG002
        """Keep nothing: neither name nor picture is needed again."""
        return {}

    def extract_common_fields(self, data: dict[str, str]) -> dict[str, str]:
        """Return what a new account's user name is made from."""
        return {"name": data["display_name"]}


provider_classes = [SpotifyProvider]
