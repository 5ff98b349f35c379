import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from recommendations.models import AudioFeatures
from recommendations.taste.explanation import MissingPart
from recommendations.taste.schema import SOUND_FEATURES
from recommendations.templatetags import plain_words
from recommendations.templatetags.plain_words import MINUS


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0%"),
        (98.99, "98%"),
        (99.0, "99.0%"),
        (99.87, "99.8%"),
        (99.996, "99.99%"),
        (100.0, "100.00%"),
    ],
)
def test_percent_is_finer_near_the_top_and_never_rounded_up(value: float, words: str) -> None:
    assert plain_words.percent(value) == words


@given(st.floats(0, 100), st.floats(0, 100))
def test_percent_never_reverses_an_order(one: float, other: float) -> None:
    low, high = sorted((one, other))

    shown_low, shown_high = (float(plain_words.percent(value).rstrip("%")) for value in (low, high))

    assert shown_low <= shown_high


def test_share_is_a_part_of_the_whole() -> None:
    assert plain_words.share(0.1, 0.4) == "25%"


def test_a_tiny_share_is_not_called_nothing() -> None:
    assert plain_words.share(0.001, 0.4) == "under 1%"


@pytest.mark.parametrize(
    ("value", "words"), [(0.0314, "+0.031"), (-0.0049, f"{MINUS}0.005"), (0.0, "+0.000")]
)
def test_contributions_have_a_sign(value: float, words: str) -> None:
    assert plain_words.signed(value, 3) == words


@pytest.mark.parametrize(
    ("duration_ms", "words"),
    [(0, "0:00"), (59_600, "1:00"), (187_000, "3:07"), (3_600_000, "60:00")],
)
def test_durations_are_minutes_and_seconds(duration_ms: int, words: str) -> None:
    assert plain_words.duration(duration_ms) == words


@pytest.mark.parametrize(
    ("value", "name", "words"),
    [
        (121.6, "tempo_bpm", "122 BPM"),
        (-7.25, "loudness_db", f"{MINUS}7.2 dB"),
        (-0.01, "loudness_db", "0.0 dB"),
        (0.576, "valence", "58%"),
    ],
)
def test_features_are_told_in_their_unit(value: float, name: str, words: str) -> None:
    assert plain_words.feature_value(value, name) == words


def test_numbers_have_a_comma_in_spanish() -> None:
    with translation.override("es"):
        assert plain_words.percent(99.87).startswith("99,8")


@pytest.mark.parametrize("name", SOUND_FEATURES)
def test_every_feature_of_the_sound_has_a_name(name: str) -> None:
    assert plain_words.feature_name(name)


def test_sound_is_told_in_words_that_apply() -> None:
    features = AudioFeatures(tempo_bpm=90.2, energy=0.1, acousticness=0.95, valence=0.5)

    assert plain_words.sound_words(features) == ["90 BPM", "calm", "acoustic"]


def test_of_unknown_features_nothing_is_told() -> None:
    assert plain_words.sound_words(AudioFeatures()) == []


@pytest.mark.parametrize(
    ("yours", "theirs", "words"),
    [(True, True, "either of you"), (True, False, "of yours"), (False, True, "of theirs")],
)
def test_a_missing_part_names_the_side(yours: bool, theirs: bool, words: str) -> None:  # noqa: FBT001
    missing = MissingPart(part="features", yours=yours, theirs=theirs)

    assert words in plain_words.missing_part(missing)


def test_a_list_is_cut_and_the_rest_counted() -> None:
    assert plain_words.take((1, 2, 3), 2) == (1, 2)
    assert plain_words.left_after((1, 2, 3), 2) == 1
    assert plain_words.left_after((1,), 2) == 0
