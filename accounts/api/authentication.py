"""Token authentication: ``Authorization: Token <token>``."""

from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import User


class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]
    """Knox's tokens; a header that is not text is a wrong token, not a server error."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        """Return the token's user and row, or raise ``AuthenticationFailed``."""
        if not token.isascii():
            raise AuthenticationFailed(_("Invalid token."))
        user, row = super().authenticate_credentials(token)
        return user, row
