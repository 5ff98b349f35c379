"""A session begins with signing in and ends with signing out or with a new password."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.api.tokens import issue_personal_token, issue_token
from accounts.models import ApiToken, User
from tests.accounts.conftest import Visitor
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

HOME = reverse("recommendations:home")
SIGN_IN = reverse("account_login")
CHANGE = reverse("account_change_password")
NEW_PASSWORD = "another correct horse"

GoIn = Callable[[Visitor], object]


def sign_in(visitor: Visitor) -> object:
    make_user(username="ana")
    return visitor.client.post(SIGN_IN, {"login": "ana", "password": PASSWORD})


def sign_up(visitor: Visitor) -> object:
    form = {"username": "ana", "password1": PASSWORD, "password2": PASSWORD}
    return visitor.client.post(reverse("account_signup"), form)


def sign_in_with_spotify(visitor: Visitor) -> object:
    return visitor.go()


def session_of(client: Client) -> str:
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def is_signed_in(client: Client) -> bool:
    return bool(client.get(HOME).wsgi_request.user.is_authenticated)


def browser_with(session: str) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("go_in", [sign_in, sign_up, sign_in_with_spotify])
def test_session_from_before_signing_in_opens_nothing(visitor: Visitor, go_in: GoIn) -> None:
    planted = SessionStore()
    planted["planted"] = True
    planted.save()
    visitor.client.cookies[settings.SESSION_COOKIE_NAME] = str(planted.session_key)

    go_in(visitor)

    assert is_signed_in(visitor.client)
    assert session_of(visitor.client) != planted.session_key
    assert not is_signed_in(browser_with(str(planted.session_key)))
    assert not Session.objects.filter(session_key=planted.session_key).exists()


def test_api_signs_in_without_a_session(client: Client) -> None:
    make_user(username="ana")

    credentials = {"login": "ana", "password": PASSWORD}

    answer = client.post("/api/v1/auth/login/", credentials, "application/json")

    assert "token" in answer.json()
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_signing_out_ends_the_session(listener: User) -> None:
    client = browser_of(listener)
    session = session_of(client)

    client.post(reverse("account_logout"))

    assert not is_signed_in(browser_with(session))


def test_locked_account_has_no_session(listener: User) -> None:
    client = browser_of(listener)

    User.objects.filter(pk=listener.pk).update(is_active=False)

    assert not is_signed_in(client)


def change(user: User) -> Client:
    client = browser_of(user)
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(CHANGE, form).status_code == 302
    return client


def change_as_operator(user: User) -> None:
    """Do what the admin and ``manage.py changepassword`` do."""
    user.set_password(NEW_PASSWORD)
    user.save()


def set_first(user: User) -> Client:
    user.set_unusable_password()
    user.save()
    issue_token(user)
    client = browser_of(user)
    form = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(reverse("account_set_password"), form).status_code == 302
    return client


@pytest.mark.parametrize("set_password", [change, set_first, change_as_operator])
def test_new_password_ends_other_sessions_and_all_tokens(
    listener: User, other_listener: User, set_password: Callable[[User], Client | None]
) -> None:
    issue_token(listener)
    issue_personal_token(listener, "program", 30)
    of_somebody_else = issue_token(other_listener).row
    elsewhere = browser_of(listener)

    own = set_password(listener)

    assert not is_signed_in(elsewhere)
    assert own is None or is_signed_in(own)
    assert list(ApiToken.objects.all()) == [of_somebody_else]


def test_page_says_what_a_new_password_ends(listener: User) -> None:
    page = browser_of(listener).get(CHANGE).content.decode()

    assert "all your API tokens end" in page


class OldHasher(MD5PasswordHasher):
    """Another one than the preferred."""

    algorithm = "old"


def test_password_that_is_only_hashed_anew_ends_nothing(listener: User, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, f"{__name__}.OldHasher"]
    listener.password = make_password(PASSWORD, hasher="old")
    listener.save()
    issue_token(listener)

    assert listener.check_password(PASSWORD)

    assert listener.password.startswith("md5$")
    assert ApiToken.objects.filter(user=listener).exists()


def test_other_changes_end_no_token(listener: User) -> None:
    issue_token(listener)

    listener.last_login = timezone.now() - timedelta(days=1)
    listener.save()

    assert ApiToken.objects.filter(user=listener).exists()
