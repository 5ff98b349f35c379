"""What names have to be before they are shown or stored."""

import re

MAX_NAME_LENGTH = 500

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def clean_name(text: str) -> str:
    """Return the text on one line, without control characters, cut to what is stored."""
    return " ".join(_CONTROL_CHARACTERS.sub(" ", text).split())[:MAX_NAME_LENGTH]
