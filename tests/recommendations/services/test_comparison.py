"""Comparing two listeners in full."""

import pytest
from pytest_django import DjangoAssertNumQueries

from recommendations.models import Source, TimeRange
from recommendations.services import comparison
from recommendations.services.comparison import compare_in_full, compare_listeners
from recommendations.services.profiles import recompute_profiles
from tests.factories import make_artist, make_top_tracks, make_track
from tests.recommendations.conftest import Cast

pytestmark = pytest.mark.django_db


def test_it_says_what_the_short_comparison_says(cast: Cast) -> None:
    assert compare_in_full(cast.ana, cast.stranger).pair == compare_listeners(
        cast.ana, cast.stranger
    )


def test_artists_of_one_side_are_named(cast: Cast) -> None:
    apart = compare_in_full(cast.ana, cast.stranger).apart

    assert [artist.name for artist in apart.only_yours] == ["Radiohead"]
    assert [artist.name for artist in apart.only_theirs] == ["Sade"]
    assert apart.parts[0].part == "artists"
    assert {"energy", "tempo_bpm"} <= {feature.name for feature in apart.opposite_features}


def test_shared_tracks_stand_in_order_of_both_ranks(cast: Cast) -> None:
    tracks = [make_track(artists=[make_artist()]) for _ in range(4)]
    mine, theirs = [tracks[0], tracks[1], tracks[2]], [tracks[3], tracks[1], tracks[2], tracks[0]]
    make_top_tracks(cast.ana, mine, time_range=TimeRange.SHORT_TERM)
    make_top_tracks(cast.stranger, theirs, time_range=TimeRange.SHORT_TERM, source=Source.SPOTIFY)

    found = compare_in_full(cast.ana, cast.stranger)

    assert [shared.track for shared in found.shared_tracks] == [tracks[0], tracks[1], tracks[2]]
    assert all(shared.is_from_spotify for shared in found.shared_tracks)
    assert found.shared_track_count == 3


def test_the_list_of_tracks_is_bounded_and_their_number_true(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "MAX_SHARED_TRACKS", 1)
    tracks = [make_track(), make_track()]
    for user in (cast.ana, cast.sibling):
        make_top_tracks(user, tracks, time_range=TimeRange.SHORT_TERM)

    found = compare_in_full(cast.ana, cast.sibling)

    assert ([shared.track for shared in found.shared_tracks], found.shared_track_count) == (
        [tracks[0]],
        2,
    )


@pytest.mark.parametrize("count", [1, 9])
def test_the_number_of_queries_does_not_grow(
    cast: Cast, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tracks = [make_track(artists=[make_artist()]) for _ in range(count)]
    for user in (cast.ana, cast.stranger):
        make_top_tracks(user, tracks, time_range=TimeRange.SHORT_TERM)
    recompute_profiles([cast.ana.pk, cast.stranger.pk])
    compare_in_full(cast.ana, cast.stranger)  # which loads the space

    # Stale ones, space, two profiles, users, artists, artists of one side, shared tracks and
    # these with their artists.
    with django_assert_num_queries(10):
        found = compare_in_full(cast.ana, cast.stranger)
        assert [credit.artist for credit in found.shared_tracks[0].track.credits.all()]
