"""Who does not see whom."""

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.sharing import UnseenListener
from recommendations.index.base import RANKINGS, Ranking
from recommendations.services import unseen_listeners
from recommendations.services.forget import forget_listener
from recommendations.services.listeners import (
    ListenerNotVisible,
    load_discoverable_listeners,
    load_visible_listener,
)
from recommendations.services.similar_users import find_similar_users, find_similar_users_of_all
from recommendations.services.unseen_listeners import (
    TooManyUnseen,
    hide_listener,
    load_unseen_listeners,
    show_again,
)
from recommendations.services.visibility import load_unseen, set_discoverable
from tests.factories import make_user
from tests.recommendations.conftest import Cast

pytestmark = pytest.mark.django_db


def _found(user: User, ranking: Ranking = "hybrid") -> list[User]:
    return [similar.user for similar in find_similar_users(user, limit=10, ranking=ranking)]


@pytest.mark.parametrize("ranking", RANKINGS)
@pytest.mark.parametrize("is_blocked", [False, True])
def test_the_unseen_are_no_similar_users_and_the_next_take_their_place(
    cast: Cast, ranking: Ranking, *, is_blocked: bool
) -> None:
    hide_listener(cast.ana, cast.sibling.pk, is_blocked=is_blocked)

    assert find_similar_users(cast.ana, limit=1, ranking=ranking)[0].user == cast.stranger
    assert (cast.ana in _found(cast.sibling, ranking)) is not is_blocked
    assert cast.ana in _found(cast.stranger, ranking)

    show_again(cast.ana, cast.sibling.pk)
    assert _found(cast.ana, ranking) == [cast.sibling, cast.stranger]
    assert cast.ana in _found(cast.sibling, ranking)


def test_the_export_of_all_keeps_to_it(cast: Cast) -> None:
    hide_listener(cast.ana, cast.sibling.pk, is_blocked=True)

    found = dict(find_similar_users_of_all(limit=3))

    assert [similar.user for similar in found[cast.ana]] == [cast.stranger]
    assert [similar.user for similar in found[cast.sibling]] == [cast.stranger]


def test_only_a_block_hides_the_page_and_from_both(cast: Cast) -> None:
    hide_listener(cast.ana, cast.sibling.pk, is_blocked=False)
    assert load_visible_listener(cast.ana, cast.sibling.pk) == cast.sibling

    hide_listener(cast.ana, cast.sibling.pk, is_blocked=True)
    for viewer, user in ((cast.ana, cast.sibling), (cast.sibling, cast.ana)):
        with pytest.raises(ListenerNotVisible):
            load_visible_listener(viewer, user.pk)
        assert load_visible_listener(user, user.pk) == user
    assert load_visible_listener(AnonymousUser(), cast.sibling.pk) == cast.sibling
    assert load_visible_listener(cast.stranger, cast.ana.pk) == cast.ana


def test_lists_leave_out_who_is_hidden_and_who_blocked(cast: Cast) -> None:
    hide_listener(cast.ana, cast.stranger.pk, is_blocked=False)
    hide_listener(cast.sibling, cast.ana.pk, is_blocked=True)

    assert load_unseen(cast.ana) == {cast.stranger.pk, cast.sibling.pk}
    assert load_unseen(cast.sibling) == {cast.ana.pk}
    assert load_unseen(cast.stranger) == load_unseen(AnonymousUser()) == frozenset()
    assert list(load_discoverable_listeners(cast.ana)) == [cast.ana]


def test_one_query_tells_whom_a_listener_does_not_see(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hide_listener(cast.ana, cast.sibling.pk, is_blocked=True)

    with django_assert_num_queries(1):
        load_unseen(cast.ana)
    with django_assert_num_queries(0):
        load_unseen(AnonymousUser())


def test_hiding_and_blocking_change_into_each_other(cast: Cast) -> None:
    for is_blocked in (True, True, False):
        hide_listener(cast.ana, cast.sibling.pk, is_blocked=is_blocked)

        [row] = load_unseen_listeners(cast.ana)
        assert (row.unseen, row.is_blocked) == (cast.sibling, is_blocked)


def test_the_hidden_the_unknown_and_oneself_cannot_be_hidden(cast: Cast) -> None:
    hide_listener(cast.stranger, cast.ana.pk, is_blocked=True)

    for user_id in (cast.hidden.pk, 10**9, cast.ana.pk, cast.stranger.pk):
        with pytest.raises(ListenerNotVisible):
            hide_listener(cast.ana, user_id, is_blocked=False)


def test_the_list_names_nobody_who_does_not_want_to_be_seen(cast: Cast) -> None:
    for user in (cast.sibling, cast.stranger):
        hide_listener(cast.ana, user.pk, is_blocked=True)

    set_discoverable(cast.sibling, value=False)
    assert [row.unseen for row in load_unseen_listeners(cast.ana)] == [cast.stranger]

    set_discoverable(cast.sibling, value=True)
    assert [row.unseen for row in load_unseen_listeners(cast.ana)] == [cast.stranger, cast.sibling]


def test_the_number_is_bounded(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unseen_listeners, "MAX_UNSEEN", 1)
    hide_listener(cast.ana, cast.sibling.pk, is_blocked=False)

    with pytest.raises(TooManyUnseen):
        hide_listener(cast.ana, cast.stranger.pk, is_blocked=False)
    hide_listener(cast.ana, cast.sibling.pk, is_blocked=True)


def test_both_sides_deletion_takes_it_along(cast: Cast) -> None:
    third = make_user()
    hide_listener(cast.ana, cast.sibling.pk, is_blocked=True)
    hide_listener(third, cast.ana.pk, is_blocked=True)

    forget_listener(cast.ana)

    assert not UnseenListener.objects.exists()
