"""Where Spotify sends browsers back to; it has to be the registered address, letter by letter.

https://developer.spotify.com/documentation/web-api/concepts/redirect_uri
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

_LOOPBACK = {"127.0.0.1", "::1"}


def build_redirect_address(request: HttpRequest) -> str:
    """Return the address: the setting, or this site as the browser knows it."""
    if settings.SPOTIFY_REDIRECT_URI:
        return str(settings.SPOTIFY_REDIRECT_URI)
    address = urlsplit(request.build_absolute_uri(reverse("spotify_callback")))
    if address.hostname == "localhost":
        # Spotify takes no other name of this machine than its number.
        port = f":{address.port}" if address.port else ""
        address = address._replace(netloc=f"127.0.0.1{port}")
    return address.geturl()


def find_other_host(request: HttpRequest) -> str | None:
    """Return the same page below the name that Spotify knows, None where it is that already.

    Who began as ``localhost`` and came back to 127.0.0.1 would be without their cookies.
    """
    target = urlsplit(build_redirect_address(request))
    asked = urlsplit(request.build_absolute_uri())
    if asked.hostname != "localhost" or target.hostname not in _LOOPBACK:
        return None
    return asked._replace(scheme=target.scheme, netloc=target.netloc).geturl()
