"""How allauth signs in with music services on this site."""

import re
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.utils import user_username
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.music_services import Service, is_on

_LONGEST_USERNAME = 150
# Room for the digits that tell namesakes apart.
_LONGEST_SUGGESTION = _LONGEST_USERNAME - 10


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # it is untyped
    """allauth's ways, with the one app that the settings name, and plain words."""

    def list_apps(
        self,
        request: HttpRequest | None,  # noqa: ARG002
        provider: str | None = None,
        client_id: str | None = None,
    ) -> list[SocialApp]:
        """Return Spotify's app; what stands in allauth's table of apps does not count."""
        is_asked = provider in {None, "spotify"} and client_id in {None, settings.SPOTIFY_CLIENT_ID}
        if not is_asked or not is_on(Service.SPOTIFY):
            return []
        return [
            SocialApp(
                provider="spotify",
                name="Spotify",
                client_id=settings.SPOTIFY_CLIENT_ID,
                secret=settings.SPOTIFY_CLIENT_SECRET,
            )
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Link to who is signed in, where that is possible; otherwise say why not."""
        if not request.user.is_authenticated:
            return
        # Whoever signed in between the two requests wants no second account.
        sociallogin.state["process"] = AuthProcess.CONNECT
        if sociallogin.is_existing and sociallogin.user != request.user:
            raise ImmediateHttpResponse(turn_back(request, say_taken()))
        others = SocialAccount.objects.filter(user=request.user, provider=Service.SPOTIFY)
        if others.exclude(uid=sociallogin.account.uid).exists():
            text = _(
                "You have another Spotify account connected. Disconnect that one first; nothing "
                "was changed."
            )
            raise ImmediateHttpResponse(turn_back(request, text))

    def populate_user(
        self,
        request: HttpRequest,
        sociallogin: SocialLogin,
        data: dict[str, Any],
    ) -> User:
        """Suggest a user name; nothing else of a new account comes from the service."""
        user: User = sociallogin.user
        user_username(user, suggest_username(request, str(data.get("name") or "")))
        return user

    @transaction.atomic
    def save_user(
        self, request: HttpRequest, sociallogin: SocialLogin, form: object = None
    ) -> User:
        """Save the new account with its link, or neither."""
        user: User = super().save_user(request, sociallogin, form)
        return user

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: object,  # noqa: ARG002
        error: str = AuthError.UNKNOWN,
        exception: Exception | None = None,  # noqa: ARG002
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Lead back with one sentence."""
        if error == AuthError.CANCELLED:
            text = _("You did not give the permission at Spotify. Nothing was changed.")
        elif extra_context and "state_id" in extra_context:
            text = _(
                "Spotify's answer does not belong to anything that you began here in the last ten "
                "minutes. Nothing was changed; please try again."
            )
        else:
            text = _("Spotify did not give the permission. Nothing was changed; please try again.")
        raise ImmediateHttpResponse(turn_back(request, text))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: object) -> str:  # noqa: ARG002
        """Return where one is led after connecting."""
        return reverse("recommendations:connections")


def turn_back(request: HttpRequest, text: str) -> HttpResponse:
    """Lead to the page where the way to Spotify begins, with a sentence."""
    messages.error(request, text)
    is_signed_in = request.user.is_authenticated
    return redirect("recommendations:connections" if is_signed_in else "account_login")


def say_taken() -> str:
    """Return what is said of an account that is somebody else's."""
    return _(
        "This Spotify account is connected to another account on this site. Nothing was changed."
    )


def suggest_username(request: HttpRequest, display_name: str) -> str:
    """Return a user name that is free, as near to the display name as user names can be."""
    adapter = get_account_adapter(request)
    name = User.normalize_username(display_name).strip()
    # Without "@": a user name must not look like somebody's e-mail address.
    name = re.sub(r"[^\w.+-]", "", re.sub(r"\s+", "_", name))[:_LONGEST_SUGGESTION]
    try:
        return str(adapter.clean_username(name))
    except ValidationError:
        return str(adapter.generate_unique_username([name, "listener"]))
