"""What names have to be before they are shown or stored, and how Exportify writes several in one.

Exportify is read twice: by the operator, as a catalogue, and by listeners, as their playlists.
"""

import re

MAX_NAME_LENGTH = 500

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# exportify.net joins with a bare comma (newer ones with a semicolon), and a comma within a name
# is followed by a space. https://github.com/pavelkomarov/exportify
_BARE_COMMA = re.compile(r",(?! )")
# exportify.app joins with comma and space, and puts a backslash before a comma within a name.
# https://github.com/watsonbox/exportify
_UNESCAPED_COMMA = re.compile(r"(?<!\\), ?")


def clean_name(text: str) -> str:
    """Return the text on one line, without control characters, cut to what is stored."""
    return " ".join(_CONTROL_CHARACTERS.sub(" ", text).split())[:MAX_NAME_LENGTH]


def split_bare_commas(text: str) -> list[str]:
    """Split ``A,B`` or ``A;B``, as exportify.net writes it: ``Earth, Wind & Fire`` is one."""
    return text.split(";") if ";" in text else _BARE_COMMA.split(text)


def split_escaped_commas(text: str, count: int) -> list[str]:
    """Split ``A, B`` into so many names, as exportify.app writes it beside so many addresses.

    Where there are more or fewer, it is unknown who is who, and there are none.
    """
    names = [text] if count == 1 else _UNESCAPED_COMMA.split(text)
    return [name.replace("\\,", ",") for name in names] if len(names) == count else []
