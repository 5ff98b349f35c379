"""Names that no database takes, which a service may have and give all the same."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from recommendations.sources.base import ListenedTrack
from recommendations.sources.lastfm import _read_track as read_lastfm
from recommendations.sources.listenbrainz import _read_track as read_listenbrainz
from recommendations.sources.spotify import _read_track as read_spotify

# PostgreSQL stores neither the first character nor the last, not even within JSON.
ODD = "A\x00 name \ud800"
READERS: Mapping[Callable[[Mapping[str, Any]], ListenedTrack | None], Mapping[str, Any]] = {
    read_spotify: {"name": ODD, "album": {"name": ODD}, "artists": [{"name": ODD}]},
    read_lastfm: {"name": ODD, "artist": {"name": ODD}},
    read_listenbrainz: {"track_name": ODD, "artist_name": ODD, "release_name": ODD},
}


@pytest.mark.parametrize("read", READERS)
def test_names_are_without_characters_that_cannot_be_stored(
    read: Callable[[Mapping[str, Any]], ListenedTrack | None],
) -> None:
    track = read(READERS[read])

    assert track is not None
    assert {track.name, *(artist.name for artist in track.artists)} == {"A name"}
    assert track.album_name in {"A name", ""}


@pytest.mark.parametrize("read", READERS)
def test_name_of_nothing_else_is_none(
    read: Callable[[Mapping[str, Any]], ListenedTrack | None],
) -> None:
    row = {**READERS[read], "name": "\x00", "track_name": "\x00"}

    assert read(row) is None
