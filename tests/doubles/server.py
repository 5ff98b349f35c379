"""What all doubles share: an HTTP server in a thread, which answers, plays faults and records."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, RLock, Thread
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs, urlsplit

from tests.doubles.clock import Clock
from tests.doubles.control import CONTROL, answer_control
from tests.doubles.faults import COMMON, Fault, PlayedFault, Turn
from tests.doubles.messages import Answer, Cut, Request, text_answer
from tests.doubles.recording import RecordedRequest, record

# Those that were started, for the output of a failing test.
started: list["Double"] = []


class Double(ABC):
    """A service that plays another over HTTP; used as a context, it runs in a thread."""

    name: ClassVar[str]
    own_faults: ClassVar[Mapping[str, Fault]] = {}

    def __init__(self, port: int = 0) -> None:
        self.clock = Clock()
        self.requests: list[RecordedRequest] = []
        self.mistakes: list[str] = []
        self.secrets: set[str] = set()
        self._faults: list[PlayedFault] = []
        self._lock = RLock()
        self._stopped = Event()
        self._server = _Server(("127.0.0.1", port), self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @abstractmethod
    def answer(self, request: Request) -> Answer:
        """Return what the service answers when nothing is wrong."""

    def check(self, request: Request, answer: Answer) -> None:  # noqa: B027 - most have no description
        """Raise ``AssertionError`` for an answer that the true service would never give."""

    def configure(self, values: Mapping[str, Any]) -> None:
        """Take settings over the control address. Raises ``ValueError`` for unknown ones."""
        if values:
            raise ValueError(f"{self.name} has no settings, not even {', '.join(values)}.")

    # --- Told by tests -----------------------------------------------------------------------
    def play(
        self,
        fault: str,
        *,
        path: str | None = None,
        times: int | None = 1,
        every: int = 1,
        **values: Any,
    ) -> None:
        """Get the next ``times`` requests below this path wrong, or all for None.

        Without a path the fault plays wherever it makes sense. ``every=2`` lets every other request
        pass. Of several faults that fit, the one that was told first plays. Raises ``ValueError``
        for an unknown fault, ``TypeError`` for unknown values.
        """
        known = {**COMMON, **self.own_faults}
        if fault not in known:
            raise ValueError(f"{self.name} plays {', '.join(sorted(known))}, not {fault!r}.")
        found = known[fault]
        found.check_values(values)
        paths = found.paths if path is None else re.escape(path)
        with self._lock:
            self._faults.append(PlayedFault(fault, found.play, paths, times, every, values))

    def recover(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._faults.clear()

    @property
    def is_running(self) -> bool:
        """Whether it was not stopped yet."""
        return not self._stopped.is_set()

    # --- Running -----------------------------------------------------------------------------
    def __enter__(self) -> Self:
        started.append(self)
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        """Stop, and fail when an answer was not what the true service would give."""
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        if kind is None and self.mistakes:
            raise AssertionError("\n".join(self.mistakes))

    def handle(self, request: Request) -> Answer:
        """Answer a request by a fault or rightly, and record it."""
        if request.path.startswith(CONTROL):
            return answer_control(self, request)
        with self._lock:
            fault = next((fault for fault in self._faults if fault.takes(request)), None)
        answer = self._find_answer(request, fault)
        with self._lock:
            name = fault.name if fault else ""
            self.requests.append(record(request, answer, name, self.secrets))
        return answer

    def _find_answer(self, request: Request, fault: PlayedFault | None) -> Answer:
        try:
            if fault is None:
                answer = self._answer_alone(request)
            else:
                turn = Turn(request, lambda: self._answer_alone(request), self._stopped)
                answer = fault.play(turn, **fault.values)
            self.check(request, answer)
        except Exception as error:  # noqa: BLE001 - a mistake of the double must fail the test
            self.mistakes.append(f"{request.method} {request.path}: {error!r}")
            return text_answer(f"The double made a mistake: {error!r}", 500)
        return answer

    def _answer_alone(self, request: Request) -> Answer:
        with self._lock:
            return self.answer(request)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], double: Double) -> None:
        super().__init__(address, _Handler)
        self.double = double


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def handle(self) -> None:
        """Answer, unless the client has lost its patience and hung up."""
        with suppress(ConnectionError):
            super().handle()

    def _respond(self) -> None:
        answer = self.server.double.handle(self._read_request())
        if answer.cut is Cut.BEFORE:
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        end = len(answer.body) // 2 if answer.cut is Cut.WITHIN else len(answer.body)
        self.wfile.write(answer.body[:end])

    do_GET = do_POST = do_DELETE = do_PUT = _respond  # noqa: N815 - names of http.server

    def _read_request(self) -> Request:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind = self.headers.get_content_type()
        is_form = bool(body) and kind == "application/x-www-form-urlencoded"
        return Request(
            self.command,
            parts.path.rstrip("/") or "/",
            parse_qs(parts.query, keep_blank_values=True),
            {name.lower(): value for name, value in self.headers.items()},
            parse_qs(body.decode(), keep_blank_values=True) if is_form else {},
            body,
        )

    def log_message(self, *_arguments: object) -> None:
        """Print nothing: requests are recorded without their secrets."""
