from pathlib import Path

import pytest

from accounts.models import User
from metarec.logins import Login, prepare_logins
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_first_start_makes_an_administrator_who_can_sign_in(tmp_path: Path) -> None:
    [login] = prepare_logins(tmp_path / "logins.txt", "demo")

    admin = User.objects.get(username="admin")
    assert login.username == "admin"
    assert admin.is_superuser
    assert login.password is not None
    assert admin.check_password(login.password)


def test_later_starts_tell_the_same_login(tmp_path: Path) -> None:
    first = prepare_logins(tmp_path / "logins.txt", "demo")

    assert prepare_logins(tmp_path / "logins.txt", "demo") == first
    assert User.objects.count() == 1


def test_listener_named_admin_does_not_become_the_administrator(tmp_path: Path) -> None:
    listener = make_user(username="Admin", origin=User.Origin.IMPORT)

    [login] = prepare_logins(tmp_path / "logins.txt", "demo")

    listener.refresh_from_db()
    assert not listener.is_superuser
    assert login.username == "administrator"
    assert User.objects.get(username="administrator").is_superuser


def test_existing_administrator_is_left_alone(tmp_path: Path) -> None:
    User.objects.create_superuser("owner")

    assert prepare_logins(tmp_path / "logins.txt", "demo") == [Login("owner", None)]
    assert User.objects.count() == 1
