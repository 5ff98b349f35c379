from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from recommendations.taste.artists import ArtistFrequencies, build_artist_weights
from recommendations.taste.listening import Float64Array
from tests.recommendations.taste.listenings import make_listening

NONE = ArtistFrequencies.none()
counts = st.lists(st.integers(1, 10**9), min_size=1, max_size=20)


def weights_of(
    entries: list[tuple[int, int, float | None]], frequencies: ArtistFrequencies = NONE
) -> Float64Array:
    _, _, weights = build_artist_weights(make_listening(artists={1: entries}), frequencies)
    return weights.astype(np.float64)


def by_plays(plays: list[float]) -> list[tuple[int, int, float | None]]:
    return [(artist, artist + 1, count) for artist, count in enumerate(plays)]


def test_ranks_weigh_by_the_logarithm() -> None:
    weights = weights_of([(0, 1, None), (1, 3, None)])

    assert_allclose(weights[0] / weights[1], 2.0, rtol=1e-6)


def test_plays_weigh_by_their_power_whatever_the_ranks() -> None:
    weights = weights_of([(0, 9, 32.0), (1, 1, 1.0)])

    assert_allclose(weights[0] / weights[1], 8.0, rtol=1e-6)


def test_rare_artists_weigh_more_by_the_power_of_idf() -> None:
    frequencies = ArtistFrequencies(np.array([0], np.int32), np.array([100], np.int32), 100)

    weights = weights_of([(0, 1, None), (1, 1, None)], frequencies)

    idf = np.log([201 / 101, 201])
    assert_allclose(frequencies.idf(np.array([0, 1], np.int32)), idf)
    assert_allclose(weights[1] / weights[0], (idf[1] / idf[0]) ** 0.75, rtol=1e-6)


def test_an_artist_without_a_count_weighs_like_the_least_played() -> None:
    weights = weights_of([(0, 3, 50.0), (1, 2, 4.0), (2, 1, None), (3, 4, 0.0)])

    assert weights[0] > weights[1] == weights[2] == weights[3]


def test_counts_of_zero_alone_leave_the_ranks_to_decide() -> None:
    assert_allclose(
        weights_of([(0, 1, 0.0), (1, 3, 0.0)]), weights_of([(0, 1, None), (1, 3, None)])
    )


def test_one_artist_has_all_the_weight() -> None:
    assert weights_of([(5, 40, None)]).tolist() == [1.0]


def test_artists_stand_in_ascending_order_by_listener() -> None:
    listening = make_listening(artists={2: [(9, 1, None), (4, 2, None)], 1: [(7, 1, None)], 3: []})

    offsets, artist_ids, weights = build_artist_weights(listening, NONE)

    assert offsets.tolist() == [0, 1, 3, 3]
    assert artist_ids.tolist() == [7, 4, 9]
    assert weights[2] > weights[1]


def test_frequencies_count_listeners_of_each_artist_over_blocks() -> None:
    first = make_listening(artists={1: [(5, 1, None), (9, 2, None)], 2: [(5, 1, None)], 3: []})
    second = make_listening(artists={4: [(2, 1, None), (9, 2, None)]})

    frequencies = NONE.add(first).add(second)

    assert frequencies.listener_count == 3
    assert frequencies.artist_ids.tolist() == [2, 5, 9]
    assert frequencies.listeners.tolist() == [1, 2, 2]


@given(counts, st.integers(1, 10**6))
def test_scaling_all_plays_changes_no_weight(plays: list[int], factor: int) -> None:
    weights = weights_of(by_plays([float(count) for count in plays]))

    scaled = weights_of(by_plays([float(count * factor) for count in plays]))

    assert_allclose(scaled, weights, rtol=1e-5)


@given(st.lists(st.floats(1e-3, 1e300), min_size=1, max_size=10))
def test_weights_are_positive_and_of_unit_length_whatever_the_plays(plays: list[float]) -> None:
    weights = weights_of(by_plays(plays))

    assert (weights > 0.0).all()
    assert_allclose(np.linalg.norm(weights), 1.0, rtol=1e-5)


@given(st.permutations(range(1, 9)))
def test_permuting_ranks_permutes_weights(ranks: list[int]) -> None:
    straight = weights_of([(artist, artist + 1, None) for artist in range(8)])

    permuted = weights_of([(artist, rank, None) for artist, rank in enumerate(ranks)])

    assert_allclose(permuted, straight[np.array(ranks) - 1], rtol=1e-6)


@given(counts)
def test_more_plays_never_weigh_less(plays: list[int]) -> None:
    weights = weights_of(by_plays([float(count) for count in sorted(plays)]))

    assert all(lower <= upper for lower, upper in pairwise(weights))
