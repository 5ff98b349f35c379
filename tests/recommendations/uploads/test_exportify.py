"""Playlists of Exportify, in both layouts."""

from pathlib import Path

import pytest

from recommendations.sources.base import ListenedArtist
from recommendations.sources.faults import Fault, FaultyFile
from recommendations.sources.history import Dropped, HistoryKind
from tests.recommendations.imports.files import (
    ARTIST_X,
    ARTIST_Y,
    csv_text,
    row_exportify_app,
    row_exportify_net,
    write_csv,
    write_gzip,
)
from tests.recommendations.uploads.histories import read, track_id, write_zip


def net_row(number: int, **overrides: object) -> dict[str, object]:
    """Return a row of exportify.net for track ``number``."""
    uri = f"spotify:track:{track_id(number)}"
    return row_exportify_net(**{"Track URI": uri, "Track Name": f"Track {number}", **overrides})


def names(*paths: Path) -> list[str]:
    """Return the names of the list that the files make."""
    return [track.name for track in read(*paths).lists["long_term"].tracks]


def test_order_of_a_playlist_is_the_rank(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "favourites.csv", net_row(2), net_row(3), net_row(1))

    history = read(path)

    assert history.kind is HistoryKind.PLAYLISTS
    assert names(path) == ["Track 2", "Track 3", "Track 1"]
    assert list(history.lists) == ["long_term"]


def test_track_of_several_playlists_comes_first(tmp_path: Path) -> None:
    one = csv_text([net_row(1), net_row(2), net_row(3)])
    other = csv_text([net_row(4), net_row(3)])

    brought = write_zip(
        tmp_path / "spotify_playlists.zip", {"one.csv": one.encode(), "two.csv": other.encode()}
    )

    assert names(brought) == ["Track 3", "Track 1", "Track 4", "Track 2"]


def test_layout_of_exportify_app_has_ids_of_artists_and_the_isrc(tmp_path: Path) -> None:
    [track] = read(write_csv(tmp_path / "a.csv", row_exportify_app())).lists["long_term"].tracks

    assert track.artists == (ListenedArtist("Air", ARTIST_X), ListenedArtist("Moby", ARTIST_Y))
    assert (track.isrc, track.duration_ms, track.explicit) == ("USUM70000001", 200_000, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Air,Moby", ["Air", "Moby"]),
        ("Air;Moby", ["Air", "Moby"]),
        ("Earth, Wind & Fire", ["Earth, Wind & Fire"]),
        ("", []),
    ],
)
def test_artists_of_exportify_net_are_told_apart(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    path = write_csv(tmp_path / "a.csv", net_row(1, **{"Artist Name(s)": text}))

    [track] = read(path).lists["long_term"].tracks

    assert [artist.name for artist in track.artists] == expected


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        ({"Track URI": "spotify:episode:1"}, Dropped.PODCAST),
        ({"Track URI": ""}, Dropped.MALFORMED),
        ({"Track Name": ""}, Dropped.NO_TRACK),
        ({"Track URI": f"spotify:track:{track_id(1)}"}, Dropped.REPEATED),
    ],
)
def test_row_that_is_no_track_is_counted(
    tmp_path: Path, overrides: dict[str, object], reason: Dropped
) -> None:
    history = read(write_csv(tmp_path / "a.csv", net_row(1), net_row(2, **overrides)))

    assert (history.rows, history.kept, dict(history.dropped)) == (2, 1, {reason: 1})


def test_local_file_keeps_its_names_to_be_matched_by(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", net_row(1, **{"Track URI": "spotify:local:Air:::200"}))

    [track] = read(path).lists["long_term"].tracks

    assert (track.name, track.spotify_id) == ("Track 1", None)


def test_gzipped_table_is_read(tmp_path: Path) -> None:
    assert names(write_gzip(tmp_path / "a.csv.gz", csv_text([net_row(1)]))) == ["Track 1"]


def test_latin_1_in_the_middle_is_told_under_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_text([net_row(1), net_row(2, **{"Album Name": "Été"})]).encode("latin-1"))

    history = read(path)

    assert [track.name for track in history.lists["long_term"].tracks] == ["Track 1"]
    assert [(note.fault, str(note)) for note in history.faults] == [
        (Fault.TABLE, "a.csv is not UTF-8 text; save it as UTF-8 first; see line 3.")
    ]


@pytest.mark.parametrize(("limit", "value"), [("MAX_ROWS", 1), ("MAX_LETTERS", 100)])
def test_more_than_playlists_have_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(f"recommendations.sources.exportify.{limit}", value)

    with pytest.raises(FaultyFile, match="more than any listener's history"):
        read(write_csv(tmp_path / "a.csv", net_row(1), net_row(2)))
