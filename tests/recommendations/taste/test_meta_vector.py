import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from recommendations.taste.meta_vector import build_meta_vectors
from tests.recommendations.taste.listenings import TYPICAL, make_features, make_listening


def test_one_track_gives_its_features_in_the_seeds_units() -> None:
    listening = make_listening(tracks={1: [(0, 1)]}, features=[make_features()])

    [vector] = build_meta_vectors(listening)

    expected = {**TYPICAL, "tempo_bpm": 1.2, "duration_ms": 2.2, "popularity": 0.4}
    assert_allclose(vector, list(expected.values()), rtol=1e-6)
    assert vector.dtype == np.float32


def test_tracks_weigh_less_with_their_rank() -> None:
    listening = make_listening(
        tracks={1: [(0, 1), (1, 11)]},
        features=[make_features(energy=0.5), make_features(energy=0.9)],
    )

    [vector] = build_meta_vectors(listening)

    assert_allclose(vector[1], (0.5 + 0.9 / 1.1) / 2, rtol=1e-6)


def test_a_track_that_lacks_a_feature_is_left_out_of_the_mean() -> None:
    listening = make_listening(
        tracks={1: [(0, 1), (1, 2)], 2: [(1, 1)]},
        features=[make_features(energy=0.5), make_features(energy=0.9, popularity=np.nan)],
    )

    vectors = build_meta_vectors(listening)

    assert_allclose(vectors[0, 1], 0.5, rtol=1e-6)
    assert not vectors[1].any()


@given(st.permutations(range(5)))
def test_order_of_entries_does_not_matter(order: list[int]) -> None:
    features = [make_features(energy=0.1 * track) for track in range(5)]
    ranked = [(track, track + 1) for track in range(5)]

    straight = build_meta_vectors(make_listening(tracks={1: ranked}, features=features))
    shuffled = build_meta_vectors(
        make_listening(tracks={1: [ranked[i] for i in order]}, features=features)
    )

    assert_allclose(shuffled, straight, rtol=1e-6)
