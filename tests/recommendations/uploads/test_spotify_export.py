"""Histories from Spotify, whose top lists follow by construction."""

from pathlib import Path

import pytest

from recommendations.sources.faults import Fault, FaultyFile
from recommendations.sources.history import Dropped, HistoryKind
from tests.recommendations.uploads.histories import (
    ACCOUNT_DATA,
    EXTENDED,
    account_row,
    extended_row,
    plays,
    read,
    titles,
    track_id,
    write_json,
    write_zip,
)


def test_most_plays_come_first_and_of_as_many_the_longer_played(tmp_path: Path) -> None:
    rows = [
        *plays(extended_row(1), 2),
        *plays(extended_row(2), 3),
        *plays(extended_row(3, ms_played=200_000), 2),
    ]

    history = read(write_json(tmp_path / "endsong_0.json", rows))

    assert history.kind is HistoryKind.EXTENDED_HISTORY
    assert titles(history) == [("Track 2", 3), ("Track 3", 2), ("Track 1", 2)]
    assert [(one.artist.name, one.play_count) for one in history.lists["long_term"].artists] == [
        ("Artist 2", 3),
        ("Artist 3", 2),
        ("Artist 1", 2),
    ]
    assert history.lists["long_term"].tracks[0].spotify_id == track_id(2)


def test_time_ranges_end_with_the_newest_play_and_not_today(tmp_path: Path) -> None:
    long_ago = 1000
    rows = [
        extended_row(1, days_ago=long_ago),
        extended_row(2, days_ago=long_ago + 27),
        extended_row(3, days_ago=long_ago + 29),
        extended_row(4, days_ago=long_ago + 181),
        extended_row(5, days_ago=long_ago + 183),
    ]

    history = read(write_json(tmp_path / "history.json", rows))

    def numbers(span: str) -> list[str]:
        return sorted(name[-1] for name, _ in titles(history, span))

    assert numbers("short_term") == ["1", "2"]
    assert numbers("medium_term") == ["1", "2", "3", "4"]
    assert numbers("long_term") == ["1", "2", "3", "4", "5"]


def test_order_of_rows_and_of_files_does_not_matter(tmp_path: Path) -> None:
    rows = [*plays(extended_row(1), 3), *plays(extended_row(2, days_ago=90), 2)]
    forwards = write_json(tmp_path / "forwards.json", rows)
    backwards = write_zip(
        tmp_path / "backwards.zip",
        {"a/endsong_0.json": rows[:1:-1], "a/endsong_1.json": rows[1::-1]},
    )

    assert read(forwards).lists == read(backwards).lists


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (extended_row(incognito_mode=True), Dropped.PRIVATE),
        (extended_row(ms_played=29_999, skipped=True), Dropped.SKIPPED),
        (extended_row(ms_played=5_000, skipped=None, reason_end="fwdbtn"), Dropped.SKIPPED),
        (extended_row(ms_played=0), Dropped.NOT_PLAYED),
        (extended_row(episode_name="E", master_metadata_track_name=None), Dropped.PODCAST),
        (extended_row(spotify_episode_uri="spotify:episode:1"), Dropped.PODCAST),
        (extended_row(audiobook_title="B"), Dropped.AUDIOBOOK),
        (extended_row(master_metadata_track_name=None), Dropped.NO_TRACK),
        (extended_row(master_metadata_album_artist_name=""), Dropped.NO_TRACK),
        (extended_row(ts="yesterday"), Dropped.MALFORMED),
        (extended_row(ts=None), Dropped.MALFORMED),
        (extended_row(days_ago=-3), Dropped.MALFORMED),
        (extended_row(ms_played="long"), Dropped.MALFORMED),
        (extended_row(ms_played=-1), Dropped.MALFORMED),
        (extended_row(ms_played=2**60), Dropped.MALFORMED),
        (["not", "a", "row"], Dropped.MALFORMED),
        (account_row(msPlayed=29_999), Dropped.SKIPPED),
        (account_row(msPlayed=0), Dropped.NOT_PLAYED),
        (account_row(trackName=""), Dropped.NO_TRACK),
        (account_row(endTime="2026-13-01 00:00"), Dropped.MALFORMED),
    ],
)
def test_row_that_says_nothing_of_taste_is_counted_with_its_reason(
    tmp_path: Path, row: object, reason: Dropped
) -> None:
    history = read(write_json(tmp_path / "history.json", [extended_row(9), row]))

    assert dict(history.dropped) == {reason: 1}
    assert (history.rows, history.kept) == (2, 1)
    assert titles(history) == [("Track 9", 1)]


@pytest.mark.parametrize(
    "row",
    [
        extended_row(ms_played=30_000, skipped=True),
        extended_row(ms_played=10_000, skipped=False),
        extended_row(ms_played=10_000, skipped=None, reason_end="endplay"),
        extended_row(days_ago=-0.5),
    ],
)
def test_play_that_was_heard_or_not_skipped_counts(tmp_path: Path, row: object) -> None:
    assert read(write_json(tmp_path / "history.json", [row])).kept == 1


