"""A network that harms: passes connections on to a server, or delays, cuts or swallows answers."""

import select
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

_CHUNK = 65_536
# How soon a connection notices that the proxy is ended.
_LOOK_S = 0.1
_REQUEST_LINE_END = b" HTTP/1.1\r\n"


@dataclass(frozen=True)
class Toxic:
    """What becomes of answers: the first ``after`` bytes of all of them together pass.

    ``close`` ends the connection then as if all had been said, ``reset`` as if the server had
    crashed, ``swallow`` says nothing any more. Every part of an answer waits for ``delay_s``.
    """

    then: Literal["pass", "close", "reset", "swallow"] = "pass"
    after: int = 0
    delay_s: float = 0.0


HEALTHY = Toxic()


class ToxicProxy:
    """A port of its own in front of a server.

    ``requests`` counts HTTP requests that came in, ``answered`` the bytes that the server answered
    since it is treated as it is.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self._server = (parts.hostname, parts.port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        port = self._listening.getsockname()[1]
        user = f"{parts.username}@" if parts.username else ""
        self.url = parts._replace(netloc=f"{user}127.0.0.1:{port}").geturl()
        self.requests = 0
        self._toxic = HEALTHY
        self.answered = 0
        self._is_ended = False
        threading.Thread(target=self._accept, daemon=True).start()

    def become(self, toxic: Toxic) -> None:
        """Treat all answers like this from now on, also those of open connections."""
        self._toxic, self.answered = toxic, 0

    def end(self) -> None:
        """Listen no more and close all connections."""
        self._is_ended = True
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(self._server) as server:
            while not self._is_ended:
                ready, _, _ = select.select([client, server], [], [], _LOOK_S)
                if client in ready and not self._pass_request(client, server):
                    return
                if server in ready and not self._pass_answer(client, server):
                    return

    def _pass_request(self, client: socket.socket, server: socket.socket) -> bool:
        """Pass on what the client sent and tell whether the connection goes on."""
        sent = client.recv(_CHUNK)
        self.requests += sent.count(_REQUEST_LINE_END)
        server.sendall(sent)
        return bool(sent)

    def _pass_answer(self, client: socket.socket, server: socket.socket) -> bool:
        """Pass on what is let through and tell whether the connection goes on."""
        answer = server.recv(_CHUNK)
        toxic = self._toxic
        time.sleep(toxic.delay_s)
        is_passed = toxic.then == "pass"
        let_through = answer if is_passed else answer[: max(0, toxic.after - self.answered)]
        self.answered += len(answer)
        client.sendall(let_through)
        if let_through == answer or toxic.then == "swallow":
            return bool(answer)
        if toxic.then == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False


@contextmanager
def toxic_proxy(url: str) -> Iterator[ToxicProxy]:
    """Run a proxy in front of the server at an address, healthy to begin with."""
    proxy = ToxicProxy(url)
    try:
        yield proxy
    finally:
        proxy.end()
