"""Elasticsearch behind a network that delays, cuts and swallows: true answers or none."""

import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Literal

import pytest
from elasticsearch import Elasticsearch

from recommendations.index.base import IndexUnavailable, Neighbour
from recommendations.index.elasticsearch import ElasticsearchIndex, connect
from recommendations.index.elasticsearch_breaker import FAILURES_TO_OPEN
from recommendations.taste.profiles import Profile
from tests.contracts.listeners import make_listeners, make_profiles
from tests.site_processes import wait_until
from tests.toxic_proxy import HEALTHY, Toxic, ToxicProxy, toxic_proxy

ROUNDS = 60
# Within the head of the first answer, and anywhere.
CUTS_OF_HEAD, CUTS = 25, 25
HEAD = 250

ASKER, *LISTENERS = make_listeners(200)


@pytest.fixture
def proxy(elasticsearch_client: Elasticsearch) -> Iterator[ToxicProxy]:
    """A proxy in front of the node."""
    [node] = elasticsearch_client.transport.node_pool.all()
    with toxic_proxy(node.base_url) as own:
        yield own


@pytest.fixture
def near(elasticsearch_client: Elasticsearch, elasticsearch_alias: str) -> ElasticsearchIndex:
    """The index without the proxy, filled."""
    index = ElasticsearchIndex(elasticsearch_client, alias=elasticsearch_alias)
    index.replace_all([make_profiles(LISTENERS)], space_id=1, revision=1)
    return index


@pytest.fixture
def far(proxy: ToxicProxy, elasticsearch_alias: str) -> Iterator[ElasticsearchIndex]:
    """The same index behind the proxy."""
    with connect(proxy.url, "") as client:
        yield ElasticsearchIndex(client, alias=elasticsearch_alias)


def ask(index: ElasticsearchIndex) -> list[Neighbour]:
    return index.nearest(ASKER, 10, ranking="hybrid")


def fail(index: ElasticsearchIndex) -> None:
    with pytest.raises(IndexUnavailable):
        ask(index)


@pytest.mark.parametrize("then", ["close", "reset"])
def test_nearest_is_right_or_unavailable_wherever_the_answer_is_cut(
    then: Literal["close", "reset"],
    proxy: ToxicProxy,
    near: ElasticsearchIndex,
    far: ElasticsearchIndex,
    elasticsearch_alias: str,
) -> None:
    expected = ask(near)
    proxy.become(HEALTHY)
    assert ask(far) == expected
    places = range(proxy.answered * 3 // 2)
    chance = random.Random(3)  # noqa: S311 - not for secrets
    answers = []

    for after in chance.sample(range(HEAD), CUTS_OF_HEAD) + chance.sample(places, CUTS):
        proxy.become(Toxic(then, after=after))
        # Each as a process of its own, whose breaker is closed.
        with connect(proxy.url, "") as client, suppress(IndexUnavailable):
            answers.append(ask(ElasticsearchIndex(client, alias=elasticsearch_alias)))

    assert 0 < len(answers) < CUTS
    assert all(answer == expected for answer in answers)


def test_a_slow_network_gives_the_right_answer(
    proxy: ToxicProxy, near: ElasticsearchIndex, far: ElasticsearchIndex
) -> None:
    proxy.become(Toxic(delay_s=0.05))

    assert ask(far) == ask(near)


def test_once_the_breaker_is_open_nothing_is_asked_until_one_try_succeeds(
    proxy: ToxicProxy, near: ElasticsearchIndex, far: ElasticsearchIndex
) -> None:
    proxy.become(Toxic("reset"))
    for _ in range(FAILURES_TO_OPEN):
        fail(far)
    asked = proxy.requests

    for _ in range(20):
        fail(far)
    assert proxy.requests == asked

    proxy.become(HEALTHY)
    wait_until(lambda: answers(far))
    assert ask(far) == ask(near)


def answers(index: ElasticsearchIndex) -> bool:
    try:
        ask(index)
    except IndexUnavailable:
        return False
    return True


def choose_toxic(chance: random.Random) -> Toxic:
    if chance.random() < 0.4:
        return HEALTHY
    then: Literal["close", "reset"] = "close" if chance.random() < 0.5 else "reset"
    return Toxic(then, after=chance.randrange(3_000))


def test_what_was_written_through_a_toxic_network_is_whole_once_it_heals(
    proxy: ToxicProxy,
    near: ElasticsearchIndex,
    elasticsearch_alias: str,
) -> None:
    chance = random.Random(4)  # noqa: S311 - not for secrets
    # What the database would hold: each listener's last profile, None once removed.
    truth: dict[int, Profile | None] = {one.user_id: one for one in LISTENERS}
    changes: list[int] = []
    failures = 0

    def catch_up() -> None:
        with connect(proxy.url, "") as client:
            index = ElasticsearchIndex(client, alias=elasticsearch_alias)
            beyond = changes[max(0, index.revision() - 1) :]
            present = [one for user_id in set(beyond) if (one := truth[user_id]) is not None]
            removed = [user_id for user_id in beyond if truth[user_id] is None]
            upserts = make_profiles(present)
            index.apply(upserts=upserts, removals=removed, revision=1 + len(changes))

    for seed, profile in enumerate(chance.choices(LISTENERS, k=ROUNDS), start=1):
        other = make_listeners(1, seed=seed, first_id=profile.user_id)[0]
        truth[profile.user_id] = None if chance.random() < 0.3 else other
        changes.append(profile.user_id)
        proxy.become(choose_toxic(chance))
        try:
            catch_up()
        except IndexUnavailable:
            failures += 1
    proxy.become(HEALTHY)
    catch_up()

    assert 0 < failures < ROUNDS
    kept = [one for one in truth.values() if one is not None]
    assert near.count() == len(kept)
    for ranking in ("hybrid", "seed"):
        found = near.nearest(ASKER, len(LISTENERS), ranking=ranking)
        near.replace_all([make_profiles(kept)], space_id=1, revision=2 + ROUNDS)
        assert found == near.nearest(ASKER, len(LISTENERS), ranking=ranking)
    assert near.revision() == 2 + ROUNDS
