"""Decides, field by field, what a provider's text means: a value, unknown, or not believable.

``docs/importing.md`` has the same decisions as a table.
"""

import math

from recommendations.taste.schema import AUDIO_FEATURES

MAX_DURATION_MS = 2**31 - 1  # of a database's integer, 24 days
MAX_POPULARITY = 100  # Spotify's reference: "between 0 and 100"

_MISSING = frozenset({"", "nan", "none", "null", "na", "n/a"})
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}

# A value that the analysis writes where it found none: Spotify's reference for key; for the other
# two, no music has a tempo of 0 or a bar of no beats.
_NOT_FOUND = {"key": -1.0, "tempo_bpm": 0.0, "time_signature": 0.0}
# Where the rhythm was not found, the analysis leaves these at 0 as well.
_ZERO_WITHOUT_TEMPO = frozenset({"danceability", "speechiness", "valence"})

# What Spotify, and whoever keeps to it, calls the features: without their units.
_WITHOUT_UNIT = {"loudness_db": "loudness", "tempo_bpm": "tempo"}
SPOTIFY_NAMES = {
    feature.name: _WITHOUT_UNIT.get(feature.name, feature.name) for feature in AUDIO_FEATURES
}

_NAMES = tuple(feature.name for feature in AUDIO_FEATURES)
_TEMPO = _NAMES.index("tempo_bpm")
_RULES = tuple(
    (feature.name, feature.holds, _NOT_FOUND.get(feature.name)) for feature in AUDIO_FEATURES
)


def read_features(texts: list[str], discarded: list[str]) -> tuple[float | None, ...]:
    """Read the audio features, in the schema's order; None is unknown.

    The names of fields with values that cannot be right are appended to ``discarded``.
    """
    values: list[float | None] = []
    for text, (name, holds, not_found) in zip(texts, _RULES, strict=True):
        value = _read_number(text, name, discarded)
        if value is not None and value != not_found and not holds(value):
            discarded.append(name)
            value = None
        values.append(value)
    if values[_TEMPO] == 0:
        values = [
            None if value == 0 and name in _ZERO_WITHOUT_TEMPO else value
            for name, value in zip(_NAMES, values, strict=True)
        ]
    return tuple(
        None if value is not None and value == not_found else value
        for value, (_, _, not_found) in zip(values, _RULES, strict=True)
    )


def read_duration(text: str, discarded: list[str]) -> int | None:
    """Read a duration in ms; 0 and below cannot be right."""
    return _read_whole_number(text, "duration_ms", 1, MAX_DURATION_MS, discarded)


def read_popularity(text: str, discarded: list[str]) -> int | None:
    """Read a popularity; 0 is a value like any other."""
    return _read_whole_number(text, "popularity", 0, MAX_POPULARITY, discarded)


def read_explicit(text: str, discarded: list[str]) -> bool | None:
    """Read True, False, 1 or 0, in any case."""
    text = text.strip().lower()
    if text in _MISSING:
        return None
    value = _BOOLEANS.get(text)
    if value is None:
        discarded.append("explicit")
    return value


def _read_whole_number(
    text: str, name: str, low: int, high: int, discarded: list[str]
) -> int | None:
    value = _read_number(text, name, discarded)
    if value is None:
        return None
    if not low <= value <= high or not value.is_integer():
        discarded.append(name)
        return None
    return int(value)


def _read_number(text: str, name: str, discarded: list[str]) -> float | None:
    try:
        value = float(text)
    except ValueError:
        if text.strip().lower() not in _MISSING:
            discarded.append(name)
        return None
    if math.isnan(value):
        return None
    return value
