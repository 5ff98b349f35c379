"""Numbers and audio features in plain words, for templates."""

import math
from collections.abc import Sized

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy

from recommendations.models import AudioFeatures
from recommendations.taste.explanation import FeatureComparison, MissingPart

register = template.Library()

# Per part of the score: what is said where it is missing on both sides, on the viewer's, on
# the other's.
_MISSING = {
    "artists": (
        gettext_lazy("Artists are not compared: none are known of either of you."),
        gettext_lazy("Artists are not compared: none are known of you."),
        gettext_lazy("Artists are not compared: none are known of them."),
    ),
    "features": (
        gettext_lazy("Sound is not compared: it is known of no track of either of you."),
        gettext_lazy("Sound is not compared: it is known of no track of yours."),
        gettext_lazy("Sound is not compared: it is known of no track of theirs."),
    ),
    "map": (
        gettext_lazy(
            "Artists played by the same people are not compared: the map has none of either."
        ),
        gettext_lazy(
            "Artists played by the same people are not compared: the map has none of yours."
        ),
        gettext_lazy(
            "Artists played by the same people are not compared: the map has none of theirs."
        ),
    ),
    "meta_vector": (
        gettext_lazy(
            "Average tracks are not compared: no track of either of you has all fourteen features."
        ),
        gettext_lazy(
            "Average tracks are not compared: no track of yours has all fourteen features."
        ),
        gettext_lazy(
            "Average tracks are not compared: no track of theirs has all fourteen features."
        ),
    ),
}

# The same of a pair that the viewer is no part of.
_MISSING_OF_OTHERS = {
    "artists": gettext_lazy("Artists are not compared: they are not known of both."),
    "features": gettext_lazy("Sound is not compared: it is not known of both."),
    "map": gettext_lazy(
        "Artists played by the same people are not compared: the map does not have those of both."
    ),
    "meta_vector": gettext_lazy(
        "Average tracks are not compared: not both have a track with all fourteen features."
    ),
}
_PARTS = {
    "artists": gettext_lazy("Shared artists"),
    "taste_map": gettext_lazy("Artists played by the same people"),
    "sound": gettext_lazy("Sound"),
}
_MOST_MISSING = {
    "artists": gettext_lazy(
        "What is missing most is shared artists: too few are shared, or they weigh little with one "
        "of the two."
    ),
    "taste_map": gettext_lazy(
        "What is missing most is a common circle: other people listen to the one's artists than to "
        "the other's."
    ),
    "sound": gettext_lazy("What is missing most is a common sound: their tracks sound different."),
}

MINUTE_S = 60
MINUS = "\N{MINUS SIGN}"

FEATURE_NAMES = {
    "danceability": gettext_lazy("Danceability"),
    "energy": gettext_lazy("Energy"),
    "loudness_db": gettext_lazy("Loudness"),
    "valence": gettext_lazy("Cheerfulness"),
    "tempo_bpm": gettext_lazy("Tempo"),
    "speechiness": gettext_lazy("Spoken words"),
    "acousticness": gettext_lazy("Acoustic sound"),
    "instrumentalness": gettext_lazy("Without singing"),
    "liveness": gettext_lazy("Live audience"),
}

# What is said of the other side where its value is the higher one, and where it is the lower one.
_DIFFERENCES = {
    "danceability": (
        gettext_lazy("theirs is more danceable"),
        gettext_lazy("theirs is less danceable"),
    ),
    "energy": (gettext_lazy("theirs is more energetic"), gettext_lazy("theirs is calmer")),
    "loudness_db": (gettext_lazy("theirs is louder"), gettext_lazy("theirs is softer")),
    "valence": (
        gettext_lazy("theirs is more cheerful"),
        gettext_lazy("theirs is more melancholic"),
    ),
    "tempo_bpm": (gettext_lazy("theirs is faster"), gettext_lazy("theirs is slower")),
    "speechiness": (
        gettext_lazy("theirs has more spoken words"),
        gettext_lazy("theirs has fewer spoken words"),
    ),
    "acousticness": (
        gettext_lazy("theirs is more acoustic"),
        gettext_lazy("theirs is more electric"),
    ),
    "instrumentalness": (
        gettext_lazy("theirs has less singing"),
        gettext_lazy("theirs has more singing"),
    ),
    "liveness": (
        gettext_lazy("theirs sounds more live"),
        gettext_lazy("theirs sounds more like the studio"),
    ),
}
# Chosen by us, in standard deviations of listeners: below this, nobody would hear a difference.
_SAME_GAP = 0.25

