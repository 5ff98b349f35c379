"""Stored profiles follow the listening."""

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from recommendations.models import ProfileChange, StaleProfile, TasteProfile, TopArtist, TopTrack
from recommendations.services.profiles import (
    mark_stale,
    recompute_all_profiles,
    recompute_profiles,
    recompute_stale_profiles,
    refresh_profiles,
)
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user

pytestmark = pytest.mark.django_db


def _artist_ids(user: User) -> list[int]:
    blob = TasteProfile.objects.get(user=user).artist_ids
    return np.frombuffer(blob, "<i4").tolist()  # type: ignore[no-any-return]


def _revision(user: User) -> int:
    return ProfileChange.objects.get(user_id=user.pk).revision


def test_recompute_stores_a_profile_with_its_counts(listener: User) -> None:
    artist, other = make_artist(), make_artist()
    tracks = [make_track(artists=[artist]), make_track(artists=[artist], features=None)]
    make_top_tracks(listener, tracks)
    make_top_artists(listener, [other])

    recompute_profiles([listener.pk])

    profile = TasteProfile.objects.get(user=listener)
    assert (profile.track_count, profile.described_track_count, profile.artist_count) == (2, 1, 2)
    assert _artist_ids(listener) == sorted([artist.pk, other.pk])


def test_recompute_twice_leaves_one_profile(listener: User) -> None:
    make_top_artists(listener, [make_artist()])

    recompute_profiles([listener.pk])
    recompute_profiles([listener.pk])

    assert TasteProfile.objects.filter(user=listener).count() == 1


def test_recompute_gives_the_next_revision(listener: User, other_listener: User) -> None:
    for user in (listener, other_listener):
        make_top_artists(user, [make_artist()])
    recompute_profiles([listener.pk, other_listener.pk])
    before = max(_revision(listener), _revision(other_listener))

    recompute_profiles([listener.pk])

    assert _revision(listener) == before + 1
    assert _revision(other_listener) <= before


def test_recompute_removes_the_profile_of_whom_nothing_is_left(listener: User) -> None:
    make_top_artists(listener, [make_artist()])
    recompute_profiles([listener.pk])
    before = _revision(listener)
    TopArtist.objects.all().delete()

    recompute_profiles([listener.pk])

    assert not TasteProfile.objects.filter(user=listener).exists()
    assert _revision(listener) > before


def test_recompute_gives_no_revision_to_who_never_had_a_profile(listener: User) -> None:
    recompute_profiles([listener.pk])

    assert not ProfileChange.objects.exists()


def test_recompute_leaves_out_ids_of_nobody(listener: User) -> None:
    make_top_artists(listener, [make_artist()])

    assert recompute_profiles([listener.pk, listener.pk + 1000]) == 1


def test_sweep_recomputes_only_the_stale(listener: User, other_listener: User) -> None:
    for user in (listener, other_listener):
        make_top_artists(user, [make_artist()])
    mark_stale([listener.pk])

    count = recompute_stale_profiles()

    assert count == 1
    assert TasteProfile.objects.filter(user=listener).exists()
    assert not TasteProfile.objects.filter(user=other_listener).exists()
    assert not StaleProfile.objects.exists()


def test_mark_stale_again_moves_the_date(listener: User) -> None:
    mark_stale([listener.pk])
    first = StaleProfile.objects.get().since

    mark_stale([listener.pk])

    assert StaleProfile.objects.get().since > first


def test_recompute_all_reports_progress_to_the_end(listener: User, other_listener: User) -> None:
    seen: list[tuple[int, int]] = []

    recompute_all_profiles(lambda done, total: seen.append((done, total)))

    assert seen[-1] == (2, 2)
    assert {listener.pk, other_listener.pk} == set(User.objects.values_list("pk", flat=True))


def test_a_track_in_two_lists_counts_once(listener: User) -> None:
    track = make_track(artists=[make_artist()])
    make_top_tracks(listener, [track], time_range="short_term")
    make_top_tracks(listener, [track], time_range="long_term")

    recompute_profiles([listener.pk])

    assert TasteProfile.objects.get(user=listener).track_count == 1


def test_refresh_recomputes_the_stale_and_the_new_only(
    listener: User, other_listener: User
) -> None:
    fresh, empty = make_user(), make_user()
    for user in (listener, other_listener, fresh):
        make_top_artists(user, [make_artist()])
    recompute_profiles([listener.pk, fresh.pk])
    revision = _revision(fresh)
    mark_stale([listener.pk])

    refresh_profiles([listener.pk, other_listener.pk, fresh.pk, empty.pk])

    assert not StaleProfile.objects.exists()
    assert TasteProfile.objects.filter(user=other_listener).exists()
    assert _revision(fresh) == revision


def test_recompute_needs_as_many_queries_for_many_as_for_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    users = [make_user() for _ in range(20)]
    for user in users:
        make_top_tracks(user, [make_track(artists=[make_artist()])])
    recompute_all_profiles()

    for batch in (users[:1], users):
        with django_assert_num_queries(17):
            recompute_profiles([user.pk for user in batch])


def test_top_tracks_alone_make_a_profile_without_features(listener: User) -> None:
    artist = make_artist()
    make_top_tracks(listener, [make_track(artists=[artist], features=None)])

    recompute_profiles([listener.pk])

    assert TopTrack.objects.filter(user=listener).count() == 1
    assert _artist_ids(listener) == [artist.pk]
