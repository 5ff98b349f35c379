"""Signing in by user name or e-mail address."""

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from allauth.account.internal.userkit import filter_users_by_email, get_user_by_username
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest

from accounts.models import User

# The longest e-mail address: RFC 5321 4.5.3.1.3 allows a path of 256 with its brackets.
MAX_LOGIN_LENGTH = 254


class AuthenticationBackend(AllauthBackend):  # type: ignore[misc] # it is untyped
    """allauth's, which takes as long for whoever is not here as for a wrong password.

    Whoever it is, the same queries are made and one password is hashed, slowly.
    """

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - Django passes it
        **credentials: str,
    ) -> AbstractBaseUser | None:
        """Return the user whom the credentials fit, or None."""
        login = credentials.get("username") or credentials.get("email") or ""
        password = credentials.get("password") or ""
        # Databases refuse to look for a login that is too long: it is nobody's.
        if not login or not password or len(login) > MAX_LOGIN_LENGTH:
            return None
        user = _find_user(login)
        if user is None:
            User().set_password(password)
            return None
        found: AbstractBaseUser | None = self._check_password(user, password)
        return found


def _find_user(login: str) -> AbstractBaseUser | None:
    """Return whose login it is; an address that several have is nobody's."""
    named: AbstractBaseUser | None = get_user_by_username(login)
    if "@" not in login:
        return named
    owners: list[AbstractBaseUser] = filter_users_by_email(login, for_login=True)
    return owners[0] if len(owners) == 1 else named
