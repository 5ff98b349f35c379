"""One request to an address of somebody else's choice."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from accounts.webhooks import sending
from accounts.webhooks.addresses import NoPublicAddress
from accounts.webhooks.sending import NoAnswer, post
from tests.accounts.webhooks.certificates import write_certificate
from tests.doubles.messages import Answer
from tests.doubles.receiver import ReceiverDouble

HOST = "receiver.example"


class Names:
    """A name server that leads a name to one address after the other, the last for ever."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)
        self.asked = 0

    def __call__(self, host: str, port: int, *_arguments: Any, **_options: Any) -> list[Any]:
        if host == HOST:
            self.asked += 1
            host = self.addresses.pop(0) if len(self.addresses) > 1 else self.addresses[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Lead the name to this machine."""
    names = Names("127.0.0.1")
    monkeypatch.setattr(socket, "getaddrinfo", names)
    return names


def port_of(receiver: ReceiverDouble) -> int:
    return int(receiver.url.rsplit(":", 1)[1])


def test_body_and_headers_arrive_and_the_status_comes_back(receiver: ReceiverDouble) -> None:
    assert post(f"{receiver.url}/hook?a=1", b'{"a": 1}', {"Content-Type": "x/y"}) == 204

    [request] = receiver.received
    assert (request.method, request.path, request.query) == ("POST", "/hook", {"a": ["1"]})
    assert (request.body, request.headers["content-type"]) == (b'{"a": 1}', "x/y")


def test_name_is_looked_up_once_and_what_was_checked_is_connected_to(
    receiver: ReceiverDouble, names: Names
) -> None:
    # Asked a second time, it would lead to where nobody listens.
    names.addresses = ["127.0.0.1", "127.0.0.9"]

    post(f"http://{HOST}:{port_of(receiver)}/", b"", {})

    assert names.asked == 1
    assert receiver.received[0].headers["host"] == f"{HOST}:{port_of(receiver)}"


def test_name_that_comes_to_lead_here_is_refused_unheard(
    receiver: ReceiverDouble, names: Names, settings: Any
) -> None:
    settings.METAREC_WEBHOOK_PRIVATE = False

    with pytest.raises(NoPublicAddress):
        post(f"https://{HOST}:{port_of(receiver)}/", b"", {})

    assert names.asked == 1
    assert receiver.received == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_an_answer_and_not_followed(receiver: ReceiverDouble, status: int) -> None:
    receiver.refuse(status)
    assert post(receiver.url, b"", {}) == status
    assert len(receiver.received) == 1


def test_large_answer_is_not_read(receiver: ReceiverDouble) -> None:
    receiver.answers = Answer(200, b"x" * 50_000_000)
    assert post(receiver.url, b"", {}) == 200


def test_proxy_of_the_environment_is_not_asked(
    receiver: ReceiverDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    assert post(receiver.url, b"", {}) == 204


@pytest.mark.parametrize("fault", ["hung_up"])
def test_no_answer_is_told(receiver: ReceiverDouble, fault: str) -> None:
    receiver.play(fault)
    with pytest.raises(NoAnswer):
        post(receiver.url, b"", {})


def test_nobody_there_is_no_answer(settings: Any) -> None:
    settings.METAREC_WEBHOOK_PRIVATE = True
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(NoAnswer):
            post(f"http://127.0.0.1:{unused.getsockname()[1]}/", b"", {})


@contextmanager
def dripping() -> Iterator[int]:
    """Listen on a port, and answer a byte now and then without an end."""
    stopped = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connected, _address = server.accept()
            with connected:
                while not stopped.wait(0.01):
                    try:
                        connected.sendall(b"x")
                    except OSError:
                        return

        thread = Thread(target=drip)
        thread.start()
        yield server.getsockname()[1]
        stopped.set()
        thread.join()


def test_answer_without_an_end_is_ended(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.METAREC_WEBHOOK_PRIVATE = True
    monkeypatch.setattr(sending, "DEADLINE_S", 0.2)
    with dripping() as port, pytest.raises(NoAnswer):
        post(f"http://127.0.0.1:{port}/", b"", {})


@contextmanager
def encrypted(receiver: ReceiverDouble, certificate: Path) -> Iterator[int]:
    """Listen on a port with TLS, and let one request through to the receiver."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve() -> None:
        connected, _address = server.accept()
        try:
            with context.wrap_socket(connected, server_side=True) as secured:
                request = secured.recv(65_536)
                with socket.create_connection(("127.0.0.1", port_of(receiver))) as behind:
                    behind.sendall(request)
                    secured.sendall(behind.recv(65_536))
        except OSError:
            connected.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@pytest.mark.usefixtures("names")
def test_certificate_has_to_be_that_of_the_name(
    receiver: ReceiverDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, other = (write_certificate(tmp_path, host) for host in (HOST, "other.example"))
    monkeypatch.setattr(sending, "DEFAULT_CA_BUNDLE_PATH", right)
    with encrypted(receiver, right) as port:
        assert post(f"https://{HOST}:{port}/", b"", {}) == 204

    monkeypatch.setattr(sending, "DEFAULT_CA_BUNDLE_PATH", other)
    for shown in (right, other):
        # Of an unknown authority, then of a known one for another name.
        with encrypted(receiver, shown) as port, pytest.raises(NoAnswer):
            post(f"https://{HOST}:{port}/", b"", {})
    assert len(receiver.received) == 1
