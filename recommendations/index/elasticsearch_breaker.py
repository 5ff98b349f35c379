"""Keeps requests from piling up behind an Elasticsearch that does not answer."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from elasticsearch import ApiError, TransportError, UnsupportedProductError

from recommendations.index.base import IndexUnavailable

# Chosen by us: one failure may be a hiccup, and each costs its request up to the time limit.
FAILURES_TO_OPEN = 3
# Chosen by us, in seconds: how long nobody is made to wait before one request may try again.
OPEN_S = 10.0
TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500
# A key that is wrong or was withdrawn is as good as no server, and neither is a fault of a query.
_AS_GOOD_AS_AWAY = {401, 403, TOO_MANY_REQUESTS}


class CircuitBreaker:
    """Refuses requests for some seconds once several in a row have failed.

    After that time one request may try; the others are refused until it has an answer.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changing = threading.Lock()
        self._failures = 0
        self._closed_from = 0.0

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Make ``IndexUnavailable`` of a server that is away or overloaded; count it."""
        self._require_closed()
        try:
            yield
        # What is not Elasticsearch is a proxy before it, whatever its status says.
        except (TransportError, UnsupportedProductError) as error:
            self._note_failure()
            raise IndexUnavailable(f"Elasticsearch does not answer: {error.message}") from error
        except ApiError as error:
            if error.status_code < SERVER_ERROR and error.status_code not in _AS_GOOD_AS_AWAY:
                self._note_answer()
                raise
            self._note_failure()
            raise IndexUnavailable(
                f"Elasticsearch answers with status {error.status_code}: {error.message}"
            ) from error
        self._note_answer()

    def _require_closed(self) -> None:
        with self._changing:
            if self._failures < FAILURES_TO_OPEN:
                return
            if self._clock() < self._closed_from:
                raise IndexUnavailable("Elasticsearch did not answer some moments ago.")
            self._closed_from = self._clock() + OPEN_S

    def _note_failure(self) -> None:
        with self._changing:
            self._failures += 1
            self._closed_from = self._clock() + OPEN_S

    def _note_answer(self) -> None:
        with self._changing:
            self._failures = 0
