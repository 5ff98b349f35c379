"""The normalised name: what artists without an id are known by, and what a search looks at."""

import re
import unicodedata
from functools import lru_cache

MAX_KEY_LENGTH = 500

# The accents of Latin, Greek and Cyrillic letters. Marks of other scripts are part of the letter.
_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_AND = re.compile(r"(?<=\s)[&+](?=\s)")
_WORD_CATEGORIES = ("L", "M", "N")
# For names of ASCII alone, most of all: to look at each letter takes several times as long.
_ASCII_BREAKS = {code: " " for code in range(128) if not chr(code).isalnum()}


@lru_cache(maxsize=65_536)
def build_name_key(name: str) -> str:
    """Return what is left of a name without case, accents, punctuation and a leading "The".

    ``The Beatles`` and ``beatles`` have one key, so have ``Florence + The Machine`` and ``Florence
    and the Machine``. A name of nothing but punctuation is its own key.
    """
    if name.isascii():
        return _join(_AND.sub("and", name).lower().translate(_ASCII_BREAKS).split(), name)
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", name)).casefold()
    plain = _AND.sub("and", unicodedata.normalize("NFKC", plain))
    words = "".join(
        letter if unicodedata.category(letter)[0] in _WORD_CATEGORIES else " " for letter in plain
    ).split()
    return _join(words, name)


def _join(words: list[str], name: str) -> str:
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    key = " ".join(words) or " ".join(name.casefold().split())
    return key[:MAX_KEY_LENGTH]
