"""The process's index follows the database."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from recommendations.index import get_index
from recommendations.models import ProfileChange, RevisionCounter
from recommendations.services.indexing import load_caught_up_index, rebuild_index, record_changes
from recommendations.services.profiles import recompute_all_profiles, recompute_profiles
from recommendations.services.visibility import set_discoverable
from recommendations.taste.profiles import Profiles
from tests.factories import make_artist, make_top_artists, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def fans() -> list[User]:
    artist = make_artist()
    users = [make_user() for _ in range(3)]
    for user in users:
        make_top_artists(user, [artist])
    recompute_all_profiles()
    return users


def test_the_first_call_loads_everybody_at_the_last_revision(fans: list[User]) -> None:
    index = load_caught_up_index()

    assert index.count() == len(fans)
    assert index.revision() == RevisionCounter.objects.get().last_revision == 3


def test_a_change_is_taken_over(fans: list[User]) -> None:
    load_caught_up_index()
    newcomer = make_user()
    make_top_artists(newcomer, [make_artist()])
    recompute_profiles([newcomer.pk])
    set_discoverable(fans[0], value=False)

    index = load_caught_up_index()

    assert index.count() == len(fans)
    assert index.revision() == 5


def test_nothing_new_takes_two_queries(
    fans: list[User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    load_caught_up_index()

    with django_assert_num_queries(2):
        assert load_caught_up_index().count() == len(fans)


def test_an_index_ahead_of_a_restored_database_is_loaded_anew(fans: list[User]) -> None:
    load_caught_up_index()
    get_index().apply(upserts=Profiles.empty(), removals=[fans[0].pk], revision=1_000)

    index = load_caught_up_index()

    assert (index.count(), index.revision()) == (len(fans), 3)


def test_each_listener_keeps_only_the_latest_revision(fans: list[User]) -> None:
    record_changes([fans[0].pk])
    record_changes([fans[0].pk, fans[2].pk])

    changes = dict(ProfileChange.objects.values_list("user_id", "revision"))
    assert changes == {fans[0].pk: 5, fans[1].pk: 2, fans[2].pk: 6}


def test_no_change_takes_no_revision() -> None:
    record_changes([])

    assert not RevisionCounter.objects.exists()


def test_rebuilding_gives_everybody_a_new_revision(fans: list[User]) -> None:
    assert rebuild_index() == (len(fans), len(fans))

    assert all(change.revision > 3 for change in ProfileChange.objects.all())
