from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from recommendations.taste.percents import PERCENT_LEVELS, PercentTable, measure_percents

scores = st.floats(-2.0, 1100.0)


def test_levels_ascend_to_the_last_that_pairs_can_tell() -> None:
    assert (np.diff(PERCENT_LEVELS) > 0.0).all()
    assert PERCENT_LEVELS[[0, -1]].tolist() == [0.0, 99.9995]


def test_percent_is_the_share_of_scores_below() -> None:
    table = measure_percents(np.linspace(0.0, 1.0, 200_001))

    assert_allclose(
        [table.percent(score) for score in (0.25, 0.505, 0.999, 0.99995)],
        [25.0, 50.5, 99.9, 99.995],
        atol=1e-6,
    )


def test_percent_stays_within_what_was_measured() -> None:
    table = measure_percents(np.linspace(0.0, 1.0, 1000))

    assert table.percent(-5.0) == 0.0
    assert table.percent(7.0) == 99.9995


def test_pairs_of_the_very_same_score_are_not_counted_as_farther() -> None:
    table = measure_percents(np.repeat([0.0, 1.0], [600, 400]))

    assert table.percent(0.0) == 0.0
    assert_allclose(table.percent(1e-9), 59.0, atol=1.0)
    assert_allclose(table.percent(1.0), 60.0, atol=1.0)


@given(
    st.lists(st.one_of(st.sampled_from([0.0, 1.0, 501.0]), scores), min_size=1, max_size=50),
    st.lists(scores, min_size=2, max_size=20),
)
def test_percent_never_falls_as_the_score_rises(pairs: list[float], asked: list[float]) -> None:
    table: PercentTable = measure_percents(np.array(pairs))

    percents = [table.percent(score) for score in sorted(asked)]

    assert all(lower <= upper for lower, upper in pairwise(percents))
    assert all(0.0 <= percent < 100.0 for percent in percents)
