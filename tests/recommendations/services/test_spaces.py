"""The active space and its exchange."""

import pytest

from accounts.models import User
from recommendations.models import ProfileChange, TasteProfile, TasteSpace
from recommendations.services.profiles import recompute_all_profiles, recompute_profiles
from recommendations.services.similar_users import find_similar_users
from recommendations.services.spaces import (
    SpaceReplaced,
    fit_taste_space,
    load_active_space,
    load_active_space_id,
    load_current_spaces,
)
from recommendations.taste.space import default_space
from tests.factories import make_artist, make_top_artists, make_user

pytestmark = pytest.mark.django_db


def _make_pending() -> int:
    return TasteSpace.objects.create(
        status=TasteSpace.Status.PENDING,
        origin="a run that was stopped",
        listener_count=0,
        track_count=0,
        artist_count=0,
        arrays=default_space().to_bytes(),
    ).pk


@pytest.fixture
def fans() -> list[User]:
    artist = make_artist()
    users = [make_user(), make_user()]
    for user in users:
        make_top_artists(user, [artist])
    recompute_all_profiles()
    return users


def test_the_first_use_makes_the_default_space_active() -> None:
    space_id, space = load_active_space()

    assert space.origin == default_space().origin
    assert TasteSpace.objects.get().pk == space_id == load_active_space_id()


def test_fitting_leaves_one_space_with_all_profiles(fans: list[User]) -> None:
    before = load_active_space_id()

    change = fit_taste_space()

    space = TasteSpace.objects.get()
    assert space.pk != before
    assert space.status == TasteSpace.Status.ACTIVE
    assert set(space.profiles.values_list("user_id", flat=True)) == {user.pk for user in fans}
    assert TasteProfile.objects.count() == change.profile_count == len(fans)
    assert change.after.listener_count == len(fans)


def test_after_fitting_similar_users_are_found_in_the_new_space(fans: list[User]) -> None:
    assert find_similar_users(fans[0], limit=1)[0].user == fans[1]

    fit_taste_space()

    assert find_similar_users(fans[0], limit=1)[0].user == fans[1]


def test_what_a_stopped_run_left_is_discarded(fans: list[User]) -> None:
    left_over = _make_pending()
    recompute_profiles([fans[0].pk])

    fit_taste_space()

    assert not TasteSpace.objects.filter(pk=left_over).exists()
    assert TasteProfile.objects.count() == len(fans)


def test_a_listener_who_changes_during_a_fit_is_computed_in_both_spaces(fans: list[User]) -> None:
    pending = _make_pending()

    recompute_profiles([fans[0].pk])

    assert [space_id for space_id, _ in load_current_spaces()] == [load_active_space_id(), pending]
    assert TasteProfile.objects.filter(user=fans[0]).count() == 2
    assert ProfileChange.objects.filter(user_id=fans[0].pk).count() == 1


def test_a_fit_that_another_one_replaces_stops_and_changes_nothing(fans: list[User]) -> None:
    active = load_active_space_id()

    def begin_another(done: int, total: int) -> None:
        assert done == total
        TasteSpace.objects.filter(status=TasteSpace.Status.PENDING).delete()
        _make_pending()

    with pytest.raises(SpaceReplaced):
        fit_taste_space(begin_another)

    assert load_active_space_id() == active
    assert TasteProfile.objects.filter(space_id=active).count() == len(fans)


def test_fitting_without_any_listener_keeps_the_default_figures() -> None:
    change = fit_taste_space()

    assert change.after.listener_count == 0
    assert change.profile_count == 0
