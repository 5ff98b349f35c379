"""Places in a list of similar users as short texts for addresses, opaque to whoever sends them."""

import base64
import binascii
import math

from recommendations.index.passing import MOST_LOOKED_AT
from recommendations.services.pairs import Place

# Chosen by us: no cursor of ours is longer.
MAX_CURSOR_LENGTH = 100
_MAX_USER_ID = 2**63 - 1


class NoCursor(ValueError):  # noqa: N818 - named for what was sent
    """A text that ``write_cursor`` did not write."""


def write_cursor(place: Place) -> str:
    """Return the place as letters, digits, ``-`` and ``_``; the score is kept to the last bit."""
    text = f"{place.rank}:{place.score.hex()}:{place.user_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> Place:
    """Return the place that ``write_cursor`` was given. Raises ``NoCursor``."""
    try:
        padded = cursor[:MAX_CURSOR_LENGTH].encode() + b"=" * (-len(cursor) % 4)
        rank, score, user_id = base64.b64decode(padded, b"-_", validate=True).decode().split(":")
        place = Place(int(rank), float.fromhex(score), int(user_id))
    except (ValueError, OverflowError, binascii.Error) as error:
        raise NoCursor(cursor) from error
    is_possible = 0 < place.rank <= MOST_LOOKED_AT and 0 < place.user_id <= _MAX_USER_ID
    if not (is_possible and math.isfinite(place.score)):
        raise NoCursor(cursor)
    return place
