from dataclasses import replace

import numpy as np
from numpy.testing import assert_allclose

from recommendations.taste.artist_map import ArtistMap, build_map_vectors, fit_artist_map
from recommendations.taste.artists import ArtistFrequencies
from recommendations.taste.listening import Listening
from tests.recommendations.taste.listenings import make_camps, make_listening

CAMPS = make_camps(200)
FREQUENCIES = ArtistFrequencies.none().add(CAMPS)


def fit(listening: Listening) -> ArtistMap:
    return fit_artist_map(listening, ArtistFrequencies.none().add(listening))


def test_artists_listened_to_together_lie_near_each_other() -> None:
    artist_map = fit(CAMPS)

    cosines = artist_map.positions @ artist_map.positions.T
    camp = artist_map.artist_ids >= 30
    is_same = camp[:, None] == camp[None, :]
    assert cosines[is_same].mean() > 0.3
    assert abs(cosines[~is_same]).max() < 1e-5


def test_only_artists_that_two_listeners_share_with_another_are_mapped() -> None:
    # Artists 1 and 2 go together twice, 3 and 4 twice; 5 has one listener and is not mapped.
    listening = make_listening(
        artists={
            1: [(1, 1, None), (2, 2, None), (5, 3, None)],
            2: [(1, 1, None), (2, 2, None)],
            3: [(3, 1, None), (4, 2, None)],
            4: [(3, 1, None), (4, 2, None)],
        }
    )

    artist_map = fit(listening)

    assert artist_map.artist_ids.tolist() == [1, 2, 3, 4]
    cosines = artist_map.positions @ artist_map.positions.T
    assert_allclose(cosines[0, 2:], [0.0, 0.0], atol=1e-5)
    assert_allclose(np.diag(cosines), np.ones(4), rtol=1e-5)


def test_artists_in_none_of_the_directions_are_not_mapped() -> None:
    # Twenty pairs of artists who go with nobody else take forty directions, of which 32 are kept:
    # those of the rarest pairs. Pair i is artists 2i and 2i + 1, with i + 2 listeners.
    pairs = [pair for pair in range(20) for _ in range(pair + 2)]
    listening = make_listening(
        artists={
            user: [(2 * pair, 1, None), (2 * pair + 1, 2, None)] for user, pair in enumerate(pairs)
        }
    )

    assert fit(listening).artist_ids.tolist() == list(range(32))


def test_listeners_of_one_camp_point_the_same_way() -> None:
    vectors = build_map_vectors(CAMPS, fit(CAMPS), FREQUENCIES)

    assert_allclose(np.linalg.norm(vectors, axis=1), np.ones(200), rtol=1e-5)
    cosines = vectors @ vectors.T
    is_same = np.equal.outer(np.arange(200) % 2, np.arange(200) % 2)
    assert cosines[is_same].mean() > 0.3
    assert cosines[~is_same].mean() < 0.0


def test_the_mean_listener_is_the_origin() -> None:
    artist_map = fit(CAMPS)
    at_origin = replace(artist_map, centre=np.zeros(32, np.float32))

    uncentred = build_map_vectors(CAMPS, at_origin, FREQUENCIES)

    assert_allclose(uncentred.mean(axis=0), artist_map.centre, atol=1e-6)


def test_a_listener_without_mapped_artists_has_no_place() -> None:
    stranger = make_listening(artists={1: [(999, 1, None)], 2: []})

    assert not build_map_vectors(stranger, fit(CAMPS), FREQUENCIES).any()


def test_the_same_listeners_give_the_same_map() -> None:
    assert np.array_equal(fit(CAMPS).positions, fit(make_camps(200)).positions)


def test_listeners_who_share_nothing_give_no_map() -> None:
    apart = make_listening(artists={user: [(user, 1, None)] for user in range(5)})

    assert len(fit(apart)) == 0
    assert len(fit(Listening.empty())) == 0


def test_more_tracks_by_an_artist_pull_towards_the_artist() -> None:
    artist_map = ArtistMap(
        np.array([1, 2], np.int32), np.eye(2, 32, dtype=np.float32), np.zeros(32, np.float32)
    )
    heard = make_listening(artists={1: [(1, 1, None), (2, 2, None)]})
    listening = replace(heard, track_counts=np.array([4, 0], np.int32))

    [vector] = build_map_vectors(listening, artist_map, ArtistFrequencies.none())

    assert_allclose(vector[0] / vector[1], 2.0, rtol=1e-6)
