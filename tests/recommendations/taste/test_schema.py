import numpy as np
import pytest

from recommendations.models import AudioFeatures
from recommendations.taste.schema import (
    AUDIO_FEATURES,
    SOUND_COLUMNS,
    SOUND_FEATURES,
    TRACK_FEATURES,
)

BY_NAME = {feature.name: feature for feature in AUDIO_FEATURES}


def test_audio_features_are_the_stored_columns() -> None:
    columns = {field.name for field in AudioFeatures._meta.fields}  # noqa: SLF001 - Django documents it

    assert set(BY_NAME) == columns - {"track", "provider", "described_at"}


def test_track_features_are_sound_plus_duration_and_popularity() -> None:
    assert set(TRACK_FEATURES) == {*BY_NAME, "duration_ms", "popularity"}


def test_sound_columns_point_at_the_sound_features() -> None:
    assert tuple(TRACK_FEATURES[column] for column in SOUND_COLUMNS) == SOUND_FEATURES


@pytest.mark.parametrize(
    ("name", "value", "is_right"),
    [
        ("energy", 0.0, True),
        ("energy", 1.0, True),
        ("energy", 1.01, False),
        ("energy", np.nan, False),
        ("tempo_bpm", np.inf, False),
        ("key", -1.0, True),
        ("key", 2.5, False),
        ("time_signature", 4.0, True),
    ],
)
def test_feature_holds_values_in_range_only(name: str, value: float, is_right: bool) -> None:  # noqa: FBT001 - a case's expected answer
    assert BY_NAME[name].holds(value) is is_right
