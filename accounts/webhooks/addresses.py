"""Which addresses a webhook may have: public ones, whatever a name leads to when it is used."""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

MAX_URL_LENGTH = 500
# Python's ``is_global`` takes these for public. IETF protocol assignments, where Oracle's cloud
# has its metadata (RFC 6890), 6to4 relays (RFC 7526), and what Azure's machines reach their host
# by: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
_NOT_PUBLIC_4 = tuple(
    map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "224.0.0.0/4"))
)
# All that is given out to the world so far: https://www.iana.org/assignments/ipv6-unicast-address-assignments
_PUBLIC_6 = IPv6Network("2000::/3")
# Inside it: protocol assignments with Teredo, documentation, 6to4, which wraps IPv4 addresses.
_NOT_PUBLIC_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))


class UnfitAddress(Exception):  # noqa: N818 - the name says what it is
    """No webhook may have this address; the text says why."""


class NoPublicAddress(Exception):  # noqa: N818 - the name says what it is
    """The host's name leads nowhere, or not only to public addresses; the two look the same."""


def check_url(url: str) -> None:
    """Raise ``UnfitAddress`` for what no webhook may have. No name is looked up."""
    is_private_allowed = settings.METAREC_WEBHOOK_PRIVATE
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise UnfitAddress(_("This is no address.")) from error
    if not host or len(url) > MAX_URL_LENGTH or not (url.isascii() and url.isprintable()):
        raise UnfitAddress(_("This is no address."))
    if " " in url or parts.fragment or parts.username is not None or parts.password is not None:
        raise UnfitAddress(_("The address may have no spaces, no name or password, and no #."))
    if parts.scheme != "https" and not (is_private_allowed and parts.scheme == "http"):
        raise UnfitAddress(_("The address has to begin with https://"))
    if not is_private_allowed and not _may_be_public(host):
        raise UnfitAddress(_("This address is not on the internet."))


def find_addresses(host: str, port: int) -> Sequence[str]:
    """Return the addresses that a host's name leads to now. Raises ``NoPublicAddress``.

    The caller must connect to one of these: asked again, the name may lead elsewhere.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoPublicAddress(host) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not settings.METAREC_WEBHOOK_PRIVATE and not all(map(is_public, addresses)):
        raise NoPublicAddress(host)
    return addresses


def is_public(text: str) -> bool:
    """Tell whether an address is on the internet, not in somebody's own network or machine."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return _is_public_6(address) if mapped is None else _is_public_4(mapped)
    return _is_public_4(address)


def _is_public_4(address: IPv4Address) -> bool:
    return address.is_global and not any(address in network for network in _NOT_PUBLIC_4)


def _is_public_6(address: IPv6Address) -> bool:
    if address not in _PUBLIC_6 or not address.is_global:
        return False
    return not any(address in network for network in _NOT_PUBLIC_6)


def _may_be_public(host: str) -> bool:
    """Tell whether a host could be; names of one word are of somebody's own network."""
    try:
        ip_address(host)
    except ValueError:
        return "." in host.rstrip(".") and not host.rstrip(".").endswith(".localhost")
    return is_public(host)