# From which value to which a word applies. Those of speechiness, instrumentalness and liveness are
# Spotify's own (https://developer.spotify.com/documentation/web-api/reference/get-audio-features);
# the others are chosen by us, so that a word marks the songs for which the feature stands out.
_WORDS = (
    ("energy", 0.75, 1.0, gettext_lazy("energetic")),
    ("energy", 0.0, 0.3, gettext_lazy("calm")),
    ("danceability", 0.7, 1.0, gettext_lazy("danceable")),
    ("valence", 0.7, 1.0, gettext_lazy("cheerful")),
    ("valence", 0.0, 0.25, gettext_lazy("melancholic")),
    ("acousticness", 0.7, 1.0, gettext_lazy("acoustic")),
    ("instrumentalness", 0.5, 1.0, gettext_lazy("without singing")),
    ("speechiness", 0.66, 1.0, gettext_lazy("spoken")),
    ("liveness", 0.8, 1.0, gettext_lazy("live")),
)


def _number(value: float, places: int) -> str:
    """Round and word a number; ``number_format`` alone would cut it off, and know no minus sign."""
    return number_format(round(value, places) + 0.0, places).replace("-", MINUS)


@register.filter
def percent(value: float) -> str:
    """Word a percentage from 0 to 100: finer near the top, cut off rather than rounded up.

    So 99.996 is never shown as 100, and the order of two percentages is never reversed.
    """
    places = 0 if value < 99 else 1 if value < 99.9 else 2  # noqa: PLR2004  # the steps said above
    cut = math.floor(value * 10**places) / 10**places
    return gettext("%(number)s%%") % {"number": _number(cut, places)}


@register.filter
def share(part: float, whole: float) -> str:
    """Word what percentage ``part`` is of ``whole``, the whole being above zero."""
    value = 100 * part / whole
    if value < 1:
        return gettext("under 1%")
    return gettext("%(number)s%%") % {"number": _number(value, 0)}


@register.filter
def signed(value: float, places: int) -> str:
    """Word a number with its sign and so many decimals."""
    sign = MINUS if value < 0 else "+"
    return sign + _number(abs(value), places)


@register.filter
def decimal(value: float, places: int) -> str:
    """Word a number with so many decimals."""
    return _number(value, places)


@register.filter
def duration(duration_ms: int) -> str:
    """Word a length as minutes and seconds, such as 3:07."""
    minutes, seconds = divmod(round(duration_ms / 1000), MINUTE_S)
    return f"{minutes}:{seconds:02}"


@register.filter
def feature_name(name: str) -> str:
    """Word an audio feature's name."""
    return str(FEATURE_NAMES[name])


@register.filter
def feature_value(value: float, name: str) -> str:
    """Word an audio feature's value in its unit: BPM, dB, or a percentage."""
    if name == "tempo_bpm":
        return gettext("%(number)s BPM") % {"number": _number(value, 0)}
    if name == "loudness_db":
        return gettext("%(number)s dB") % {"number": _number(value, 1)}
    return gettext("%(number)s%%") % {"number": _number(100 * value, 0)}


@register.filter
def feature_difference(feature: FeatureComparison) -> str:
    """Say how the other side's average track differs from the viewer's in one audio feature."""
    if feature.gap < _SAME_GAP:
        return gettext("about the same")
    more, less = _DIFFERENCES[feature.name]
    return str(more if feature.theirs > feature.yours else less)


@register.filter
def sound_words(features: AudioFeatures) -> list[str]:
    """Say in a few words how a track sounds, the tempo first; empty when nothing is known."""
    words = []
    if features.tempo_bpm is not None:
        words.append(feature_value(features.tempo_bpm, "tempo_bpm"))
    for name, low, high, word in _WORDS:
        value = getattr(features, name)
        if value is not None and low <= value <= high:
            words.append(str(word))
    return words


@register.filter
def missing_part(missing: MissingPart) -> str:
    """Say which part of the score is missing, and on whose side."""
    both, yours, theirs = _MISSING[missing.part]
    if missing.yours and missing.theirs:
        return str(both)
    return str(yours if missing.yours else theirs)


@register.filter
def missing_part_of_others(missing: MissingPart) -> str:
    """Say which part of the score is missing between two others."""
    return str(_MISSING_OF_OTHERS[missing.part])


@register.filter
def part_name(part: str) -> str:
    """Word a term of the similarity."""
    return str(_PARTS[part])


@register.filter
def most_missing(part: str) -> str:
    """Say that this term of the similarity lacks most."""
    return str(_MOST_MISSING[part])


@register.filter
def take(items: tuple[object, ...], count: int) -> tuple[object, ...]:
    """Return the first ``count`` items."""
    return items[:count]


@register.filter
def left_after(items: Sized, count: int) -> int:
    """Return how many items there are beyond the first ``count``."""
    return max(len(items) - count, 0)
