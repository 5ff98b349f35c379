import io
import json
from dataclasses import asdict
from importlib import resources
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recommendations.taste.build import build_profiles
from recommendations.taste.percents import PERCENT_LEVELS
from recommendations.taste.ranking import percent
from recommendations.taste.space import Space, default_space
from tests.recommendations.taste.listenings import make_camps
from tests.recommendations.taste.test_build import MAPPED


def assert_same(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        if isinstance(value, dict):
            assert_same(value, theirs[name])
        elif isinstance(value, np.ndarray):
            assert_array_equal(value, theirs[name])
            assert value.dtype == theirs[name].dtype
        else:
            assert value == theirs[name]
            assert type(value) is type(theirs[name])


@pytest.mark.parametrize("space", [default_space(), MAPPED], ids=["default", "mapped"])
def test_bytes_give_the_space_back(space: Space) -> None:
    assert_same(asdict(Space.from_bytes(space.to_bytes())), asdict(space))


def test_a_space_read_back_builds_the_same_profiles() -> None:
    listening = make_camps(5)

    ours = build_profiles(listening, MAPPED)
    theirs = build_profiles(listening, Space.from_bytes(MAPPED.to_bytes()))

    assert_array_equal(ours.taste_vectors, theirs.taste_vectors)
    assert_array_equal(ours.artist_weights, theirs.artist_weights)


def write_npz(**arrays: Any) -> bytes:
    archive = io.BytesIO()
    np.savez(archive, **arrays)
    return archive.getvalue()


@pytest.mark.parametrize(
    "archive",
    [
        b"",
        b"not an archive",
        MAPPED.to_bytes()[:-100],
        write_npz(origin=np.array("elsewhere")),
        write_npz(origin=np.array([{"pickled": True}], dtype=object)),
    ],
    ids=["empty", "text", "cut off", "incomplete", "pickled"],
)
def test_other_bytes_are_refused(archive: bytes) -> None:
    with pytest.raises(ValueError, match="not a taste space"):
        Space.from_bytes(archive)


def test_default_space_knows_figures_and_no_artist() -> None:
    space = default_space()

    assert space.origin.startswith("1,832 listeners of HetRec 2011 Last.fm-2k")
    assert (space.listener_count, space.track_count) == (1832, 15536)
    assert space.artist_count == space.frequencies.listener_count == 0
    assert not space.has_map
    assert np.isfinite(space.sound.rotation).all()


def test_default_file_holds_no_more_numbers_than_figures() -> None:
    file = resources.files("recommendations.taste") / "default_space.json"
    figures = json.loads(file.read_text(encoding="utf-8"))

    assert sorted(figures) == [
        "hybrid_percents",
        "listener_count",
        "origin",
        "seed_percents",
        "sound",
        "track_count",
    ]
    assert {len(numbers) for numbers in figures["sound"].values()} == {9}
    assert len(figures["hybrid_percents"]["scores"]) == len(PERCENT_LEVELS)


def test_json_gives_the_figures_back() -> None:
    space = default_space()

    assert_same(asdict(Space.from_json(space.to_json())), asdict(space))


@pytest.mark.parametrize("ranking", ["seed", "hybrid"])
def test_default_percents_rise_over_the_whole_range(ranking: Any) -> None:
    highest = {"seed": 1002.0, "hybrid": 1.13}[ranking]

    percents = [percent(default_space(), ranking, score) for score in np.linspace(0, highest, 999)]

    assert all(lower <= upper for lower, upper in pairwise(percents))
    assert percents[0] < 50.0
    assert percents[-1] > 99.9


def test_sharing_an_artist_is_closer_than_half_of_pairs_by_the_seed() -> None:
    percents = [percent(default_space(), "seed", score) for score in (1.9, 2.0, 900.0, 1001.9)]

    assert_allclose(sorted(percents), percents)
    assert percents[1] < percents[2] < percents[3]
