"""Writes documents to Elasticsearch, each with its revision, and says which it refused."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from recommendations.index.base import IndexUnavailable
from recommendations.index.elasticsearch_breaker import SERVER_ERROR, TOO_MANY_REQUESTS
from recommendations.index.elasticsearch_documents import STATE_ID

logger = logging.getLogger(__name__)

# Chosen by us: some 2 MB a request, of which a node takes several a second.
CHUNK = 1_000
# Chosen by us: a document that is refused for now is tried again after 0.5, 1, 2, 4, 8 s.
RETRIES = 5
FIRST_WAIT_S = 0.5
# In seconds, chosen by us: a bulk request may wait for a merge.
BULK_TIMEOUT_S = 60.0

# The index has the document at this revision or a newer one already: as it should be.
_CONFLICT = 409
_NOT_FOUND = 404
_TEMPORARY = (TOO_MANY_REQUESTS, 502, 503, 504)

Action = tuple[dict[str, Any], str | None]
# Ids of documents and the documents, as JSON.
Documents = Iterable[tuple[str, str]]


def upsert(revision: int, documents: Documents) -> Iterator[Action]:
    """Yield what writes these documents at a revision."""
    for document_id, document in documents:
        yield _action("index", document_id, revision), document


def remove(revision: int, document_ids: Iterable[str]) -> Iterator[Action]:
    """Yield what removes these documents at a revision."""
    for document_id in document_ids:
        yield _action("delete", document_id, revision), None


def write(client: Elasticsearch, index: str, actions: Iterable[Action]) -> list[str]:
    """Write, and return the ids of the documents that Elasticsearch refused for good.

    What was written at a newer revision stays. Refused documents are logged with the reason and
    do not hold up the others. Raises ``IndexUnavailable`` for what is still refused for now after
    all retries, and the client's own errors.
    """
    refused = []
    results = streaming_bulk(
        client.options(request_timeout=BULK_TIMEOUT_S),
        cast("Iterable[Any]", actions),
        index=index,
        chunk_size=CHUNK,
        expand_action_callback=_as_it_is,
        raise_on_error=False,
        max_retries=RETRIES,
        initial_backoff=FIRST_WAIT_S,
        retry_on_status=_TEMPORARY,
    )
    for is_done, result in results:
        ((operation, item),) = result.items()
        status = item["status"]
        is_gone = operation == "delete" and status == _NOT_FOUND and "error" not in item
        if is_done or status == _CONFLICT or is_gone:
            continue
        reason = _reason(item.get("error"))
        if status == TOO_MANY_REQUESTS or status >= SERVER_ERROR:
            raise IndexUnavailable(f"Elasticsearch takes no documents just now: {reason}")
        if item.get("error", {}).get("type") == "index_not_found_exception":
            raise IndexUnavailable(f"The index {index} was dropped meanwhile by another rebuild.")
        logger.error("Elasticsearch refused document %s of %s: %s", item["_id"], index, reason)
        refused.append(item["_id"])
    return refused


def write_state(client: Elasticsearch, index: str, state: Mapping[str, int]) -> None:
    """Note in the index what it holds, unless it has noted something newer.

    ``state`` has a ``revision``.
    """
    client.options(ignore_status=_CONFLICT).index(
        index=index,
        id=STATE_ID,
        document=dict(state),
        version=state["revision"],
        version_type="external",
    )


def _action(operation: str, document_id: str, revision: int) -> dict[str, Any]:
    return {operation: {"_id": document_id, "version": revision, "version_type": "external"}}


def _as_it_is(action: Any) -> Any:  # noqa: ANN401 - typed by the client
    """Return an action unchanged: its document is JSON already."""
    return action


def _reason(error: Any) -> str:  # noqa: ANN401 - whatever the server wrote
    if isinstance(error, dict):
        return f"{error.get('type')}: {error.get('reason')}"
    return str(error)
