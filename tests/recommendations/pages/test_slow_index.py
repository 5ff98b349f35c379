"""The page of similar users before an Elasticsearch that takes too long."""

from collections.abc import Iterator

import pytest
from django.test import Client
from elasticsearch import Elasticsearch

from recommendations.index import use_shared
from recommendations.index.elasticsearch import ElasticsearchIndex, connect
from recommendations.index.elasticsearch_alias import SEARCH_TIMEOUT_S
from recommendations.index.elasticsearch_breaker import FAILURES_TO_OPEN
from tests.toxic_proxy import Toxic, ToxicProxy, toxic_proxy


@pytest.fixture
def slow_network(
    elasticsearch_client: Elasticsearch, elasticsearch_alias: str
) -> Iterator[ToxicProxy]:
    """Search in a node whose answers come too late."""
    [node] = elasticsearch_client.transport.node_pool.all()
    with toxic_proxy(node.base_url) as proxy, connect(proxy.url, "") as client:
        proxy.become(Toxic(delay_s=SEARCH_TIMEOUT_S + 1))
        use_shared(ElasticsearchIndex(client, alias=elasticsearch_alias))
        yield proxy
        use_shared(None)


def test_pages_ask_only_until_the_breaker_opens(ana: Client, slow_network: ToxicProxy) -> None:
    pages = [ana.get("/similar-users/") for _ in range(FAILURES_TO_OPEN + 3)]

    assert {page.status_code for page in pages} == {503}
    assert slow_network.requests == FAILURES_TO_OPEN
