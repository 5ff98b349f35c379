"""The site's own export: what is written is what is read."""

from pathlib import Path

import pytest

from recommendations.services.export_files import Table, write_tables
from recommendations.sources.base import ListenedArtist, ListenedTrack, PlayedArtist
from recommendations.sources.export_rows import ExportedPlace, write_place
from recommendations.sources.faults import Fault, FaultyFile
from recommendations.sources.history import Dropped, HistoryKind
from tests.recommendations.uploads.histories import read, track_id

AIR = ListenedArtist("Air", "a" * 22)
MOBY = ListenedArtist("Möby")


def track(number: int) -> ListenedTrack:
    """Return a track with all that can be known of it."""
    return ListenedTrack(
        name=f"Track {number}",
        artists=(AIR, MOBY),
        spotify_id=track_id(number),
        album_name="Album",
        isrc="USUM70000001",
        duration_ms=200_000,
        explicit=True,
    )


def write(path: Path, *places: ExportedPlace) -> Path:
    """Write an export."""
    with path.open("wb") as stream:
        write_tables(stream, [Table("listening", (), map(write_place, places))], "")
    return path


def test_what_was_written_is_read_with_all_that_is_known(tmp_path: Path) -> None:
    nameless = ListenedTrack(name="Unknown id", artists=(MOBY,))
    path = write(
        tmp_path / "export.zip",
        ExportedPlace("spotify", "short_term", 1, track(1)),
        ExportedPlace("spotify", "short_term", 2, nameless),
        ExportedPlace("spotify", "long_term", 1, PlayedArtist(AIR, 7)),
        ExportedPlace("spotify", "long_term", 2, PlayedArtist(MOBY)),
    )

    history = read(path)

    assert history.kind is HistoryKind.OWN_EXPORT
    assert history.exported["spotify"]["short_term"].tracks == [track(1), nameless]
    assert history.exported["spotify"]["long_term"].artists == [
        PlayedArtist(AIR, 7),
        PlayedArtist(MOBY),
    ]
    assert (history.rows, history.kept, history.faults) == (4, 4, ())


def test_unpacked_export_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "metarec-listening.json"
    path.write_text(
        '{"format": "metarec listening", "version": 1, "rows": [{"list": "top_artists", '
        '"source": "file", "time_range": "long_term", "rank": 1, "name": "Air"}]}'
    )

    assert read(path).exported["file"]["long_term"].artists == [PlayedArtist(ListenedArtist("Air"))]


def test_of_several_exports_the_best_ranks_and_the_most_plays_count(tmp_path: Path) -> None:
    paths = [
        write(
            tmp_path / "old.zip",
            ExportedPlace("file", "long_term", 1, track(1)),
            ExportedPlace("file", "long_term", 2, track(2)),
            ExportedPlace("file", "long_term", 1, PlayedArtist(AIR, 3)),
        ),
        write(
            tmp_path / "new.zip",
            ExportedPlace("file", "long_term", 1, track(2)),
            ExportedPlace("lastfm", "long_term", 1, track(1)),
            ExportedPlace("file", "long_term", 5, PlayedArtist(AIR, 9)),
        ),
    ]

    history = read(*paths)

    assert history.exported["file"]["long_term"].tracks == [track(1), track(2)]
    assert history.exported["lastfm"]["long_term"].tracks == [track(1)]
    assert history.exported["file"]["long_term"].artists == [PlayedArtist(AIR, 9)]
    assert dict(history.dropped) == {Dropped.REPEATED: 2}


@pytest.mark.parametrize(
    "row",
    [
        '{"list": "top_artists", "source": "x", "time_range": "ever", "rank": 1, "name": "A"}',
        '{"list": "top_artists", "source": "x", "time_range": "long_term", "rank": 0, "name": "A"}',
        '{"list": "other", "source": "x", "time_range": "long_term", "rank": 1, "name": "A"}',
        '{"list": "top_tracks", "source": "x", "time_range": "long_term", "rank": 1, "name": "A"}',
        '{"list": "top_artists", "source": "x", "time_range": "long_term", "rank": 1, "name": ""}',
        "7",
    ],
)
def test_row_that_is_no_place_is_counted(tmp_path: Path, row: str) -> None:
    path = tmp_path / "export.json"
    path.write_text(f'{{"rows": [{row}]}}')

    assert dict(read(path).dropped) == {Dropped.MALFORMED: 1}


def test_json_object_of_something_else_is_told(tmp_path: Path) -> None:
    path = tmp_path / "YourLibrary.json"
    path.write_text('{"tracks": [{"artist": "Air", "track": "Song"}]}')

    assert [note.fault for note in read(path).faults] == [Fault.NO_EXPORT]


@pytest.mark.parametrize(("limit", "value"), [("MAX_ROWS", 1), ("MAX_LETTERS", 120)])
def test_more_than_lists_have_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(f"recommendations.sources.own_export.{limit}", value)
    places = [ExportedPlace("file", "long_term", rank, track(rank)) for rank in (1, 2)]

    with pytest.raises(FaultyFile, match="more than any listener's history"):
        read(write(tmp_path / "export.zip", *places))


def test_rows_of_more_sources_than_a_site_reads_do_not_count(tmp_path: Path) -> None:
    places = [
        ExportedPlace(f"source {number}", "long_term", 1, PlayedArtist(AIR)) for number in range(30)
    ]

    history = read(write(tmp_path / "export.zip", *places))

    assert len(history.exported) == 20
    assert dict(history.dropped) == {Dropped.MALFORMED: 10}
