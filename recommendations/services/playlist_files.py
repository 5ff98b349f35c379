"""Writes a shared playlist as text and as the files that players read."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

from recommendations.csv_cells import as_text
from recommendations.models import Track
from recommendations.services.shared_playlist import SharedPlaylist

# https://www.xspf.org/spec
_XSPF_NAMESPACE = "http://xspf.org/ns/0/"
_NO_ATTRIBUTES: "AttributesImpl[str]" = AttributesImpl({})


@dataclass(frozen=True, slots=True)
class PlaylistFile:
    """A file to be taken along."""

    name: str
    media_type: str
    content: str


def write_playlist(playlist: SharedPlaylist, kind: str) -> PlaylistFile:
    """Return the playlist as a file of one of ``FORMATS``."""
    media_type, write = FORMATS[kind]
    name = f"metarec-playlist-{playlist.other.pk}.{kind}"
    return PlaylistFile(name, media_type, write(playlist))


def name_playlist(playlist: SharedPlaylist) -> str:
    """Return the playlist's title."""
    names = {"you": playlist.user.username, "they": playlist.other.username}
    return _("%(you)s and %(they)s") % names


def write_lines(playlist: SharedPlaylist) -> str:
    """Return a line for each track, artists and name, to be copied."""
    return "\n".join(
        f"{_name_artists(one.track)} - {one.track.name}".removeprefix(" - ")
        for one in playlist.tracks
    )


def _write_csv(playlist: SharedPlaylist) -> str:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["artists", "title", "album", "duration_ms", "isrc", "spotify_uri", "whose"])
    for one in playlist.tracks:
        track = one.track
        names = [as_text(name) for name in (_name_artists(track), track.name, track.album_name)]
        facts = [track.duration_ms, as_text(track.isrc), _name_uri(track)]
        rows.writerow([*names, *facts, one.part.value])
    return text.getvalue()


def _write_jspf(playlist: SharedPlaylist) -> str:
    """JSPF, XSPF in JSON: https://www.xspf.org/jspf."""
    tracks = []
    for one in playlist.tracks:
        fields: dict[str, Any] = _gather_fields(one.track)
        if "identifier" in fields:
            fields["identifier"] = [fields["identifier"]]
        tracks.append(fields)
    return json.dumps(
        {"playlist": {"title": name_playlist(playlist), "track": tracks}},
        ensure_ascii=False,
        indent=1,
    )


def _write_xspf(playlist: SharedPlaylist) -> str:
    text = io.StringIO()
    xml = SimplerXMLGenerator(text, "utf-8")
    xml.startDocument()
    xml.startElement("playlist", AttributesImpl({"version": "1", "xmlns": _XSPF_NAMESPACE}))
    xml.addQuickElement("title", name_playlist(playlist))
    xml.startElement("trackList", _NO_ATTRIBUTES)
    for one in playlist.tracks:
        xml.startElement("track", _NO_ATTRIBUTES)
        for name, value in _gather_fields(one.track).items():
            xml.addQuickElement(name, str(value))
        xml.endElement("track")
    xml.endElement("trackList")
    xml.endElement("playlist")
    xml.endDocument()
    return text.getvalue()


def _gather_fields(track: Track) -> dict[str, str | int]:
    """Return what is known of a track by XSPF's names, in its order; the duration is in ms."""
    fields: dict[str, str | int | None] = {
        "identifier": _name_uri(track),
        "title": track.name,
        "creator": _name_artists(track),
        "album": track.album_name,
        "duration": track.duration_ms,
    }
    return {name: value for name, value in fields.items() if value}


def _name_artists(track: Track) -> str:
    return ", ".join(credit.artist.name for credit in track.credits.all())


def _name_uri(track: Track) -> str:
    return f"spotify:track:{track.spotify_id}" if track.spotify_id else ""


FORMATS: Mapping[str, tuple[str, Callable[[SharedPlaylist], str]]] = {
    "csv": ("text/csv", _write_csv),
    "jspf": ("application/json", _write_jspf),
    "xspf": ("application/xspf+xml", _write_xspf),
}