def test_track_without_an_id_of_spotify_keeps_its_names(tmp_path: Path) -> None:
    row = extended_row(spotify_track_uri="spotify:local:a:b:c:180")

    history = read(write_json(tmp_path / "history.json", [row]))

    [track] = history.lists["long_term"].tracks
    assert (track.name, track.artists[0].name, track.spotify_id) == ("Track 1", "Artist 1", None)


def test_artist_of_a_compilation_is_nobody(tmp_path: Path) -> None:
    row = extended_row(master_metadata_album_artist_name="Various Artists")

    top = read(write_json(tmp_path / "history.json", [row])).lists["long_term"]

    assert (top.tracks[0].artists, list(top.artists)) == ((), [])


def test_control_characters_of_names_do_not_reach_anybody(tmp_path: Path) -> None:
    row = extended_row(master_metadata_track_name="a\u0000b\u009d\nc" + "d" * 1000)

    [track] = read(write_json(tmp_path / "history.json", [row])).lists["long_term"].tracks

    assert track.name.startswith("a b cd")
    assert len(track.name) == 500


def test_zip_is_read_by_base_names_and_everything_else_is_left_alone(tmp_path: Path) -> None:
    brought = write_zip(
        tmp_path / "my_spotify_data.zip",
        {
            EXTENDED: plays(extended_row(1), 2),
            "../../../etc/endsong_1.json": [extended_row(2)],
            "x/Streaming_History_Video_2024.json": [extended_row(3)],
            "x/Userdata.json": b'{"email": "somebody@example.org"}',
            "x/ReadMe.pdf": b"%PDF",
            "__MACOSX/x/._endsong_0.json": b"\x00\x05\x16\x07",
        },
    )

    history = read(brought)

    assert titles(history) == [("Track 1", 2), ("Track 2", 1)]
    assert dict(history.dropped) == {Dropped.VIDEO: 1}
    assert list(tmp_path.iterdir()) == [brought]


@pytest.mark.parametrize("name", ["StreamingHistory0.json", "StreamingHistory_music_0.json"])
def test_account_data_have_no_ids(tmp_path: Path, name: str) -> None:
    history = read(write_zip(tmp_path / "my.zip", {f"MyData/{name}": plays(account_row(), 3)}))

    assert history.kind is HistoryKind.ACCOUNT_DATA
    [track] = history.lists["short_term"].tracks
    assert (track.name, track.spotify_id, track.play_count) == ("Track 1", None, 3)


def test_podcasts_and_audiobooks_of_account_data_are_counted(tmp_path: Path) -> None:
    podcast = {"endTime": "2026-01-01 10:00", "podcastName": "P", "episodeName": "E", "msPlayed": 9}
    book = {"endTime": "2026-01-01 10:00", "audiobookName": "B", "msPlayed": 90_000}
    brought = write_zip(
        tmp_path / "my.zip",
        {
            ACCOUNT_DATA: [account_row()],
            "a/StreamingHistory_podcast_0.json": [podcast],
            "a/StreamingHistory_audiobook_0.json": [book],
        },
    )

    assert dict(read(brought).dropped) == {Dropped.PODCAST: 1, Dropped.AUDIOBOOK: 1}


def test_account_data_only_add_what_lies_after_the_extended_history(tmp_path: Path) -> None:
    extended = write_zip(
        tmp_path / "extended.zip", {EXTENDED: plays(extended_row(1, days_ago=10), 2)}
    )
    account = write_zip(
        tmp_path / "account.zip",
        {ACCOUNT_DATA: [account_row(1, days_ago=20), *plays(account_row(1, days_ago=5), 3)]},
    )

    history = read(account, extended)

    assert history.kind is HistoryKind.EXTENDED_HISTORY
    # The names are those of the track with an id, so that its plays are counted together.
    assert titles(history) == [("Track 1", 5)]
    assert history.lists["long_term"].tracks[0].spotify_id == track_id(1)
    assert dict(history.dropped) == {Dropped.COVERED: 1}


def test_the_same_plays_in_two_files_count_once(tmp_path: Path) -> None:
    rows = plays(extended_row(1), 3)
    one, same = write_json(tmp_path / "a.json", rows), write_json(tmp_path / "b.json", rows)

    history = read(one, same)

    assert titles(history) == [("Track 1", 3)]
    assert dict(history.dropped) == {Dropped.REPEATED: 3}


def test_nothing_of_addresses_devices_and_countries_is_kept(tmp_path: Path) -> None:
    history = read(write_json(tmp_path / "history.json", [extended_row()]))

    text = repr(history)

    assert not [secret for secret in ("192.0.2.99", "secret", "XX") if secret in text]


def test_json_that_is_no_history_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    brought = write_json(tmp_path / "Playlist1.json", [{"name": "A playlist"}])

    assert [note.fault for note in read(brought).faults] == [Fault.NO_PLAYS]


def test_more_plays_than_a_life_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommendations.sources.plays.MAX_PLAYS", 2)

    with pytest.raises(FaultyFile, match="more than any listener's history"):
        read(write_json(tmp_path / "history.json", plays(extended_row(), 3)))
