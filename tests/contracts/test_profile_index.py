"""What every engine of the index must do, against rankings worked out by their definition."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
import pytest
from elasticsearch import Elasticsearch
from hypothesis import given, settings
from hypothesis import strategies as st

from recommendations.index.base import RANKINGS, Neighbour, ProfileIndex, Ranking
from recommendations.index.elasticsearch import ElasticsearchIndex
from recommendations.index.embedded import EmbeddedIndex
from recommendations.taste.profiles import Profile, Profiles
from tests.contracts.brute_force import BruteForce
from tests.contracts.listeners import make_listeners, make_profile, make_profiles
from tests.elasticsearch_node import own_alias

# Small segments make many of them, and merges, out of few listeners.
ENGINES: dict[str, Callable[[], ProfileIndex]] = {
    "embedded": EmbeddedIndex,
    "embedded in small segments": partial(EmbeddedIndex, segment_size=150),
}
NOBODY = make_profiles([])
LISTENERS = make_listeners(2_000)
ONE_OF_EACH_KIND = LISTENERS[:10]


@pytest.fixture(params=[*ENGINES, "elasticsearch"])
def empty_index(request: pytest.FixtureRequest) -> Iterator[ProfileIndex]:
    with make_index(request) as index:
        yield index


@pytest.fixture
def changeable(empty_index: ProfileIndex) -> ProfileIndex:
    """An index that holds the listeners and that the test may change."""
    return fill(empty_index, LISTENERS)


@pytest.fixture(scope="module", params=[*ENGINES, "elasticsearch"])
def index(request: pytest.FixtureRequest) -> Iterator[ProfileIndex]:
    """An index that holds the listeners, for tests that only ask it."""
    with make_index(request) as empty:
        yield fill(empty, LISTENERS)


@contextmanager
def make_index(request: pytest.FixtureRequest) -> Iterator[ProfileIndex]:
    if request.param in ENGINES:
        yield ENGINES[request.param]()
        return
    client: Elasticsearch = request.getfixturevalue("elasticsearch_client")
    with own_alias(client) as alias:
        yield ElasticsearchIndex(client, alias=alias)


def fill(index: ProfileIndex, profiles: list[Profile], revision: int = 1) -> ProfileIndex:
    blocks = (make_profiles(profiles[i : i + 333]) for i in range(0, len(profiles), 333))
    index.replace_all(blocks, space_id=5, revision=revision)
    return index


def assert_same(found: list[Neighbour], expected: list[Neighbour]) -> None:
    assert [neighbour.user_id for neighbour in found] == [
        neighbour.user_id for neighbour in expected
    ]
    for name in ("score", "cosine", "artist_similarity"):
        values = [getattr(neighbour, name) for neighbour in found]
        wanted = [getattr(neighbour, name) for neighbour in expected]
        # Absolute, for sums of at most a hundred float64 products of numbers up to 501.
        np.testing.assert_allclose(values, wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("ranking", RANKINGS)
@pytest.mark.parametrize("k", [1, 10, 250])
def test_nearest_is_the_top_k_of_the_definition(
    index: ProfileIndex, ranking: Ranking, k: int
) -> None:
    reference = BruteForce(LISTENERS)

    for query in [*ONE_OF_EACH_KIND, *make_listeners(10, seed=1, first_id=9_001)]:
        found = index.nearest(query, k, ranking=ranking)

        assert_same(found, reference.nearest(query, k, ranking=ranking))


@pytest.mark.parametrize("ranking", RANKINGS)
def test_nearest_is_never_padded(index: ProfileIndex, ranking: Ranking) -> None:
    found = index.nearest(LISTENERS[0], 5_000, ranking=ranking)

    assert_same(found, BruteForce(LISTENERS).nearest(LISTENERS[0], 5_000, ranking=ranking))
    assert len(found) == len(LISTENERS)


@pytest.mark.parametrize("ranking", RANKINGS)
def test_nearest_leaves_out_excluded_users(index: ProfileIndex, ranking: Ranking) -> None:
    query = LISTENERS[0]
    exclude = {n.user_id for n in index.nearest(query, 40, ranking=ranking)} | {999_999}

    found = index.nearest(query, 10, exclude=exclude, ranking=ranking)

    assert_same(found, BruteForce(LISTENERS).nearest(query, 10, exclude=exclude, ranking=ranking))


@pytest.mark.parametrize("ranking", RANKINGS)
def test_queries_that_most_listeners_tie_for_are_exact(
    index: ProfileIndex, ranking: Ranking
) -> None:
    nothing, only_artist = make_profile(9_998), make_profile(9_999, artists={380: 1})
    reference = BruteForce(LISTENERS)

    for query in (nothing, only_artist):
        found = index.nearest(query, 60, exclude=[1, 2], ranking=ranking)

        assert_same(found, reference.nearest(query, 60, exclude=[1, 2], ranking=ranking))


def test_ties_are_ordered_by_user_id(empty_index: ProfileIndex) -> None:
    twins = [make_profile(user_id, artists={1: 1.0}) for user_id in (9, 3, 7, 5)]
    index = fill(empty_index, twins)

    found = index.nearest(make_profile(1, artists={1: 1.0}), 3, ranking="hybrid")

    assert [neighbour.user_id for neighbour in found] == [3, 5, 7]


def test_near_ties_are_told_apart_beyond_float32(empty_index: ProfileIndex) -> None:
    # 1 + 2**-30 is 1 in float32, so only the exact sum knows that user 2 is nearer than user 1.
    near = [make_profile(1, taste_vector=[1, 0]), make_profile(2, taste_vector=[1, 2.0**-30])]
    index = fill(empty_index, near)

    found = index.nearest(make_profile(3, taste_vector=[1, 1]), 1, ranking="hybrid")

    assert [neighbour.user_id for neighbour in found] == [2]


def test_hybrid_adds_the_dense_part_to_the_shared_artists(empty_index: ProfileIndex) -> None:
    index = fill(empty_index, [make_profile(1, artists={1: 3, 2: 4}, taste_vector=[0.3])])

    found = index.nearest(make_profile(2, artists={2: 1}, taste_vector=[0.1]), 1, ranking="hybrid")

    assert found[0].artist_similarity == pytest.approx(0.8)
    assert found[0].cosine == pytest.approx(1)
    assert found[0].score == pytest.approx(0.83)


def test_seed_puts_whoever_shares_an_artist_first(empty_index: ProfileIndex) -> None:
    opposite = make_profile(1, artists={1: 1}, meta_vector=[-1, 0.5])
    same_sound = make_profile(2, artists={2: 1}, meta_vector=[1, 0])
    index = fill(empty_index, [opposite, same_sound])

    found = index.nearest(make_profile(3, artists={1: 1}, meta_vector=[1]), 2, ranking="seed")

    assert [neighbour.user_id for neighbour in found] == [1, 2]
    assert found[1].score == pytest.approx(2)


@pytest.mark.parametrize("ranking", RANKINGS)
def test_vectors_that_are_zero_have_cosine_zero(index: ProfileIndex, ranking: Ranking) -> None:
    found = index.nearest(make_profile(9_999, artists={7: 1}), 20, ranking=ranking)

    assert {neighbour.cosine for neighbour in found} == {0.0}


@pytest.mark.parametrize("k", [0, -1])
def test_nobody_is_near_when_nobody_is_asked_for(index: ProfileIndex, k: int) -> None:
    assert index.nearest(LISTENERS[0], k, ranking="hybrid") == []


def test_an_index_before_its_first_content_is_empty(empty_index: ProfileIndex) -> None:
    assert empty_index.nearest(LISTENERS[0], 10, ranking="hybrid") == []
    assert empty_index.count() == 0
    assert empty_index.revision() == -1
    assert empty_index.space_id() is None


def test_changes_before_the_first_content_are_refused(empty_index: ProfileIndex) -> None:
    with pytest.raises(RuntimeError, match="replace_all"):
        empty_index.apply(upserts=make_profiles(LISTENERS[:1]), removals=(), revision=1)


def test_an_index_filled_with_nobody_takes_changes(empty_index: ProfileIndex) -> None:
    empty_index.replace_all([], space_id=2, revision=0)

    empty_index.apply(upserts=make_profiles(LISTENERS[:1]), removals=(), revision=1)

    assert empty_index.space_id() == 2
    assert empty_index.count() == 1


@pytest.mark.parametrize("ranking", RANKINGS)
def test_apply_replaces_adds_and_removes(changeable: ProfileIndex, ranking: Ranking) -> None:
    reference = BruteForce(LISTENERS)
    upserts = make_profiles(make_listeners(300, seed=2, first_id=1_900))
    removals = [3, 5, 1_950, 77_777]

    changeable.apply(upserts=upserts, removals=removals, revision=8)

    reference.apply(upserts, removals)
    assert changeable.revision() == 8
    assert changeable.count() == len(reference.profiles)
    for query in ONE_OF_EACH_KIND:
        found = changeable.nearest(query, 30, ranking=ranking)
        assert_same(found, reference.nearest(query, 30, ranking=ranking))


def test_apply_that_is_not_newer_changes_nothing(changeable: ProfileIndex) -> None:
    changeable.apply(upserts=NOBODY, removals=[1], revision=7)

    changeable.apply(upserts=NOBODY, removals=[2], revision=7)
    changeable.apply(upserts=make_profiles(LISTENERS), removals=[3], revision=6)

    assert changeable.revision() == 7
    assert changeable.count() == len(LISTENERS) - 1


def test_removing_everybody_leaves_an_empty_index(changeable: ProfileIndex) -> None:
    everybody = [profile.user_id for profile in LISTENERS]

    changeable.apply(upserts=NOBODY, removals=everybody, revision=2)

    assert changeable.count() == 0
    assert changeable.nearest(LISTENERS[0], 10, ranking="seed") == []


def test_replace_all_forgets_the_content_before_it(changeable: ProfileIndex) -> None:
    changeable.replace_all([make_profiles(LISTENERS[:7])], space_id=6, revision=3)

    assert (changeable.count(), changeable.space_id(), changeable.revision()) == (7, 6, 3)


def test_a_failing_replace_all_keeps_the_content_before_it(changeable: ProfileIndex) -> None:
    def fail_half_way() -> Iterator[Profiles]:
        yield make_profiles(LISTENERS[:400])
        raise OSError("The database went away.")

    with pytest.raises(OSError, match="went away"):
        changeable.replace_all(fail_half_way(), space_id=6, revision=3)

    assert (changeable.count(), changeable.space_id(), changeable.revision()) == (
        len(LISTENERS),
        5,
        1,
    )


def test_readers_see_each_change_whole_or_not_at_all(changeable: ProfileIndex) -> None:
    def is_marked(marked: int) -> Profiles:
        return make_profiles(
            [make_profile(user_id, artists={5_000 + marked: 1}) for user_id in range(1, 41)]
        )

    changeable.apply(upserts=is_marked(0), removals=(), revision=2)
    done = threading.Event()
    seen: list[list[int]] = []

    def read() -> None:
        query = make_profile(9_999, artists={5_000: 1, 5_001: 1})
        while not done.is_set():
            found = changeable.nearest(query, 100, ranking="hybrid")
            seen.append([n.user_id for n in found if n.artist_similarity > 0])

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for revision in range(3, 63):
        changeable.apply(upserts=is_marked(revision % 2), removals=(), revision=revision)
    done.set()
    for reader in readers:
        reader.join()

    assert changeable.revision() == 62
    assert all(sorted(user_ids) == list(range(1, 41)) for user_ids in seen)


CHANGES = st.lists(
    st.tuples(
        st.integers(0, 2**16),  # seed of the listeners that are upserted
        st.integers(0, 12),  # how many
        st.integers(1, 40),  # from which id
        st.lists(st.integers(1, 60), max_size=12),  # removals
    ),
    max_size=12,
)


@given(start=st.integers(0, 60), changes=CHANGES, segment_size=st.integers(1, 30))
@settings(max_examples=60)
def test_any_sequence_of_changes_agrees_with_the_definition(
    start: int, changes: list[tuple[int, int, int, list[int]]], segment_size: int
) -> None:
    listeners = make_listeners(start, seed=3)
    index = fill(EmbeddedIndex(segment_size=segment_size), listeners, revision=0)
    reference = BruteForce(listeners)

    for revision, (seed, count, first_id, removals) in enumerate(changes, start=1):
        upserts = make_profiles(make_listeners(count, seed=seed, first_id=first_id))
        index.apply(upserts=upserts, removals=removals, revision=revision)
        reference.apply(upserts, removals)

    assert index.count() == len(reference.profiles)
    for ranking in RANKINGS:
        for query in make_listeners(10, seed=4, first_id=50):
            exclude = {query.user_id, 1, 2}
            found = index.nearest(query, 7, exclude=exclude, ranking=ranking)
            assert_same(found, reference.nearest(query, 7, exclude=exclude, ranking=ranking))
