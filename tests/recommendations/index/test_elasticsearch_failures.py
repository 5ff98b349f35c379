"""What the Elasticsearch engine does when the server fails; the test's own server plays it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from elasticsearch import ApiError

from recommendations.index.base import IndexUnavailable
from recommendations.index.elasticsearch import ElasticsearchIndex, connect
from recommendations.index.elasticsearch_breaker import FAILURES_TO_OPEN, OPEN_S, CircuitBreaker
from recommendations.index.elasticsearch_documents import build_documents
from recommendations.index.elasticsearch_writes import Documents, remove, upsert, write
from tests.contracts.listeners import make_listeners, make_profiles

# A port that nobody listens on: to listen there takes a right that servers do not need.
NOBODY = "http://127.0.0.1:1"

# Takes the documents' ids and returns the status of each.
Decide = Callable[[list[str]], list[int]]


@contextmanager
def bulk_server(decide: Decide) -> Iterator[str]:
    """Answer bulk requests as Elasticsearch does, with the statuses that ``decide`` returns."""

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            lines = [json.loads(line) for line in body.splitlines()]
            actions = [line["index"]["_id"] for line in lines if "index" in line]
            statuses = decide(actions)
            items = [_item(*pair) for pair in zip(actions, statuses, strict=True)]
            answer = json.dumps({"errors": True, "items": items}).encode()
            self.send_response(200)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=9")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def _item(document_id: str, status: int) -> dict[str, Any]:
    result: dict[str, Any] = {"_id": document_id, "status": status}
    if status >= 400:
        result["error"] = {"type": "some_exception", "reason": "because"}
    return {"index": result}


def make_documents(count: int) -> Documents:
    return build_documents(make_profiles(make_listeners(count)))


def test_only_documents_that_are_refused_for_now_are_sent_again() -> None:
    sent: list[list[str]] = []

    def decide(ids: list[str]) -> list[int]:
        sent.append(ids)
        return [429 if document_id in {"2", "5"} and len(sent) == 1 else 201 for document_id in ids]

    with bulk_server(decide) as address, connect(address, "") as client:
        refused = write(client, "index", upsert(1, make_documents(6)))

    assert refused == []
    assert len(sent) == 2
    assert sorted(sent[1]) == ["2", "5"]


def test_documents_refused_for_good_are_named_with_the_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def decide(ids: list[str]) -> list[int]:
        return [400 if document_id == "3" else 201 for document_id in ids]

    with bulk_server(decide) as address, connect(address, "") as client:
        refused = write(client, "index", upsert(1, make_documents(6)))

    assert refused == ["3"]
    assert "refused document 3 of index: some_exception: because" in caplog.text


def test_what_is_there_at_a_newer_revision_is_as_it_should_be(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with bulk_server(lambda ids: [409] * len(ids)) as address, connect(address, "") as client:
        refused = write(client, "index", upsert(1, make_documents(3)))

    assert refused == []
    assert not caplog.records


def test_nothing_to_write_is_no_request() -> None:
    with connect(NOBODY, "") as client:
        assert write(client, "index", remove(1, [])) == []


def test_a_server_that_is_away_makes_the_index_unavailable() -> None:
    profile = make_listeners(1)[0]
    with connect(NOBODY, "") as client:
        index = ElasticsearchIndex(client)

        with pytest.raises(IndexUnavailable, match="does not answer"):
            index.nearest(profile, 10, ranking="hybrid")


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def fail(breaker: CircuitBreaker) -> None:
    with pytest.raises(IndexUnavailable), breaker.guard(), connect(NOBODY, "") as client:
        client.cluster.health()


def test_after_some_failures_nobody_waits_for_the_server() -> None:
    breaker = CircuitBreaker(Clock())
    for _ in range(FAILURES_TO_OPEN):
        fail(breaker)
    asked = []

    with pytest.raises(IndexUnavailable, match="some moments ago"), breaker.guard():
        asked.append(True)

    assert not asked


def test_after_a_while_one_request_tries_and_the_others_do_not_wait() -> None:
    clock = Clock()
    breaker = CircuitBreaker(clock)
    for _ in range(FAILURES_TO_OPEN):
        fail(breaker)
    clock.now += OPEN_S

    with breaker.guard(), pytest.raises(IndexUnavailable), breaker.guard():
        pass

    with breaker.guard():
        pass


def test_a_failing_try_keeps_the_breaker_open() -> None:
    clock = Clock()
    breaker = CircuitBreaker(clock)
    for _ in range(FAILURES_TO_OPEN + 1):
        clock.now += OPEN_S
        fail(breaker)

    with pytest.raises(IndexUnavailable, match="some moments ago"), breaker.guard():
        pass


def test_a_fault_of_ours_is_not_taken_for_an_outage() -> None:
    breaker = CircuitBreaker(Clock())
    meta: Any = type("Meta", (), {"status": 400})()

    for _ in range(FAILURES_TO_OPEN + 1):
        with pytest.raises(ApiError), breaker.guard():
            raise ApiError("wrong query", meta, None)
