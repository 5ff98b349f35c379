"""Finds a font for every character, whatever script a name is written in.

The fonts are Noto's, under the SIL Open Font License, from the packages manimgx-fonts and
manimgx-fonts-cjk. They lack dead scripts (runes, cuneiform), letters of mathematics and colours of
emoji; Chinese is drawn in the Japanese forms of its characters. What no font has is drawn as a box.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from fontTools.ttLib import TTFont
from PIL import ImageFont

# Tried in this order, so that most names need the first alone.
_PLACES = (
    ("manimgx_fonts", "NotoSans[wght].ttf"),
    ("manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc"),
    *(
        ("manimgx_fonts", f"NotoSans{script}[wght].ttf")
        for script in (
            "Arabic",
            "Armenian",
            "Bengali",
            "Devanagari",
            "Ethiopic",
            "Georgian",
            "Gujarati",
            "Gurmukhi",
            "Hebrew",
            "Kannada",
            "Khmer",
            "Lao",
            "Malayalam",
            "Myanmar",
            "Oriya",
            "Sinhala",
            "Tamil",
            "Telugu",
            "Thai",
            "Symbols",
        )
    ),
    ("manimgx_fonts", "NotoEmoji[wght].ttf"),
)
_EMOJI = len(_PLACES) - 1
# These belong to the character before them, and join letters and emoji.
_JOINERS = {"\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}"}
_DRAWN_AS_SPACE = {"Cc", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that one font has; ``place`` is its number."""

    text: str
    place: int


def split_into_runs(text: str) -> list[Run]:
    """Return a text in runs of one font each, in the text's order.

    Line breaks and other controls become spaces; invisible formatting, which could turn the
    order of the letters round, is left out.
    """
    runs: list[Run] = []
    for character in _drawable(text):
        follows = bool(runs) and (
            character in _JOINERS
            or unicodedata.category(character).startswith("M")
            or _continues(runs[-1].place, character)
        )
        place = runs[-1].place if follows else _find_place(character)
        if runs and place == runs[-1].place:
            runs[-1] = Run(runs[-1].text + character, place)
        else:
            runs.append(Run(character, place))
    return runs


@lru_cache(maxsize=128)
def load_font(place: int, size: int, weight: int) -> ImageFont.FreeTypeFont:
    """Return the font of a run in a size and weight."""
    font = ImageFont.truetype(_path(place), size)
    font.set_variation_by_axes([weight])
    return font


def _drawable(text: str) -> Iterator[str]:
    for character in text:
        category = unicodedata.category(character)
        if category in _DRAWN_AS_SPACE:
            yield " "
        elif category != "Cf" or character in _JOINERS:
            yield character


def _find_place(character: str) -> int:
    places = range(len(_PLACES))
    return next((place for place in places if _has(place, character)), 0)


def _continues(place: int, character: str) -> bool:
    """Tell whether a run goes on with this character; the emoji font's own space is too wide."""
    return _has(place, character) and not (place == _EMOJI and character.isspace())


def _has(place: int, character: str) -> bool:
    return ord(character) in _load_characters(place)


@lru_cache(maxsize=len(_PLACES))
def _load_characters(place: int) -> frozenset[int]:
    with TTFont(_path(place), fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _path(place: int) -> str:
    package, name = _PLACES[place]
    return str(files(package) / name)
