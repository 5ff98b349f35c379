"""The first administrator and the demo listener's password, made on the first start."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from accounts.models import User

ADMIN_USERNAME = "admin"
# An imported listener may have the usual name; nobody with both is expected.
OTHER_ADMIN_USERNAME = "administrator"
# 72 random bits, chosen by us: beyond guessing, short enough to type.
_PASSWORD_BYTES = 9


@dataclass(frozen=True, slots=True)
class Login:
    """A way in; the password is None if it was not made here."""

    username: str
    password: str | None


def prepare_logins(file: Path, demo_username: str) -> list[Login]:
    """Open the administrator's and the demo listener's accounts, once, and return their logins.

    Passwords are kept in the file, which only its owner can read. They reach the file before
    the accounts, so that a start that is cut off leaves no account with a lost password.
    Accounts that have a password already are left alone, and where there is any administrator
    none is made; without demo listeners there is no demo login.
    """
    demo = User.objects.filter(username=demo_username, origin=User.Origin.DEMO).first()
    admin = User.objects.filter(is_superuser=True).order_by("pk").first()
    admin_username = _free_admin_username() if admin is None else admin.username
    kept = _read_passwords(file)

    unopened = [admin_username] if admin is None else []
    if demo is not None and not demo.has_usable_password():
        unopened.append(demo_username)
    new = {name: secrets.token_urlsafe(_PASSWORD_BYTES) for name in unopened if name not in kept}
    if new:
        kept |= new
        _write_passwords(file, kept)

    if admin is None:
        User.objects.create_superuser(admin_username, password=kept[admin_username])
    if demo is not None and demo_username in unopened:
        demo.set_password(kept[demo_username])
        demo.save(update_fields=["password"])
    usernames = [admin_username] if demo is None else [demo_username, admin_username]
    return [Login(username, kept.get(username)) for username in usernames]


def _free_admin_username() -> str:
    is_taken = User.objects.filter(username__iexact=ADMIN_USERNAME).exists()
    return OTHER_ADMIN_USERNAME if is_taken else ADMIN_USERNAME


def _read_passwords(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    return dict(line.split() for line in file.read_text().splitlines())


def _write_passwords(file: Path, passwords: Mapping[str, str]) -> None:
    """Replace the file as a whole; a temporary file is for its owner alone from the start."""
    with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False) as draft:
        draft.writelines(f"{name} {password}\n" for name, password in passwords.items())
    os.replace(draft.name, file)  # noqa: PTH105 - a name, not a path
