"""Profiles of a part of somebody's listening, and searching with them."""

import numpy as np
import pytest

from accounts.models import User
from recommendations.models import Artist, TasteProfile, TimeRange, Track
from recommendations.services.listening import load_lists
from recommendations.services.pairs import Search
from recommendations.services.partial_profiles import build_partial_profile
from recommendations.services.profiles import recompute_all_profiles
from recommendations.services.similar_users import NotEnoughListening, search_similar_users
from recommendations.taste.profiles import Profile
from recommendations.taste.space import Space, default_space
from tests.factories import make_artist, make_top_artists, make_top_tracks, make_track, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def artists() -> list[Artist]:
    """One of lately, one of all the time."""
    return [make_artist("Lately"), make_artist("Always")]


@pytest.fixture
def tracks(listener: User, artists: list[Artist]) -> list[Track]:
    """A track by each; the artists are top artists of the same spans."""
    tracks = [
        make_track(artists=[artists[0]], features={"energy": 0.9}),
        make_track(artists=[artists[1]], features={"energy": 0.1}),
    ]
    spans = (TimeRange.SHORT_TERM, TimeRange.LONG_TERM)
    for artist, track, span in zip(artists, tracks, spans, strict=True):
        make_top_tracks(listener, [track], time_range=span)
        make_top_artists(listener, [artist], time_range=span)
    return tracks


def test_a_span_counts_its_own_lists_alone(
    listener: User, artists: list[Artist], tracks: list[Track]
) -> None:
    assert tracks
    for artist, span, energy in zip(
        artists, (TimeRange.SHORT_TERM, TimeRange.LONG_TERM), (0.9, 0.1), strict=True
    ):
        profile = build_partial_profile(listener.pk, default_space(), time_range=span)

        assert profile is not None
        assert profile.user_id == listener.pk
        assert profile.artist_ids.tolist() == [artist.pk]
        assert profile.feature_means[1] == pytest.approx(energy)


def test_tracks_count_with_the_artists_credited_on_them(
    listener: User, artists: list[Artist], tracks: list[Track]
) -> None:
    profile = build_partial_profile(listener.pk, default_space(), track_ids=[tracks[1].pk])

    assert profile is not None
    assert profile.artist_ids.tolist() == [artists[1].pk]
    assert profile.feature_means[1] == pytest.approx(0.1)


def test_all_tracks_give_the_stored_profile(listener: User, tracks: list[Track]) -> None:
    recompute_all_profiles()
    stored = TasteProfile.objects.get(user=listener)

    track_ids = [track.pk for track in tracks]
    profile = build_partial_profile(listener.pk, default_space(), track_ids=track_ids)

    assert profile is not None
    assert profile.artist_ids.tobytes() == bytes(stored.artist_ids)
    assert profile.artist_weights.tobytes() == bytes(stored.artist_weights)
    assert profile.taste_vector.tobytes() == bytes(stored.taste_vector)


@pytest.mark.parametrize("part", [{"time_range": TimeRange.MEDIUM_TERM}, {"track_ids": []}])
def test_nothing_makes_no_profile(
    listener: User, tracks: list[Track], part: dict[str, TimeRange]
) -> None:
    assert tracks
    assert build_partial_profile(listener.pk, default_space(), **part) is None  # type: ignore[arg-type]  # one of either kind


def test_the_search_takes_the_part_and_stores_nothing(
    listener: User, artists: list[Artist], tracks: list[Track]
) -> None:
    assert tracks
    fans = [make_user(), make_user()]
    for fan, artist in zip(fans, artists, strict=True):
        make_top_artists(fan, [artist])
    recompute_all_profiles()
    stored = list(TasteProfile.objects.order_by("pk").values())

    def lately(space: Space) -> Profile | None:
        return build_partial_profile(listener.pk, space, time_range=TimeRange.SHORT_TERM)

    found = search_similar_users(listener, Search(2, "hybrid"), lately).similar_users

    assert [similar.user for similar in found] == fans
    assert found[0].shared_artists[0].artist == artists[0]
    assert found[1].shared_artists == ()
    assert list(TasteProfile.objects.order_by("pk").values()) == stored


def test_a_part_of_which_nothing_is_known_is_not_enough(listener: User) -> None:
    with pytest.raises(NotEnoughListening):
        search_similar_users(listener, Search(1, "hybrid"), lambda _space: None)


def test_lists_of_tracks_keep_the_artists_named_beside_them(listener: User) -> None:
    both = [make_artist(), make_artist()]
    track = make_track(artists=[both[0]])
    make_top_tracks(listener, [track])
    make_top_artists(listener, both)

    lists = load_lists([listener.pk], default_space().scales)
    of_track = lists.of_tracks([track.pk]).gather()
    with_other = lists.of_tracks([track.pk], [both[1].pk]).gather()

    np.testing.assert_array_equal(of_track.artist_ids, [both[0].pk])
    np.testing.assert_array_equal(with_other.artist_ids, [both[0].pk, both[1].pk])
