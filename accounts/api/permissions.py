"""What a token may do."""

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import ApiToken


class SignedInToChange(BasePermission):
    """For what outlives a token: who has nothing but a personal token may look and not change.

    So a token that got into wrong hands makes no others, and once it is revoked, it is over.
    """

    message = _("A personal token may not do this. Sign in with your password.")

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF passes it
        """Tell whether the request only reads, or comes from somebody who signed in."""
        is_personal = isinstance(request.auth, ApiToken) and bool(request.auth.name)
        return request.method in SAFE_METHODS or not is_personal
