"""Tokens of one user: made at sign-in or under a name for a program, and revoked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed, Throttled

from accounts.models import ApiToken, User
from accounts.too_often import FAILED_RETRY_AFTER_S

# Chosen by us: enough for every device and program of a person. Knox reads all of a user's tokens
# at each request, so their number has to have a bound.
TOKENS_PER_USER = 20
PERSONAL_TOKENS_PER_USER = 20
# Chosen by us: a token that nobody looks after any more ends at last after a year.
MAX_DAYS = 366
DEFAULT_DAYS = 90
# Chosen by us: fine enough to see what is in use, and few writes.
_NOTED_EVERY = timedelta(minutes=1)


class TooManyTokens(Exception):  # noqa: N818 - the name says what it is
    """The user has as many personal tokens as one may have."""


class TokenNotFound(Exception):  # noqa: N818 - named for what is told to whoever asks
    """There is no such token, or it is somebody else's; the two look the same."""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token with its row, which has only its hash: the token is shown once."""

    token: str
    row: ApiToken


def check_password(request: HttpRequest, *, login: str, password: str) -> User:
    """Return the active user with this user name or e-mail address and this password.

    Wrong attempts count together with those on the sign-in page. Raises ``AuthenticationFailed``,
    with one message whatever was wrong, and ``Throttled`` after too many wrong attempts.
    """
    adapter = get_adapter(request)
    try:
        user = adapter.authenticate(request, username=login, password=password)
    except ValidationError as error:
        raise Throttled(wait=FAILED_RETRY_AFTER_S) from error
    if not isinstance(user, User) or not user.is_active:
        raise AuthenticationFailed(_("This user name or e-mail address and password do not match."))
    return user


@transaction.atomic
def issue_token(user: User) -> IssuedToken:
    """Make a token for who signed in; beyond the bound, the oldest of these stop working."""
    row, token = ApiToken.objects.create(user=user)
    signed_in = ApiToken.objects.filter(user=user, name="")
    newest = signed_in.order_by("-created").values("pk")[:TOKENS_PER_USER]
    signed_in.exclude(pk__in=newest).delete()
    return IssuedToken(token, row)


@transaction.atomic
def issue_personal_token(user: User, name: str, days: int) -> IssuedToken:
    """Make a token of this name that ends after so many days. Raises ``TooManyTokens``."""
    # Locked: two that are made at once are counted both.
    list(User.objects.select_for_update().filter(pk=user.pk))
    personal = load_tokens(user).exclude(name="")
    if personal.count() >= PERSONAL_TOKENS_PER_USER:
        raise TooManyTokens
    row, token = ApiToken.objects.create(user=user, name=name, expiry=timedelta(days=days))
    return IssuedToken(token, row)


def load_tokens(user: User) -> "QuerySet[ApiToken]":
    """Return a user's tokens that still work, the newest first."""
    tokens = ApiToken.objects.filter(user=user, expiry__gt=timezone.now())
    working: QuerySet[ApiToken] = tokens.order_by("-created", "-public_id")
    return working


def revoke_token(user: User, public_id: UUID) -> ApiToken:
    """End a user's token at once, and return what it was. Raises ``TokenNotFound``."""
    token = load_tokens(user).filter(public_id=public_id).first()
    if token is None:
        raise TokenNotFound(public_id)
    ApiToken.objects.filter(public_id=public_id).delete()
    return token


def revoke_all_tokens(user: User) -> None:
    """End all of a user's tokens at once."""
    ApiToken.objects.filter(user=user).delete()


def note_use(token: ApiToken, now: datetime) -> None:
    """Note that a token is in use, at most once a minute."""
    if token.last_used_at is None or token.last_used_at <= now - _NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
