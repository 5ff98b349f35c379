"""How often one may ask. The rates are those of the settings; None never throttles.

DRF's own throttles read the rates once at start-up; these read them for each request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle, UserRateThrottle

if TYPE_CHECKING:
    # rest_framework.views imports this module: it is a default throttle.
    from rest_framework.views import APIView


class _RateFromSettings(SimpleRateThrottle):
    def get_rate(self) -> str | None:
        rate: object = api_settings.DEFAULT_THROTTLE_RATES[str(self.scope)]
        return rate if isinstance(rate, str) else None


class AnonymousThrottle(_RateFromSettings, AnonRateThrottle):
    """Requests without a user, per network address."""


class UserThrottle(_RateFromSettings, UserRateThrottle):
    """Requests of one user."""

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """Return the user's key, or None for anonymous requests, which have their own rate."""
        if not request.user.is_authenticated:
            return None
        return super().get_cache_key(request, view)


class _AskerThrottle(_RateFromSettings):
    """Per user or, when anonymous, per network address."""

    def get_cache_key(self, request: Request, view: APIView) -> str:  # noqa: ARG002
        """Return the asker's key."""
        user = request.user
        ident = user.pk if user and user.is_authenticated else self.get_ident(request)
        return str(self.cache_format % {"scope": self.scope, "ident": ident})


class PasswordThrottle(_AskerThrottle):
    """Requests that carry a password."""

    scope = "password"


class SearchThrottle(_AskerThrottle):
    """Searches by name, on pages and over the API."""

    scope = "search"


class TokenThrottle(UserThrottle):
    """Personal tokens that one user makes, on pages and over the API."""

    scope = "token"


class CompareThrottle(UserThrottle):
    """Comparisons that one user asks for, on pages and over the API."""

    scope = "compare"


class UploadThrottle(UserThrottle):
    """Uploads of one user."""

    scope = "upload"


class ExportThrottle(UserThrottle):
    """Exports of all that the site keeps of one user."""

    scope = "export"


def forget_requests(user_id: int) -> None:
    """Forget how often a user has asked."""
    made = SimpleRateThrottle.cache_format
    scopes = api_settings.DEFAULT_THROTTLE_RATES
    SimpleRateThrottle.cache.delete_many(
        [made % {"scope": scope, "ident": user_id} for scope in scopes]
    )
