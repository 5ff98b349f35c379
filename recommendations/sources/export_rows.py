"""One row of the site's own export: written and read here, with nothing lost between.

Part of step 2 of the data's way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from recommendations.names import clean_name
from recommendations.sources.base import ListenedArtist, ListenedTrack, PlayedArtist
from recommendations.sources.history import SPANS, ExportedUnseen, Span
from recommendations.spotify_id import is_spotify_id

_MAX_NUMBER = 2**31 - 1  # of a database's integer
_MAX_ISRC_LENGTH = 15
_MAX_SOURCE_LENGTH = 20
_MAX_ARTISTS = 200
# Chosen by us: a signed number has some 60 characters.
_MAX_SIGNED_LENGTH = 200

TRACK_COLUMNS = (
    "name",
    "artists",
    "spotify_id",
    "album_name",
    "isrc",
    "duration_ms",
    "explicit",
)

Row = Mapping[str, Any]
Item = ListenedTrack | PlayedArtist


@dataclass(frozen=True, slots=True)
class ExportedPlace:
    """One place in one list of one source."""

    source: str
    span: str
    rank: int
    item: Item


def write_place(place: ExportedPlace) -> dict[str, Any]:
    """Return the row of a place."""
    head = {"source": place.source, "time_range": place.span, "rank": place.rank}
    item = place.item
    if isinstance(item, PlayedArtist):
        artist = _write_artist(item.artist)
        return {"list": "top_artists", **head, **artist, "play_count": item.play_count}
    return {"list": "top_tracks", **head, **_write_track(item)}


def read_place(row: object) -> ExportedPlace | None:
    """Return the place of a row, None where it cannot be made sense of."""
    if not isinstance(row, dict):
        return None
    span, source, rank = row.get("time_range"), _text(row.get("source")), _number(row.get("rank"))
    item = _read_item(row)
    if span not in SPANS or not source or not rank or item is None:
        return None
    return ExportedPlace(source[:_MAX_SOURCE_LENGTH], cast("Span", span), rank, item)


def write_exclusion(item: ListenedTrack | ListenedArtist) -> dict[str, Any]:
    """Return the row of what a listener leaves out of their taste."""
    if isinstance(item, ListenedArtist):
        return {"kind": "artist", **_write_artist(item)}
    return {"kind": "track", **_write_track(item)}


def read_exclusion(row: object) -> ListenedTrack | ListenedArtist | None:
    """Return what the row leaves out, None where it cannot be made sense of."""
    if not isinstance(row, dict):
        return None
    if row.get("kind") == "artist":
        return _read_artist(row)
    return _read_track(row) if row.get("kind") == "track" else None


def read_unseen(row: object) -> ExportedUnseen | None:
    """Return whom the row hides, None where it cannot be made sense of."""
    if not isinstance(row, dict):
        return None
    listener, is_blocked = row.get("listener"), row.get("is_blocked")
    if not isinstance(listener, str) or not isinstance(is_blocked, bool):
        return None
    return ExportedUnseen(listener[:_MAX_SIGNED_LENGTH], is_blocked)


def _write_artist(artist: ListenedArtist) -> dict[str, Any]:
    return {"name": artist.name, "spotify_id": artist.spotify_id}


def _write_track(item: ListenedTrack) -> dict[str, Any]:
    return {
        "name": item.name,
        "artists": [_write_artist(one) for one in item.artists],
        "spotify_id": item.spotify_id,
        "album_name": item.album_name,
        "isrc": item.isrc,
        "duration_ms": item.duration_ms,
        "explicit": item.explicit,
    }


def _read_item(row: Row) -> Item | None:
    if row.get("list") == "top_artists":
        artist = _read_artist(row)
        return None if artist is None else PlayedArtist(artist, _number(row.get("play_count")))
    return _read_track(row) if row.get("list") == "top_tracks" else None


def _read_track(row: Row) -> ListenedTrack | None:
    named, artists = _read_artist(row), row.get("artists")
    if named is None or not isinstance(artists, list):
        return None
    credited = [_read_artist(one) for one in artists[:_MAX_ARTISTS] if isinstance(one, dict)]
    explicit = row.get("explicit")
    return ListenedTrack(
        name=named.name,
        artists=tuple(one for one in credited if one is not None),
        spotify_id=named.spotify_id,
        album_name=_text(row.get("album_name")),
        isrc=_text(row.get("isrc"))[:_MAX_ISRC_LENGTH],
        duration_ms=_number(row.get("duration_ms")) or None,
        explicit=explicit if isinstance(explicit, bool) else None,
    )


def _read_artist(row: Row) -> ListenedArtist | None:
    """Read a name and an id, which a track has in the same places."""
    name, spotify_id = _text(row.get("name")), _text(row.get("spotify_id"))
    if not name:
        return None
    return ListenedArtist(name, spotify_id if is_spotify_id(spotify_id) else None)


def _text(value: object) -> str:
    return clean_name(value) if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return cast("int", value) if is_number and 0 <= cast("int", value) <= _MAX_NUMBER else None
