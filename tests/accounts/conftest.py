"""A browser that goes to Spotify's double and comes back."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import MusicAccount, User
from accounts.tokens import decrypt_token
from tests.doubles.spotify import SpotifyDouble

LOGIN = reverse("spotify_login")


@dataclass
class Visitor:
    """Somebody with a browser of their own, who is at 127.0.0.1 as the double has it registered."""

    spotify: SpotifyDouble
    client: Client

    def leave(self, address: str = LOGIN) -> str:
        """Press the button and return the address of the consent page."""
        response = self.client.post(address)
        assert response.status_code == 302, response.content
        return str(response["Location"])

    def come_back(self, location: str) -> Any:
        """Follow the redirect that Spotify answered with."""
        parts = urlsplit(location)
        return self.client.get(f"{parts.path}?{parts.query}")

    def go(self, name: str = "ada", *, agrees: bool = True, address: str = LOGIN) -> Any:
        """Go to Spotify, decide there as its user of this name, and come back."""
        return self.come_back(self.spotify.consent(self.leave(address), name, agrees=agrees))

    def read(self, response: Any) -> str:
        """Return the page that an answer leads to."""
        return str(self.client.get(response["Location"]).content.decode())


@pytest.fixture
def visitor(db: None, spotify: SpotifyDouble) -> Visitor:  # noqa: ARG001 - asks for the database
    """A stranger."""
    return Visitor(spotify, Client(SERVER_NAME="127.0.0.1"))


@pytest.fixture
def other_visitor(db: None, spotify: SpotifyDouble) -> Visitor:  # noqa: ARG001
    """Another stranger, at another browser."""
    return Visitor(spotify, Client(SERVER_NAME="127.0.0.1"))


def sign_in(visitor: Visitor, user: User) -> User:
    """Sign the visitor in without Spotify."""
    visitor.client.force_login(user)
    return user


def read_token(account: MusicAccount) -> dict[str, Any]:
    """Return the token as it is stored now."""
    token = decrypt_token(MusicAccount.objects.get(pk=account.pk).encrypted_token)
    assert token is not None
    return token
