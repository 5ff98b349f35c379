"""The index that processes share follows the database, whatever happens on the way."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import numpy as np
import pytest
from django.core.cache import cache
from django.utils import timezone
from elastic_transport import Urllib3HttpNode
from elasticsearch import Elasticsearch

from accounts.consent import KEPT_AT_MOST
from accounts.models import MusicAccount, User
from accounts.music_services import Service
from recommendations.index import use_shared
from recommendations.index.base import IndexUnavailable
from recommendations.index.elasticsearch import ElasticsearchIndex
from recommendations.models import RevisionCounter, Source
from recommendations.services.disconnect import delete_what_nobody_permits, disconnect
from recommendations.services.fitting import fit_and_index
from recommendations.services.forget import forget_listener
from recommendations.services.indexing import (
    catch_up_index,
    load_caught_up_index,
    rebuild_index,
)
from recommendations.services.profile_store import load_visible_profiles
from recommendations.services.profiles import recompute_all_profiles, recompute_profiles
from recommendations.services.similar_users import find_similar_users
from recommendations.services.spaces import load_active_space_id
from recommendations.services.visibility import set_discoverable
from recommendations.taste.profiles import Profiles
from tests.contracts.listeners import make_listeners, make_profiles
from tests.factories import make_artist, make_top_artists, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def index(
    elasticsearch_client: Elasticsearch, elasticsearch_alias: str
) -> Iterator[ElasticsearchIndex]:
    shared = ElasticsearchIndex(elasticsearch_client, alias=elasticsearch_alias)
    use_shared(shared)
    yield shared
    use_shared(None)


@pytest.fixture
def fans() -> list[User]:
    artist = make_artist()
    users = [make_user() for _ in range(4)]
    for user in users:
        make_top_artists(user, [artist])
    recompute_all_profiles()
    return users


def held_ids(client: Elasticsearch, alias: str) -> list[str]:
    """Return the ids of all documents, the one of the state included."""
    client.indices.refresh(index=alias)
    hits = client.search(index=alias, query={"match_all": {}}, size=1_000)["hits"]["hits"]
    return sorted(hit["_id"] for hit in hits)


def live_indexes(client: Elasticsearch, alias: str) -> dict[str, bool]:
    """Return every index there is under the name, and whether the alias names it."""
    found = client.indices.get(index=f"{alias}-*", features="aliases")
    return {name: alias in parts["aliases"] for name, parts in found.items()}


class _Overtaken(ElasticsearchIndex):
    """An index that another worker catches up just after this one has read how far it is."""

    profiles: Profiles | None = None
    readings_before = 1

    def revision(self) -> int:
        held = super().revision()
        if self.profiles is not None:
            self.readings_before -= 1
            if self.readings_before < 0:
                ahead, self.profiles = self.profiles, None
                last = RevisionCounter.objects.get(pk=1).last_revision
                self.apply(upserts=ahead, removals=(), revision=last)
        return held


def test_a_worker_that_another_overtakes_does_the_same_once_more(
    elasticsearch_client: Elasticsearch, elasticsearch_alias: str, fans: list[User]
) -> None:
    index = _Overtaken(elasticsearch_client, alias=elasticsearch_alias)
    use_shared(index)
    try:
        rebuild_index()
        set_discoverable(fans[0], value=False)
        catch_up_index()
        set_discoverable(fans[0], value=True)
        shown = load_visible_profiles(load_active_space_id(), [fans[0].pk])
        index.profiles = shown.take(np.arange(len(shown)))
        catch_up_index()
    finally:
        use_shared(None)

    assert index.profiles is None
    assert str(fans[0].pk) in held_ids(elasticsearch_client, elasticsearch_alias)
    assert index.revision() == RevisionCounter.objects.get(pk=1).last_revision


def test_an_index_that_was_never_filled_is_not_searched(
    index: ElasticsearchIndex, fans: list[User]
) -> None:
    with pytest.raises(IndexUnavailable, match="being filled"):
        find_similar_users(fans[0], limit=3)

    assert index.count() == 0


def test_catching_up_fills_it_first(index: ElasticsearchIndex, fans: list[User]) -> None:
    catch_up_index()

    assert load_caught_up_index() is index
    assert index.count() == len(fans)
    assert index.revision() == RevisionCounter.objects.get().last_revision
    found = find_similar_users(fans[0], limit=9)
    assert [similar.user for similar in found] == fans[1:]


def test_changes_and_removals_are_taken_over(
    index: ElasticsearchIndex,
    fans: list[User],
    elasticsearch_client: Elasticsearch,
    elasticsearch_alias: str,
) -> None:
    catch_up_index()
    newcomer = make_user()
    make_top_artists(newcomer, [make_artist()])
    recompute_profiles([newcomer.pk])
    set_discoverable(fans[0], value=False)
    forgotten_id = str(fans[1].pk)
    forget_listener(fans[1])

    catch_up_index()

    expected = sorted(["state", *(str(user.pk) for user in (fans[2], fans[3], newcomer))])
    assert held_ids(elasticsearch_client, elasticsearch_alias) == expected
    assert forgotten_id not in expected
    assert index.revision() == RevisionCounter.objects.get().last_revision


@pytest.mark.parametrize("is_asked_for", [True, False])
def test_what_came_from_spotify_leaves_the_index_with_the_rest(
    index: ElasticsearchIndex,
    elasticsearch_client: Elasticsearch,
    elasticsearch_alias: str,
    *,
    is_asked_for: bool,
) -> None:
    user = make_user()
    make_top_artists(user, [make_artist()], source=Source.SPOTIFY)
    account = MusicAccount.objects.create(
        user=user, service=Service.SPOTIFY, account_id="ada", consent_lost_at=timezone.now()
    )
    recompute_profiles([user.pk])
    catch_up_index()
    assert str(user.pk) in held_ids(elasticsearch_client, elasticsearch_alias)

    if is_asked_for:
        disconnect(user, Service.SPOTIFY)
    else:
        delete_what_nobody_permits(account.linked_at + KEPT_AT_MOST)

    assert held_ids(elasticsearch_client, elasticsearch_alias) == ["state"]
    assert index.count() == 0


def test_a_removed_listener_is_not_found_before_the_index_knows(
    index: ElasticsearchIndex, fans: list[User]
) -> None:
    catch_up_index()
    set_discoverable(fans[1], value=False)

    found = find_similar_users(fans[0], limit=9)

    assert index.count() == len(fans)
    assert [similar.user for similar in found] == fans[2:]


def test_late_writes_do_no_harm(index: ElasticsearchIndex, fans: list[User]) -> None:
    catch_up_index()
    late = make_profiles(make_listeners(1, first_id=fans[0].pk))
    set_discoverable(fans[0], value=False)
    catch_up_index()

    index.apply(upserts=late, removals=[fans[1].pk], revision=1)

    assert index.count() == len(fans) - 1


def test_an_index_ahead_of_a_restored_database_is_replaced(
    index: ElasticsearchIndex, fans: list[User]
) -> None:
    catch_up_index()
    index.apply(upserts=Profiles.empty(), removals=[fans[0].pk], revision=1_000)

    catch_up_index()

    assert index.count() == len(fans)
    assert index.revision() == RevisionCounter.objects.get().last_revision


def test_an_index_that_another_version_laid_out_is_replaced(
    index: ElasticsearchIndex,
    fans: list[User],
    elasticsearch_client: Elasticsearch,
    elasticsearch_alias: str,
) -> None:
    catch_up_index()
    revision = index.revision()
    elasticsearch_client.index(
        index=elasticsearch_alias,
        id="state",
        document={"space_id": load_active_space_id(), "revision": revision, "template": 1},
    )
    with pytest.raises(IndexUnavailable, match="being filled"):
        find_similar_users(fans[0], limit=3)

    catch_up_index()

    assert len(find_similar_users(fans[0], limit=9)) == 3
    assert index.revision() == revision


class _Stopping(Urllib3HttpNode):
    """Stops its process, by Ctrl+C, once Elasticsearch has answered so many requests."""

    left = -1

    def perform_request(self, *args: Any, **options: Any) -> Any:
        answer = super().perform_request(*args, **options)
        _Stopping.left -= 1
        if _Stopping.left == 0:
            raise KeyboardInterrupt
        return answer


def test_a_rebuild_that_was_stopped_anywhere_and_run_again_leaves_one_index(
    index: ElasticsearchIndex,
    fans: list[User],
    elasticsearch_client: Elasticsearch,
    elasticsearch_alias: str,
) -> None:
    [node] = elasticsearch_client.transport.node_pool.all()
    drafts = 0
    catch_up_index()
    with Elasticsearch(node.base_url, node_class=_Stopping) as client:
        use_shared(ElasticsearchIndex(client, alias=elasticsearch_alias))
        for requests in count(1):
            _Stopping.left = requests
            with suppress(KeyboardInterrupt):
                rebuild_index()
            if _Stopping.left > 0:
                break
            _Stopping.left = -1
            found = live_indexes(elasticsearch_client, elasticsearch_alias)
            drafts += len(found) > 1
            assert list(found.values()).count(True) == 1
            assert len(find_similar_users(fans[0], limit=9)) == len(fans) - 1

    assert drafts > requests / 2
    assert list(live_indexes(elasticsearch_client, elasticsearch_alias).values()) == [True]
    assert index.count() == len(fans)


def test_searches_go_on_during_a_rebuild_and_changes_are_not_lost(
    index: ElasticsearchIndex, fans: list[User]
) -> None:
    catch_up_index()
    found = []

    def change(_done: int, _total: int) -> None:
        found.append(len(find_similar_users(fans[0], limit=9)))
        set_discoverable(fans[3], value=False)

    assert rebuild_index(change) == (3, 3)
    assert found == [3]
    assert index.revision() == RevisionCounter.objects.get().last_revision


def test_a_sweep_leaves_a_rebuild_alone(index: ElasticsearchIndex, fans: list[User]) -> None:
    held_during = []

    def sweep(_done: int, _total: int) -> None:
        catch_up_index()
        held_during.append(index.count())

    assert rebuild_index(sweep) == (len(fans), len(fans))
    assert held_during == [0]


def test_a_new_space_is_searched_from_the_switch_on(
    index: ElasticsearchIndex, fans: list[User]
) -> None:
    catch_up_index()
    before = index.space_id()

    fit_and_index()

    assert index.space_id() != before
    assert len(find_similar_users(fans[0], limit=9)) == 3


def test_a_refused_document_is_reported_and_does_not_hold_up_the_others(
    index: ElasticsearchIndex, caplog: pytest.LogCaptureFixture
) -> None:
    profiles = make_profiles(make_listeners(10))
    index.replace_all([profiles], space_id=1, revision=1)
    broken_id = int(profiles.user_ids[0])
    profiles.taste_vectors[0, 0] = np.nan

    index.apply(upserts=profiles, removals=(), revision=2)

    assert f"refused document {broken_id} of" in caplog.text
    assert (index.count(), index.revision()) == (9, 2)


def test_a_draft_that_another_rebuild_dropped_is_not_published(
    index: ElasticsearchIndex, elasticsearch_client: Elasticsearch, elasticsearch_alias: str
) -> None:
    first = index.draft([make_profiles(make_listeners(10))], space_id=1, revision=1)
    second = index.draft([make_profiles(make_listeners(5))], space_id=2, revision=1)

    with pytest.raises(IndexUnavailable):
        first.publish()
    second.publish()

    assert (index.count(), index.space_id()) == (5, 2)
    assert list(live_indexes(elasticsearch_client, elasticsearch_alias).values()) == [True]


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()
