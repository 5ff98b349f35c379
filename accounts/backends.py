"""Signing in by user name or e-mail address."""

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest

# The longest e-mail address: RFC 5321 4.5.3.1.3 allows a path of 256 with its brackets.
MAX_LOGIN_LENGTH = 254


class AuthenticationBackend(AllauthBackend):  # type: ignore[misc] # it is untyped
    """allauth's, but a login that is too long is nobody's: databases refuse to look for it."""

    def authenticate(
        self, request: HttpRequest | None, **credentials: str
    ) -> AbstractBaseUser | None:
        """Return the user whom the credentials fit, or None."""
        logins = (credentials.get("username"), credentials.get("email"))
        if any(login is not None and len(login) > MAX_LOGIN_LENGTH for login in logins):
            return None
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return user
