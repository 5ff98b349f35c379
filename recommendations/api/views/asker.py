"""Who asks."""

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from accounts.models import User


def asker(request: Request) -> User:
    """Return the user of a request; raise ``NotAuthenticated`` when nobody is signed in."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
