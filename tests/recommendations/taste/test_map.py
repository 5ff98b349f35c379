import numpy as np
import pytest

from recommendations.taste import map as taste_map
from recommendations.taste.listening import Float64Array
from recommendations.taste.map import fit_map, place_listeners


def make_sounds(count: int, *, seed: int = 3) -> Float64Array:
    """Return sounds around two corners that lie far apart, half of them around each."""
    rng = np.random.default_rng(seed)
    corners = np.where(np.arange(count)[:, None] < count // 2, 10.0, -10.0)
    return corners + rng.normal(size=(count, 9))


def test_sounds_far_apart_lie_far_apart_whoever_has_them() -> None:
    _, positions = fit_map(make_sounds(60), make_sounds(20, seed=4) / 10.0)

    first = np.r_[0:30, 60:70]
    second = np.setdiff1d(np.arange(80), first)
    middles = [positions[rows].mean(axis=0) for rows in (first, second)]
    for rows, own, other in ((first, *middles), (second, *middles[::-1])):
        distances = [np.linalg.norm(positions[rows] - middle, axis=1) for middle in (own, other)]
        assert (distances[0] < distances[1]).all()


def test_same_sounds_make_the_same_map() -> None:
    first, second = (fit_map(make_sounds(40), make_sounds(10))[1] for _ in range(2))

    assert np.array_equal(first, second)


def test_newcomers_are_placed_among_their_like() -> None:
    listeners = make_sounds(40, seed=5)
    sound_map, positions = fit_map(make_sounds(60), listeners)

    placed = place_listeners(listeners[[0, -1]], sound_map)

    size = np.ptp(positions, axis=0).max()
    assert np.linalg.norm(placed - positions[[60, -1]], axis=1).max() < size / 10


def test_beyond_the_sample_points_are_placed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taste_map, "MOST_FITTED", 50)

    sound_map, positions = fit_map(make_sounds(80), make_sounds(20, seed=6))

    assert len(sound_map.points) == 50
    assert positions.shape == (100, 2)
    assert np.isfinite(positions).all()
    middles = [positions[rows].mean(axis=0) for rows in (np.r_[0:40], np.r_[40:80])]
    assert np.linalg.norm(positions[:40] - middles[0], axis=1).mean() < np.linalg.norm(
        middles[0] - middles[1]
    )


@pytest.mark.parametrize("tracks", [0, 1, 3, 6])
@pytest.mark.parametrize("listeners", [0, 1, 2])
def test_a_handful_has_places_too(tracks: int, listeners: int) -> None:
    sounds = make_sounds(listeners)

    sound_map, positions = fit_map(make_sounds(tracks), sounds)

    assert positions.shape == (tracks + listeners, 2)
    assert np.isfinite(positions).all()
    if tracks + listeners:
        assert place_listeners(make_sounds(2), sound_map).shape == (2, 2)
