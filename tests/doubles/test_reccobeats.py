"""ReccoBeats as its double plays it."""

from typing import Any

import pytest
import requests

from tests.doubles.catalogue import ALL_TRACKS, TRACKS
from tests.doubles.reccobeats import ReccoBeatsDouble, make_own_id, make_world

KNOWN = [track for track in TRACKS["folk"] if track.spotify_id in make_world()]


def _ask(
    reccobeats: ReccoBeatsDouble, ids: str | list[str], path: str = "/audio-features"
) -> requests.Response:
    return requests.get(f"{reccobeats.api_url}{path}", params={"ids": ids}, timeout=10)


def _hrefs(answer: requests.Response) -> list[str]:
    return [
        row["href"].removeprefix("https://open.spotify.com/track/")
        for row in answer.json()["content"]
    ]


def test_ids_may_be_repeated_or_joined_by_commas(reccobeats: ReccoBeatsDouble) -> None:
    ids = [track.spotify_id for track in KNOWN[:40]]

    repeated, joined = _ask(reccobeats, ids), _ask(reccobeats, ",".join(ids))

    assert set(_hrefs(repeated)) == set(_hrefs(joined)) == set(ids)


def test_row_has_the_track_in_its_href_and_features_without_a_time_signature(
    reccobeats: ReccoBeatsDouble,
) -> None:
    track = KNOWN[0]

    row = _ask(reccobeats, track.spotify_id).json()["content"][0]

    assert row["id"] == make_own_id(track) != track.spotify_id
    assert row["href"] == f"https://open.spotify.com/track/{track.spotify_id}"
    assert row["tempo"] == track.features["tempo"]
    assert row.keys().isdisjoint({"time_signature", "duration_ms", "durationMs"})


def test_own_ids_are_known_too_and_a_track_comes_once(reccobeats: ReccoBeatsDouble) -> None:
    track = KNOWN[0]

    answer = _ask(reccobeats, [make_own_id(track), track.spotify_id])

    assert _hrefs(answer) == [track.spotify_id]


def test_unknown_ids_are_left_out(reccobeats: ReccoBeatsDouble) -> None:
    unknown = [own for own in ALL_TRACKS if own not in reccobeats.tracks]

    some = _ask(reccobeats, [*unknown[:5], KNOWN[0].spotify_id])
    none = _ask(reccobeats, unknown[:5])

    assert len(unknown) == len(ALL_TRACKS) // 9
    assert _hrefs(some) == [KNOWN[0].spotify_id]
    assert (none.status_code, none.json()) == (200, {"content": []})


def test_rows_do_not_come_in_the_order_of_the_question(reccobeats: ReccoBeatsDouble) -> None:
    ids = [track.spotify_id for track in KNOWN[:20]]

    assert _hrefs(_ask(reccobeats, ids)) != ids


@pytest.mark.parametrize("count", [0, 41])
def test_from_1_to_40_ids_may_be_asked(reccobeats: ReccoBeatsDouble, count: int) -> None:
    answer = _ask(reccobeats, list(ALL_TRACKS)[:count])

    assert answer.status_code == 400
    assert answer.json()["status"] == 4004
    assert "size must be between 1 and 40" in answer.json()["error"]


def test_duration_comes_from_the_tracks(reccobeats: ReccoBeatsDouble) -> None:
    track = KNOWN[0]

    row = _ask(reccobeats, track.spotify_id, "/track").json()["content"][0]

    assert (row["durationMs"], row["isrc"]) == (track.duration_ms, track.isrc)
    assert row["artists"][0]["name"] == track.artists[0].name


def test_features_by_own_id_only(reccobeats: ReccoBeatsDouble) -> None:
    url, track = f"{reccobeats.api_url}/track", KNOWN[0]

    own = requests.get(f"{url}/{make_own_id(track)}/audio-features", timeout=10)
    spotifys = requests.get(f"{url}/{track.spotify_id}/audio-features", timeout=10)

    assert own.json()["valence"] == track.features["valence"]
    assert spotifys.status_code == 404


@pytest.mark.parametrize(
    ("fault", "values", "status", "retry_after"),
    [
        ("rate_limited", {"retry_after_s": 12}, 429, "12"),
        ("rate_limited", {"retry_after_s": None}, 429, None),
        ("failed", {}, 500, None),
    ],
)
def test_refusal_can_be_played(
    reccobeats: ReccoBeatsDouble,
    fault: str,
    values: dict[str, Any],
    status: int,
    retry_after: str | None,
) -> None:
    reccobeats.play(fault, **values)

    answer = _ask(reccobeats, KNOWN[0].spotify_id)

    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, retry_after)


def test_rows_can_be_omitted_shuffled_or_without_values(reccobeats: ReccoBeatsDouble) -> None:
    ids = [track.spotify_id for track in KNOWN[:20]]
    usual = _hrefs(_ask(reccobeats, ids))
    for fault in ("omitted", "nothing_known", "shuffled", "without_values"):
        reccobeats.play(fault)

    omitted, none, shuffled, without = (_ask(reccobeats, ids) for _ in range(4))

    assert _hrefs(omitted) == usual[::2]
    assert _hrefs(none) == []
    assert _hrefs(shuffled) != usual
    assert sorted(_hrefs(shuffled)) == sorted(usual)
    assert all(row["tempo"] is None and "valence" not in row for row in without.json()["content"])
