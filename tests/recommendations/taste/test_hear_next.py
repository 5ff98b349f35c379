"""What to hear next, on siblings whose answer follows by construction."""

import numpy as np
import pytest

from recommendations.taste.artist_map import ArtistMap
from recommendations.taste.hear_next import Played, find_near_artists, rank_unheard
from recommendations.taste.profiles import MAP_SIZE, Profiles

SIMILARITIES = np.array([0.5, 0.9, 0.1, -0.2])


def played(*entries: tuple[int, int, float]) -> Played:
    rows, item_ids, idf = zip(*entries, strict=True)
    return Played(np.array(rows, np.int32), np.array(item_ids, np.int64), np.array(idf))


def rank(one: Played, known: list[int] | None = None, limit: int = 10) -> list[int]:
    found = rank_unheard(one, SIMILARITIES, np.array(known or [], np.int64), limit)
    return [unheard.item_id for unheard in found]


def test_the_score_is_the_idf_times_the_squared_similarities_of_who_plays_it() -> None:
    found = rank_unheard(
        played((0, 7, 16.0), (1, 7, 16.0)), SIMILARITIES, np.empty(0, np.int64), 10
    )

    [unheard] = found
    assert unheard.score == pytest.approx(16.0**0.75 * (0.25 + 0.81))
    assert unheard.rows == (1, 0)


def test_what_is_known_is_no_news() -> None:
    assert rank(played((0, 7, 1.0), (0, 8, 1.0)), known=[7]) == [8]


def test_one_near_sibling_says_more_than_two_far_ones() -> None:
    assert rank(played((0, 7, 1.0), (2, 7, 1.0), (1, 8, 1.0))) == [8, 7]


def test_of_equals_the_rarer_comes_first() -> None:
    assert rank(played((0, 7, 1.0), (0, 8, 2.0))) == [8, 7]


def test_who_is_not_similar_recommends_nothing() -> None:
    assert rank(played((3, 7, 1.0), (2, 8, 1.0))) == [8]


def test_ties_stand_by_id_and_the_list_has_an_end() -> None:
    assert rank(played((0, 9, 1.0), (0, 7, 1.0), (0, 8, 1.0)), limit=2) == [7, 8]


def test_nothing_played_is_nothing_to_hear() -> None:
    nothing = Played(np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0))

    assert rank_unheard(nothing, np.empty(0), np.empty(0, np.int64), 10) == []


def map_of(places: dict[int, tuple[float, float]]) -> ArtistMap:
    positions = np.zeros((len(places), MAP_SIZE), np.float32)
    positions[:, :2] = list(places.values())
    return ArtistMap(np.array(list(places), np.int32), positions, np.zeros(MAP_SIZE, np.float32))


def profile_of(weights: dict[int, float]) -> Profiles:
    return Profiles(
        user_ids=np.array([1]),
        meta_vectors=np.zeros((1, 14), np.float32),
        taste_vectors=np.zeros((1, 41), np.float32),
        feature_means=np.zeros((1, 9), np.float32),
        artist_offsets=np.array([0, len(weights)]),
        artist_ids=np.array(sorted(weights), np.int32),
        artist_weights=np.array([weights[key] for key in sorted(weights)], np.float32),
    )


def test_the_nearest_own_artist_is_named_and_a_far_one_is_not() -> None:
    artist_map = map_of({1: (1, 0), 2: (0, 1), 3: (0.8, 0.6), 4: (-1, 0)})
    own = profile_of({1: 0.6, 2: 0.6, 99: 0.5})[0]

    near = find_near_artists(np.array([3, 4, 5], np.int32), own, artist_map)

    assert near == {3: 1}


def test_a_favourite_a_little_apart_comes_before_a_rarity() -> None:
    artist_map = map_of({1: (1, 0), 2: (0.8, 0.6), 3: (1, 0)})

    near = find_near_artists(np.array([3], np.int32), profile_of({1: 0.1, 2: 0.9})[0], artist_map)

    assert near == {3: 2}


def test_without_a_map_nothing_is_near() -> None:
    near = find_near_artists(np.array([3], np.int32), profile_of({1: 1.0})[0], ArtistMap.none())

    assert near == {}
