"""Spotify's ids, as every reader of rows takes them."""

import re

from recommendations.rejected_row import RejectedRow

_SPOTIFY_ID = re.compile(r"[0-9A-Za-z]{22}")


def is_spotify_id(text: str) -> bool:
    """Tell whether the text is the id of a track or an artist, and nothing else."""
    return _SPOTIFY_ID.fullmatch(text) is not None


def read_track_id(text: str) -> str:
    """Return Spotify's id from an id or a track URI. Raises ``RejectedRow``."""
    text = text.strip()
    if text.startswith("spotify:local:"):
        raise RejectedRow("a local file, which has no track id")
    spotify_id = text.removeprefix("spotify:track:")
    if not spotify_id:
        raise RejectedRow("the track id is empty")
    if not is_spotify_id(spotify_id):
        raise RejectedRow("the track id is not one of Spotify's (22 letters and digits)")
    return spotify_id
