import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recommendations.taste.clusters import (
    SMALL_POPULATION,
    find_clusters,
    find_distinctive_artists,
    find_distinctive_features,
    find_nearest_centres,
)
from recommendations.taste.listening import Float64Array

few_points = arrays(
    np.float64, st.tuples(st.integers(1, 30), st.just(3)), elements=st.floats(-100, 100, width=16)
)


def make_groups(sizes: list[int], apart: float = 100.0) -> Float64Array:
    """Return points of groups that lie within 1 of corners ``apart`` from each other."""
    rng = np.random.default_rng(5)
    corners = np.eye(len(sizes)) * apart
    return np.concatenate(
        [
            corner + rng.uniform(-0.5, 0.5, (size, len(sizes)))
            for corner, size in zip(corners, sizes, strict=True)
        ]
    )


def test_separated_groups_are_the_clusters_largest_first() -> None:
    found = find_clusters(make_groups([5, 20, 10]), fewest=3)

    assert found.labels.tolist() == [2] * 5 + [0] * 20 + [1] * 10


def test_few_points_make_as_many_clusters_as_the_seed() -> None:
    points = make_groups([20] * 7)

    assert len(find_clusters(points, fewest=3).centres) == 3


def test_many_points_make_as_many_clusters_as_there_are_groups() -> None:
    points = make_groups([SMALL_POPULATION // 5] * 7)

    found = find_clusters(points, fewest=3)

    assert len(found.centres) == 7
    assert found.silhouette > 0.9
    assert all(len(set(group)) == 1 for group in np.split(found.labels, 7))


@given(few_points)
def test_every_point_is_in_the_cluster_of_its_nearest_centre(points: Float64Array) -> None:
    found = find_clusters(points, fewest=3)

    assert len(found.centres) <= min(3, len(np.unique(points, axis=0)))
    assert np.bincount(found.labels).min() > 0
    assert (np.diff(np.bincount(found.labels)) <= 0).all()
    distances = np.linalg.norm(points[:, None] - found.centres, axis=2)
    own = distances[np.arange(len(points)), found.labels]
    np.testing.assert_allclose(own, distances.min(axis=1), atol=1e-4)


def test_same_points_make_the_same_clusters() -> None:
    points = np.random.default_rng(1).normal(size=(300, 9))

    first, second = (find_clusters(points, fewest=6) for _ in range(2))

    assert np.array_equal(first.labels, second.labels)
    assert np.array_equal(first.centres, second.centres)


def test_nobody_is_near_to_any_centre() -> None:
    assert len(find_nearest_centres(np.empty((0, 2)), np.zeros((3, 2)))) == 0


def test_features_clearly_off_are_named_farthest_first() -> None:
    deviations = np.array([[0.6, -2.0, 1.0], [0.6, -2.0, 1.0], [0.0, 0.1, -0.2]])

    first, second = find_distinctive_features(
        deviations, np.array([0, 0, 1]), 2, ("energy", "valence", "tempo_bpm")
    )

    assert [(found.name, found.deviations) for found in first] == [
        ("valence", -2.0),
        ("tempo_bpm", 1.0),
    ]
    assert second == ()


def test_artists_of_all_or_of_one_alone_are_not_distinctive() -> None:
    everybody, own, of_one = 7, 8, 9
    members = np.array([0, 1, 2, 3, 0, 1, 0])
    artist_ids = np.array([everybody] * 4 + [own] * 2 + [of_one])

    found = find_distinctive_artists(np.array([0, 0, 1, 1]), members, artist_ids, 2, limit=3)

    assert found == [[own], []]
