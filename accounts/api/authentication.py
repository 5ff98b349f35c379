"""Token authentication: ``Authorization: Token <token>``."""

from django.utils import timezone
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts.api.tokens import note_use
from accounts.models import ApiToken, User


class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]
    """Knox's tokens; a header that is not text is a wrong token, not a server error."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        """Return the token's user and row, or raise ``AuthenticationFailed``."""
        if not token.isascii():
            raise AuthenticationFailed(_("Invalid token."))
        user, row = super().authenticate_credentials(token)
        note_use(row, timezone.now())
        return user, row
