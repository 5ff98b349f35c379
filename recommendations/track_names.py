"""Reads the names of tracks and artists as people and services write them, to compare them.

Two titles with the same key name the same recording, as far as titles can tell: how it was
released (remastered, as a single, on a soundtrack, with a guest named or not) makes no difference,
another recording (live, a remix, acoustic, a demo, karaoke) does.
"""

import re
import unicodedata

# The accents of Latin, Greek and Cyrillic letters. Marks of other scripts are part of the letter.
_ACCENTS = re.compile(r"[\u0300-\u036f]+")
# Letters that Unicode does not take for another one with an accent, though people write so.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "\u0131": "i"})
_QUOTES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u02bc`\u00b4\u2032", "'")
    | dict.fromkeys("\u201c\u201d\u201e«»\u2033", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015", "-")
)
_DASH = re.compile(r" -+ ")
_PARTS = re.compile(rf"{_DASH.pattern}|[;/|]")
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")

_APOSTROPHE = re.compile(r"'+")
_DROPPED_G = re.compile(r"(?<=\w\win)'(?!\w)")
_INITIALS = re.compile(r"\b(?:\w\.){2,}")
_AND = re.compile(r"[&+]|'n'|(?<=\s)'?n'?(?=\s)")
_NOT_WORD = re.compile(r"[\W_]+")
_PART = re.compile(r"\b(?:pt|part)s? (\w+)\b")
_NUMBERS = {
    word: str(number)
    for number, words in enumerate(
        ("one i", "two ii", "three iii", "four iv", "five v", "six vi", "seven vii"), start=1
    )
    for word in words.split()
}

# Guests: "feat." anywhere but at the beginning; "with" in brackets or behind a dash alone, and only
# as services write it, "(with Somebody)": "Stay (With Me)" is a title.
_GUESTS_IN_TITLE = re.compile(
    r"(?<=\S) (?:feat\.?|ft\.?|featuring) (?:(?! - )[^()\[\]{}])+", re.IGNORECASE
)
_GUESTS = re.compile(r"(?:feat|ft|featuring|prod|produced by)\b", re.IGNORECASE)
_WITH = re.compile(
    r"(?:with|w/|con|mit|avec) "
    r"(?!(?i:her|him|it|love|me|my|no|our|out|that|them|these|this|us|you|your)\b)(\w)"
)

_YEAR = r"(?:19|20)\d\d"
_REMASTER = re.compile(
    rf"(?:\b{_YEAR}\b\s*(?:-\s*)?)?(?:\bvers\w+ )?\b(?:digital(?:ly)? )?"
    r"(?:re-?mast\w+|digital master)"
    r"(?: (?:album |single )?(?:version|edition|mix))?"
    rf"(?:[\s,/]+(?:in |en |em |de )?{_YEAR}\b)?",
    re.IGNORECASE,
)
# A part of a title made of these words alone, one of the marks among them, says how the recording
# was released. A new mix with a year to it is one of old tapes; club music has other ones.
_MARKS = (
    "album|single|lp|radio|edit|edited|explicit|clean|dirty|censored|uncensored|mono|stereo"
    "|bonus|deluxe|edition"
)
_RELEASE = re.compile(
    rf"(?=.*\b(?:{_MARKS})\b)(?:(?:{_MARKS}|the|version|mix|original|track|main|new)(?: |$))+"
    rf"|(?:original|main) (?:mix|version)|{_YEAR} mix"
)
_FROM_FILM = re.compile(
    r"(?:(?:music|theme|song) )?from (?:the )?(?:[\w ]{1,40} )?(?P<quote>[\"'])[^\"]+(?P=quote)"
    r"(?: (?:original )?(?:motion picture )?soundtrack)?"
    r"|(?:from the )?(?:[\w ]{1,40} )?(?:soundtrack|motion picture)"
    r"|from the (?:film|movie|series|musical)\b.*",
    re.IGNORECASE,
)

_VERSION = re.compile(r"\bvers(?:ions?|ao|ione)\b")
_SAME_WORDS = (
    (re.compile(r"\b(?:ao|en|dal) vivo\b|\b(?:en|in) (?:concert|directo|concerto)\b"), "live"),
    (re.compile(r"\bacustic[oa]\b|\bacoustique\b|\bakustik\b|\bunplugged\b"), "acoustic"),
    (re.compile(r"\brmx\b|\bremezcla\b"), "remix"),
    (re.compile(r"\bre ?record(?:ed|ing)\b"), "rerecorded"),
)

_ARTISTS = re.compile(
    r"\s*[,;/]\s+|\s*;\s*|\s+(?:&|\+|x|\u00d7|and|y|e|et|und|vs\.?|versus|with|/|feat\.?|ft\.?"
    r"|featuring)\s+|\s*[(\[](?:feat\.?|ft\.?|featuring|with)\s+",
    re.IGNORECASE,
)


def build_title_key(title: str) -> str:
    """Return what titles of one recording have in common, as plain words.

    ``Café (feat. Somebody) - 2011 Remaster`` and ``cafe`` have one key; ``Café - Live`` has the
    key of ``Café (En Vivo)``, which is another. Never empty unless the title is.
    """
    text = " ".join(unicodedata.normalize("NFKC", title.translate(_QUOTES)).split())
    text = _GUESTS_IN_TITLE.sub(" ", text)
    while _BRACKETS.search(text):
        text = _BRACKETS.sub(lambda found: f" ;{_read_addition(found[1])}; ", text)
    name, *additions = _DASH.split(f" {text.strip()}", maxsplit=1)
    words = " ".join([name, *map(_read_addition, additions)])
    return _plain_words(words) or build_exact_key(title)


def build_exact_key(title: str) -> str:
    """Return all words of the title, without case, accents and punctuation."""
    text = unicodedata.normalize("NFKC", title.translate(_QUOTES))
    return _plain_words(text) or " ".join(title.casefold().split())


def split_artists(name: str) -> tuple[str, ...]:
    """Return the artists that one name may stand for, in their order; one if it is of one.

    ``A feat. B``, ``A & B`` and ``A, B`` are two; so is ``Earth, Wind & Fire`` three, wherefore
    the whole name is to be tried first.
    """
    parts = (part.strip(" )]") for part in _ARTISTS.split(name))
    return tuple(dict.fromkeys(part for part in parts if part))


def _read_addition(text: str) -> str:
    """Return what words in brackets or behind a dash say about the recording, perhaps nothing."""
    text = _REMASTER.sub(" ", text)
    parts = (part.strip(" .,-") for part in _PARTS.split(text))
    return " ".join(part for part in map(_read_part, parts) if part)


def _read_part(text: str) -> str:
    if not text or _names_guest(text) or _FROM_FILM.fullmatch(text):
        return ""
    words = _plain_words(text)
    if _RELEASE.fullmatch(words):
        return ""
    for pattern, word in _SAME_WORDS:
        words = pattern.sub(word, words)
    return " ".join(_VERSION.sub(" ", words).split()) or words


def _names_guest(text: str) -> bool:
    found = _WITH.match(text)
    return bool(_GUESTS.match(text)) or (found is not None and found[1].isupper())


def _plain_words(text: str) -> str:
    text = text.casefold()
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).translate(_LETTERS)
        text = unicodedata.normalize("NFKC", text)
    if "'" in text:
        text = _APOSTROPHE.sub("", _DROPPED_G.sub("g", _AND.sub(" and ", text)))
    text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    text = _NOT_WORD.sub(" ", _AND.sub(" and ", text)).strip()
    return _PART.sub(lambda found: f"part {_NUMBERS.get(found[1], found[1])}", text)
