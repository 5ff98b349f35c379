"""Tokens of one user: made at sign-in, deleted at sign-out."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed, Throttled

from accounts.models import User

# Chosen by us: enough for every device of a person. Knox reads all of a user's tokens at each
# request, so their number has to have a bound.
TOKENS_PER_USER = 20


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token; the database keeps only its hash, so it is shown once."""

    token: str
    expiry: datetime


def check_password(request: HttpRequest, *, login: str, password: str) -> User:
    """Return the active user with this user name or e-mail address and this password.

    Wrong attempts count together with those on the sign-in page. Raises ``AuthenticationFailed``,
    with one message whatever was wrong, and ``Throttled`` after too many wrong attempts.
    """
    adapter = get_adapter(request)
    try:
        user = adapter.authenticate(request, username=login, password=password)
    except ValidationError as error:
        raise Throttled from error
    if not isinstance(user, User) or not user.is_active:
        raise AuthenticationFailed(_("This user name or e-mail address and password do not match."))
    return user


@transaction.atomic
def issue_token(user: User) -> IssuedToken:
    """Make a token; beyond the bound, the user's oldest tokens stop working."""
    row, token = AuthToken.objects.create(user=user)
    newest = AuthToken.objects.filter(user=user).order_by("-created").values("pk")
    AuthToken.objects.filter(user=user).exclude(pk__in=newest[:TOKENS_PER_USER]).delete()
    return IssuedToken(token=token, expiry=row.expiry)
