"""Finding and comparing similar users."""

from itertools import pairwise

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from recommendations.models import Artist, TopArtist
from recommendations.services.comparison import compare_listeners
from recommendations.services.forget import forget_listener
from recommendations.services.indexing import load_caught_up_index
from recommendations.services.profiles import mark_stale, recompute_all_profiles
from recommendations.services.similar_users import (
    NotEnoughListening,
    find_similar_users,
    find_similar_users_of_all,
)
from recommendations.services.visibility import set_active, set_discoverable
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def artists() -> list[Artist]:
    return [make_artist() for _ in range(6)]


@pytest.fixture
def fans(listener: User, artists: list[Artist]) -> list[User]:
    """Listeners who share 3, 2, 1 and 0 of the listener's artists, in this order."""
    make_top_artists(listener, artists[:3])
    others = [make_user() for _ in range(4)]
    for shared, other in zip((3, 2, 1, 0), others, strict=True):
        make_top_artists(other, [*artists[:shared], *artists[3 : 6 - shared]])
    recompute_all_profiles()
    return others


def _found(user: User, limit: int = 10) -> list[User]:
    return [similar.user for similar in find_similar_users(user, limit=limit)]


def test_who_shares_more_stands_before_who_shares_less(listener: User, fans: list[User]) -> None:
    found = find_similar_users(listener, limit=10)

    assert [similar.user for similar in found] == fans
    assert [similar.rank for similar in found] == [1, 2, 3, 4]
    assert [len(similar.shared_artists) for similar in found] == [3, 2, 1, 0]
    assert all(better.percent >= worse.percent for better, worse in pairwise(found))


def test_limit_keeps_the_best(listener: User, fans: list[User]) -> None:
    assert _found(listener, limit=2) == fans[:2]


def test_shares_add_up_to_the_score(listener: User, fans: list[User]) -> None:
    best = find_similar_users(listener, limit=1)[0]

    assert best.user == fans[0]
    parts = best.parts
    assert parts is not None
    assert sum(shared.share for shared in best.shared_artists) == pytest.approx(parts.artists)
    assert parts.artists + parts.taste_map + parts.sound == pytest.approx(best.score, abs=1e-6)


def test_the_hidden_and_the_inactive_are_left_out(listener: User, fans: list[User]) -> None:
    set_discoverable(fans[0], value=False)
    set_active(fans[1], value=False)

    assert _found(listener) == fans[2:]


def test_who_hides_is_gone_at_the_next_call_and_comes_back(
    listener: User, fans: list[User]
) -> None:
    assert _found(listener) == fans

    set_discoverable(fans[1], value=False)
    assert _found(listener) == [fans[0], *fans[2:]]

    set_discoverable(fans[1], value=True)
    assert _found(listener) == fans


def test_who_was_hidden_behind_the_indexs_back_is_replaced_by_the_next_best(
    listener: User, fans: list[User]
) -> None:
    assert _found(listener, limit=2) == fans[:2]

    User.objects.filter(pk=fans[0].pk).update(is_discoverable=False)

    assert _found(listener, limit=2) == fans[1:3]


def test_the_hidden_find_others(
    hidden_listener: User, fans: list[User], artists: list[Artist]
) -> None:
    make_top_artists(hidden_listener, artists[:1])

    assert set(fans) <= set(_found(hidden_listener))


def test_forgotten_listeners_are_gone(listener: User, fans: list[User]) -> None:
    assert _found(listener) == fans
    forgotten_id = fans[0].pk

    forget_listener(fans[0])

    assert _found(listener) == fans[1:]
    assert not TopArtist.objects.filter(user_id=forgotten_id).exists()


def test_a_stale_profile_is_recomputed_first(
    listener: User, fans: list[User], artists: list[Artist]
) -> None:
    assert _found(listener)[0] == fans[0]
    TopArtist.objects.filter(user=listener).delete()
    make_top_artists(listener, artists[3:])
    mark_stale([listener.pk])

    assert _found(listener)[0] == fans[3]


def test_nothing_known_says_that_both_lists_are_missing(listener: User) -> None:
    with pytest.raises(NotEnoughListening) as caught:
        find_similar_users(listener, limit=5)

    assert caught.value.missing == ("top_tracks", "top_artists")


def test_tracks_of_which_nothing_is_known_say_what_is_missing(listener: User) -> None:
    make_top_tracks(listener, [make_track(features=None)])

    with pytest.raises(NotEnoughListening) as caught:
        find_similar_users(listener, limit=5)

    assert caught.value.missing == ("audio_features", "artists")


def test_features_alone_find_who_sounds_alike(listener: User) -> None:
    loud = {"energy": 0.9, "loudness_db": -4.0, "acousticness": 0.01}
    quiet = {"energy": 0.1, "loudness_db": -25.0, "acousticness": 0.95}
    alike, unlike = make_user(), make_user()
    for user, features in ((listener, loud), (unlike, quiet), (alike, loud)):
        make_top_tracks(user, [make_track(features=features)])
    recompute_all_profiles()

    found = find_similar_users(listener, limit=2)

    assert [similar.user for similar in found] == [alike, unlike]
    assert found[0].features
    assert "artists" in {missing.part for missing in found[0].missing}


def test_comparing_gives_what_searching_gives(listener: User, fans: list[User]) -> None:
    for ranking in ("hybrid", "seed"):
        for found in find_similar_users(listener, limit=10, ranking=ranking):
            compared = compare_listeners(listener, found.user, ranking=ranking)

            assert compared.score == found.score
            assert compared.cosine == found.cosine
            assert compared.shared_artists == found.shared_artists
    assert compared.user in fans


def test_comparing_with_somebody_without_a_profile_is_refused(
    listener: User, fans: list[User], other_listener: User
) -> None:
    assert fans
    with pytest.raises(NotEnoughListening):
        compare_listeners(listener, other_listener)


def test_the_sites_ranking_is_used_unless_another_is_given(
    listener: User, fans: list[User], settings: Settings
) -> None:
    settings.METAREC_RANKING = "seed"

    found = find_similar_users(listener, limit=1)

    assert found[0].user == fans[0]
    assert found[0].score >= 501


@pytest.mark.parametrize("limit", [1, 4])
def test_queries_do_not_grow_with_the_limit(
    limit: int,
    listener: User,
    fans: list[User],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    assert _found(listener, limit=limit) == fans[:limit]

    with django_assert_num_queries(9):
        find_similar_users(listener, limit=limit)


def test_everybodys_similar_users_are_those_of_each(listener: User, fans: list[User]) -> None:
    recompute_all_profiles()

    found = {user: similar for user, similar in find_similar_users_of_all(limit=3)}  # noqa: C416

    assert set(found) == {listener, *fans}
    assert found[listener] == find_similar_users(listener, limit=3)


def test_the_index_holds_only_who_may_be_found(
    listener: User, fans: list[User], hidden_listener: User, artists: list[Artist]
) -> None:
    make_top_artists(hidden_listener, artists)
    recompute_all_profiles()

    assert load_caught_up_index().count() == len([listener, *fans])
