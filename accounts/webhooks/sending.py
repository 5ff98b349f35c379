"""One POST to an address of somebody else's choice: checked, pinned, bounded, without redirects."""

import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from urllib.parse import urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from accounts.webhooks.addresses import find_addresses

# In seconds, chosen by us: to connect or hear something, and for all of an answer.
TIMEOUT_S = 5.0
DEADLINE_S = 10.0
# Chosen by us: a name with both kinds of address is tried by both.
_MAX_ADDRESSES = 3


class NoAnswer(Exception):  # noqa: N818 - the name says what it is
    """Nobody answered in time, or not in HTTP, or without a certificate that holds."""


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Return the status that the address answers; of the answer nothing else is read.

    The name is looked up once, and what was checked is what is connected to. Raises ``NoAnswer``
    and ``NoPublicAddress``.
    """
    parts = urlsplit(url)
    host, is_secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    addresses = find_addresses(host, port)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _connect(addresses, port) as plain, _deadline(plain):
            context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
            secured: AbstractContextManager[socket.socket] = nullcontext(plain)
            connection = HTTPConnection(host, port)
            if is_secure:
                secured = context.wrap_socket(plain, server_hostname=host)
                connection = HTTPSConnection(host, port, context=context)
            with secured as connection.sock:
                connection.request("POST", target, body, dict(headers))
                return connection.getresponse().status
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswer(type(error).__name__) from error


def _connect(addresses: Sequence[str], port: int) -> socket.socket:
    for address in addresses[: _MAX_ADDRESSES - 1]:
        with suppress(OSError):
            return socket.create_connection((address, port), TIMEOUT_S)
    return socket.create_connection((addresses[-1], port), TIMEOUT_S)


@contextmanager
def _deadline(plain: socket.socket) -> Iterator[None]:
    """End the connection in time, however slowly the other side goes on answering."""
    with plain.dup() as same:

        def end() -> None:
            with suppress(OSError):
                same.shutdown(socket.SHUT_RDWR)

        timer = Timer(DEADLINE_S, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
