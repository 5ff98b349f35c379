"""API tokens on their page."""

import re

import pytest
from django.test import Client

from accounts.api.tokens import PERSONAL_TOKENS_PER_USER, issue_personal_token
from accounts.models import ApiToken, User
from tests.recommendations.api.test_auth import with_token
from tests.recommendations.pages.reading import read_text

PAGE = "/my-data/tokens/"


@pytest.fixture
def owner(client: Client, listener: User) -> Client:
    client.force_login(listener)
    return client


def test_made_token_is_shown_once_and_works(owner: Client, listener: User) -> None:
    made = owner.post(PAGE, {"name": "<b>feed</b>", "days": 30})

    token = re.findall(r'class="secret">(\w+)<', made.content.decode())[0]
    assert with_token(token).get("/api/v1/me/").json()["id"] == listener.pk
    later = owner.get(PAGE)
    assert token not in later.content.decode()
    assert "<b>feed</b>" in read_text(later)
    assert "no-store" in made["Cache-Control"]


def test_wrong_field_is_told_and_makes_nothing(owner: Client) -> None:
    response = owner.post(PAGE, {"name": "feed", "days": 367})
    assert response.status_code == 400
    assert "366" in read_text(response)
    assert not ApiToken.objects.exists()


def test_too_many_are_told(owner: Client, listener: User) -> None:
    for _ in range(PERSONAL_TOKENS_PER_USER):
        issue_personal_token(listener, "feed", 1)
    assert "Revoke one first" in read_text(owner.post(PAGE, {"name": "feed", "days": 30}))


def test_revoked_token_is_gone(owner: Client, listener: User) -> None:
    issued = issue_personal_token(listener, "feed", 1)
    response = owner.post(f"{PAGE}{issued.row.public_id}/revocation/", follow=True)
    assert "The token feed is revoked." in read_text(response)
    assert not ApiToken.objects.exists()


def test_others_tokens_are_neither_seen_nor_revoked(owner: Client, other_listener: User) -> None:
    theirs = issue_personal_token(other_listener, "secret plan", 1)
    assert "secret plan" not in read_text(owner.get(PAGE))
    assert owner.post(f"{PAGE}{theirs.row.public_id}/revocation/").status_code == 404
    assert ApiToken.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_is_sent_to_sign_in(client: Client, listener: User, method: str) -> None:
    issued = issue_personal_token(listener, "feed", 1)
    for address in (PAGE, f"{PAGE}{issued.row.public_id}/revocation/"):
        response = getattr(client, method)(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")
    assert ApiToken.objects.count() == 1
