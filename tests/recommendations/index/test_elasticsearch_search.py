"""The proof that nobody nearer is missing, where lists of Elasticsearch are cut off."""

import pytest
from elasticsearch import Elasticsearch

from recommendations.index import elasticsearch_candidates, elasticsearch_queries
from recommendations.index.elasticsearch import ElasticsearchIndex
from tests.contracts.brute_force import BruteForce
from tests.contracts.listeners import make_listeners, make_profile, make_profiles

# Of so many no list names all.
LISTENERS = make_listeners(2_000)
FEW_HITS = 400


@pytest.fixture
def index(
    elasticsearch_client: Elasticsearch, elasticsearch_alias: str, monkeypatch: pytest.MonkeyPatch
) -> ElasticsearchIndex:
    """An index that gives few hits, as Elasticsearch does of millions."""
    for module in (elasticsearch_candidates, elasticsearch_queries):
        monkeypatch.setattr(module, "MOST_HITS", FEW_HITS)
    return ElasticsearchIndex(elasticsearch_client, alias=elasticsearch_alias)


def test_an_answer_out_of_cut_lists_is_exact_unless_it_is_counted(
    index: ElasticsearchIndex,
) -> None:
    index.replace_all([make_profiles(LISTENERS)], space_id=1, revision=1)
    reference = BruteForce(LISTENERS)
    proven = 0

    for query in make_listeners(20, seed=1, first_id=9_001):
        uncertified = index.uncertified
        found = index.nearest(query, 3, exclude=[1, 2], ranking="hybrid")
        if index.uncertified > uncertified:
            continue
        proven += 1
        expected = reference.nearest(query, 3, exclude={1, 2}, ranking="hybrid")
        assert [one.user_id for one in found] == [one.user_id for one in expected]

    assert proven >= 10


def test_what_cannot_be_proven_is_counted_and_logged(
    index: ElasticsearchIndex, caplog: pytest.LogCaptureFixture
) -> None:
    twins = [make_profile(number, artists={7: 1.0}) for number in range(1, FEW_HITS + 2)]
    index.replace_all([make_profiles(twins)], space_id=1, revision=1)

    found = index.nearest(twins[0], 10, ranking="hybrid")

    assert {one.score for one in found} == {1.0}
    assert index.uncertified == 1
    assert "The nearest of listener 1 may not be exact" in caplog.text
