import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from recommendations.templatetags import drawings


@pytest.mark.parametrize(
    ("value", "feature", "place"),
    [
        (0.5, "energy", "50.0"),
        (120.0, "tempo_bpm", "50.0"),
        (-12.0, "loudness_db", "50.0"),
        (300.0, "tempo_bpm", "98.0"),
        (0.0, "tempo_bpm", "2.0"),
    ],
)
def test_features_stand_on_their_scale(value: float, feature: str, place: str) -> None:
    assert drawings.on_scale(value, feature) == place


def test_the_longest_bar_is_full() -> None:
    assert drawings.bar_length(0.2, 0.2) == "100.0"
    assert drawings.bar_length(0.1, 0.2) == "50.0"
    assert drawings.bar_length(0.0, 0.0) == "0.0"


@given(st.floats(-1, 2), st.floats(-1, 2))
def test_the_more_alike_the_nearer_the_circles(one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert float(drawings.circle_distance(low)) >= float(drawings.circle_distance(high)) > 0


def test_drawings_have_decimal_points_in_every_language() -> None:
    with translation.override("es"):
        assert drawings.on_scale(0.333, "energy") == "34.0"
