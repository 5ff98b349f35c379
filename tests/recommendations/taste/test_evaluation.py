"""Two halves of each listening, and how often a ranking brings them together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.taste.evaluation import measure_hit_rate, split_halves
from recommendations.taste.listening import Catalogue, ExcludedArtists, TopArtists, TopTracks
from recommendations.taste.lists import Lists
from recommendations.taste.profiles import Profile, Profiles
from recommendations.taste.ranking import artist_similarity
from recommendations.taste.schema import TRACK_FEATURES
from tests.contracts.listeners import make_profile, make_profiles

ALL_TRACKS = np.arange(40)


def make_lists(user_ids: list[int]) -> Lists:
    """Return listeners who all have the tracks 0 to 39 twice, in two lists.

    Track t is by artist t // 4; the artists 0 to 9 stand in everybody's list with 10 to 19, who
    have no track.
    """
    count = len(user_ids)
    rows = np.repeat(np.arange(count, dtype=np.int32), 80)
    artist_rows = np.repeat(np.arange(count, dtype=np.int32), 20)
    artist_ids = np.tile(np.arange(20, dtype=np.int32), count)
    return Lists(
        user_ids=np.array(user_ids),
        top_tracks=TopTracks(
            rows,
            np.tile(ALL_TRACKS, 2 * count),
            np.tile(np.arange(1, 81, dtype=np.int32), count),
        ),
        top_artists=TopArtists(
            artist_rows, artist_ids, artist_ids + 1, np.full(len(artist_ids), np.nan)
        ),
        catalogue=Catalogue(
            ALL_TRACKS,
            np.full((40, len(TRACK_FEATURES)), 0.5),
            ALL_TRACKS,
            (ALL_TRACKS // 4).astype(np.int32),
        ),
        excluded=ExcludedArtists(np.zeros(0, np.int32), np.zeros(0, np.int32)),
    )


def read(lists: Lists, row: int) -> tuple[set[int], set[int]]:
    """Return the tracks and the top artists of a listener."""
    tracks, artists = lists.top_tracks, lists.top_artists
    return (
        set(tracks.track_ids[tracks.rows == row].tolist()),
        set(artists.artist_ids[artists.rows == row].tolist()),
    )


@given(seed=st.integers(0, 2**32))
def test_halves_have_every_track_once_and_the_artists_of_their_tracks(seed: int) -> None:
    first, second = split_halves(make_lists([7, 9]), seed)

    for row in (0, 1):
        (tracks, artists), (other_tracks, other_artists) = read(first, row), read(second, row)
        assert tracks | other_tracks == set(range(40))
        assert not tracks & other_tracks
        assert {track // 4 for track in tracks} == {artist for artist in artists if artist < 10}
        without_track = set(range(10, 20))
        assert (artists & without_track) ^ (other_artists & without_track) == without_track


def test_listeners_are_divided_each_by_themselves() -> None:
    first, _ = split_halves(make_lists([7, 9]), 1)

    assert read(first, 0) != read(first, 1)


def test_halves_are_the_same_for_a_seed() -> None:
    again = [read(split_halves(make_lists([7]), 5)[0], 0) for _ in range(2)]

    assert again[0] == again[1]


def make_halves(artists: dict[int, int]) -> Profiles:
    """Return profiles of one artist each."""
    return make_profiles([
        make_profile(user_id, artists={artist: 1.0}) for user_id, artist in artists.items()
    ])  # fmt: skip


def test_everybody_who_is_alone_with_their_artists_is_found() -> None:
    halves = make_halves({user_id: user_id for user_id in range(1, 31)})

    found = measure_hit_rate(halves, halves, artist_similarity, 1)

    assert (found.rate, found.listener_count) == (1.0, 30)
    assert found.chance == pytest.approx(1 / 30)


def test_of_equals_the_first_by_user_id_are_found() -> None:
    halves = make_halves(dict.fromkeys(range(1, 21), 5))

    assert measure_hit_rate(halves, halves, artist_similarity, 10).rate == 0.5


def test_who_is_in_one_half_only_counts_for_nothing() -> None:
    queries, others = make_halves({1: 1, 2: 2}), make_halves({2: 2, 3: 3})

    assert measure_hit_rate(queries, others, artist_similarity, 10).listener_count == 1


def test_nobody_has_no_rate() -> None:
    def never(_query: Profile, _others: Profiles) -> np.ndarray:
        raise AssertionError

    assert measure_hit_rate(Profiles.empty(), Profiles.empty(), never, 10).listener_count == 0
