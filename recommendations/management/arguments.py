"""What commands take as arguments."""

from argparse import ArgumentTypeError

from django.core.management.base import CommandError

from accounts.models import User


def positive_integer(text: str) -> int:
    """Return a whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number of at least 1.")
    return int(text)


def load_listeners(usernames: list[str]) -> list[User]:
    """Return the listeners of these names; raises ``CommandError`` when there is one unknown."""
    listeners = {user.username: user for user in User.objects.filter(username__in=usernames)}
    unknown = [name for name in usernames if name not in listeners]
    if unknown:
        raise CommandError(f"There is no listener named {', '.join(map(repr, unknown))}.")
    return list(listeners.values())
