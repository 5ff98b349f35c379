"""Misuse of the settings of music services that can be seen without a network."""

from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

CALLBACK_PATH = "/accounts/spotify/login/callback/"


def check_spotify(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django passes it
    **_options: object,
) -> list[CheckMessage]:
    """Report keys of which one is missing, and a redirect address that Spotify would refuse."""
    found: list[CheckMessage] = []
    if bool(settings.SPOTIFY_CLIENT_ID) != bool(settings.SPOTIFY_CLIENT_SECRET):
        found.append(
            Error(
                "One of SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET is set, the other is not.",
                hint="Set both, as the app's dashboard at Spotify shows them, or neither.",
                id="metarec.E002",
            )
        )
    address = settings.SPOTIFY_REDIRECT_URI
    if address and not is_redirect_address(address):
        found.append(
            Error(
                f"SPOTIFY_REDIRECT_URI is {address!r}, which cannot lead back to this site.",
                hint=f"Write https and your host, or http://127.0.0.1 and the port, and then "
                f"{CALLBACK_PATH}. Spotify refuses localhost.",
                id="metarec.E003",
            )
        )
    return found


def is_redirect_address(address: str) -> bool:
    """Return whether Spotify takes the address, and the site answers to it."""
    parts = urlsplit(address)
    leads_back = parts.path == CALLBACK_PATH and not parts.query and not parts.fragment
    try:
        is_loopback = ip_address(parts.hostname or "").is_loopback
    except ValueError:
        is_loopback = False
    is_https = parts.scheme == "https" and parts.hostname != "localhost"
    return leads_back and (is_https or is_loopback)
