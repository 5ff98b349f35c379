"""Signing in, signing up and a forgotten password tell nobody who is here.

That a user name is taken, whoever chooses it has to be told.
"""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

SIGN_IN = reverse("account_login")
API_SIGN_IN = "/api/v1/auth/login/"
# Whose password is wrong, who is not here, and who may not come in.
NAMES = ["ana", "nobody", "imported", "locked"]
ADDRESSES = ["ana@example.org", "nobody@example.org", "imported@example.org", "locked@example.org"]


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is hashed."""

    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.hashed += 1
        return super().encode(password, salt)


@pytest.fixture
def _people(settings: Settings) -> Iterator[None]:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    make_user(username="ana", email="ana@example.org")
    make_user(username="imported", email="imported@example.org", password=None)
    make_user(username="locked", email="locked@example.org", is_active=False)
    yield
    CountingHasher.hashed = 0


def try_to_sign_in(address: str, login: str) -> tuple[int, str, int, int]:
    """Return status, text, hashes and queries."""
    client = Client()
    CountingHasher.hashed = 0
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(
            address,
            {"login": login, "password": "wrong"},
            MULTIPART_CONTENT if address == SIGN_IN else "application/json",
        )
    text = answer.content.decode()
    errors = re.search(r'<ul class="errorlist.*?</ul>', text, re.DOTALL)
    said = errors[0] if errors else text
    return answer.status_code, said, CountingHasher.hashed, len(queries)


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize("address", [SIGN_IN, API_SIGN_IN])
@pytest.mark.parametrize("logins", [NAMES, ADDRESSES], ids=["names", "addresses"])
def test_wrong_password_costs_and_says_the_same_whoever_it_is(
    address: str, logins: list[str]
) -> None:
    first, *others = [try_to_sign_in(address, login) for login in logins]

    assert others == [first] * len(others)
    assert first[2] == 1


@pytest.mark.usefixtures("_people")
def test_right_password_is_hashed_once(client: Client) -> None:
    CountingHasher.hashed = 0

    client.post(SIGN_IN, {"login": "ana@example.org", "password": PASSWORD})

    assert CountingHasher.hashed == 1


def test_forgotten_password_is_answered_without_asking_whose(client: Client) -> None:
    address = reverse("account_reset_password")

    assert client.get(address).status_code == 200
    assert client.post(address, {"email": "ana@example.org"}).status_code == 405
