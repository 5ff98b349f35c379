"""ListenBrainz as its double plays it."""

from datetime import timedelta
from typing import Any

import pytest
import requests

from tests.doubles.listenbrainz import CALLS_PER_WINDOW, RANGES, WINDOW_S, ListenBrainzDouble


def _get(listenbrainz: ListenBrainzDouble, path: str, **values: Any) -> requests.Response:
    return requests.get(f"{listenbrainz.url}/1{path}", params=values, timeout=10)


def _validate(listenbrainz: ListenBrainzDouble, authorization: str) -> requests.Response:
    headers = {"Authorization": authorization} if authorization else {}
    return requests.get(f"{listenbrainz.url}/1/validate-token", headers=headers, timeout=10)


def test_token_tells_whose_it_is(listenbrainz: ListenBrainzDouble) -> None:
    answer = _validate(listenbrainz, "Token lb-token-of-lena").json()

    assert (answer["valid"], answer["user_name"]) == (True, "lena")


def test_wrong_token_is_not_valid(listenbrainz: ListenBrainzDouble) -> None:
    answer = _validate(listenbrainz, "Token lb-token-of-nobody")

    assert (answer.status_code, answer.json()["valid"]) == (200, False)
    assert "user_name" not in answer.json()


@pytest.mark.parametrize("authorization", ["", "Token", "Bearer lb-token-of-lena"])
def test_question_without_a_token_is_refused(
    listenbrainz: ListenBrainzDouble, authorization: str
) -> None:
    assert _validate(listenbrainz, authorization).status_code == 400


@pytest.mark.parametrize(
    ("kind", "name"), [("recordings", "track_name"), ("artists", "artist_name")]
)
def test_statistics_come_in_pages(listenbrainz: ListenBrainzDouble, kind: str, name: str) -> None:
    path = f"/stats/user/lena/{kind}"
    whole = _get(listenbrainz, path, count=1000).json()["payload"]

    page = _get(listenbrainz, path, count=3, offset=2).json()["payload"]

    assert page[kind] == whole[kind][2:5]
    assert (page["count"], page["offset"], page["range"]) == (3, 2, "all_time")
    counts = [row["listen_count"] for row in whole[kind]]
    assert counts == sorted(counts, reverse=True)
    assert all(row[name] for row in whole[kind])


def test_page_has_25_rows_unless_told_otherwise(listenbrainz: ListenBrainzDouble) -> None:
    answer = _get(listenbrainz, "/stats/user/lena/recordings").json()["payload"]

    assert (len(answer["recordings"]), answer["total_recording_count"]) == (25, 64)


def test_ranges_have_lists_of_their_own(listenbrainz: ListenBrainzDouble) -> None:
    path = "/stats/user/mateo/recordings"

    first = [
        _get(listenbrainz, path, range=span, count=1).json()["payload"]["recordings"][0][
            "track_name"
        ]
        for span in RANGES
    ]

    assert len(set(first)) == len(RANGES)
    assert _get(listenbrainz, path, range="ever").status_code == 400


def test_statistics_that_are_not_computed_are_204(listenbrainz: ListenBrainzDouble) -> None:
    of_nobody = _get(listenbrainz, "/stats/user/nobody-yet/recordings")
    listenbrainz.play("not_computed")
    played = _get(listenbrainz, "/stats/user/lena/recordings")

    assert (of_nobody.status_code, of_nobody.content) == (204, b"")
    assert (played.status_code, played.content) == (204, b"")


@pytest.mark.parametrize(
    "path", ["/stats/user/who/recordings", "/stats/user/who/artists", "/user/who/listens"]
)
def test_unknown_listener_is_404(listenbrainz: ListenBrainzDouble, path: str) -> None:
    assert _get(listenbrainz, path).status_code == 404


def test_listens_come_newest_first_and_between_times(listenbrainz: ListenBrainzDouble) -> None:
    path = "/user/lena/listens"
    newest = _get(listenbrainz, path, count=10).json()["payload"]["listens"]
    times = [listen["listened_at"] for listen in newest]

    before = _get(listenbrainz, path, max_ts=times[3], count=2).json()["payload"]["listens"]
    after = _get(listenbrainz, path, min_ts=times[3]).json()["payload"]["listens"]

    assert times == sorted(times, reverse=True)
    assert [listen["listened_at"] for listen in before] == times[4:6]
    assert [listen["listened_at"] for listen in after] == times[:3]
    assert _get(listenbrainz, path, min_ts=1, max_ts=2).status_code == 400
    metadata = newest[0]["track_metadata"]
    assert metadata["additional_info"]["spotify_id"].startswith("https://open.spotify.com/track/")
    assert metadata["mbid_mapping"]["recording_mbid"]


def test_headers_tell_what_may_still_be_asked(listenbrainz: ListenBrainzDouble) -> None:
    headers = _validate(listenbrainz, "").headers

    assert headers["X-RateLimit-Limit"] == str(CALLS_PER_WINDOW)
    assert headers["X-RateLimit-Remaining"] == str(CALLS_PER_WINDOW - 1)
    assert 1 <= int(headers["X-RateLimit-Reset-In"]) <= WINDOW_S


def test_too_many_calls_are_refused_until_the_window_is_over(
    listenbrainz: ListenBrainzDouble,
) -> None:
    # Two windows at most may have passed meanwhile.
    statuses = {_validate(listenbrainz, "").status_code for _ in range(3 * CALLS_PER_WINDOW)}
    listenbrainz.clock.move(timedelta(seconds=2 * WINDOW_S))

    assert statuses == {400, 429}
    assert _validate(listenbrainz, "").status_code == 400


@pytest.mark.parametrize(
    ("fault", "status"), [("rate_limited", 429), ("unknown_listener", 404), ("failed", 500)]
)
def test_refusal_can_be_played(listenbrainz: ListenBrainzDouble, fault: str, status: int) -> None:
    listenbrainz.play(fault)

    assert _get(listenbrainz, "/stats/user/lena/artists").status_code == status


def test_rate_limit_says_how_long_in_its_own_header(listenbrainz: ListenBrainzDouble) -> None:
    listenbrainz.play("rate_limited", reset_in_s=9)

    headers = _get(listenbrainz, "/stats/user/lena/artists").headers

    assert (headers["X-RateLimit-Reset-In"], headers["X-RateLimit-Remaining"]) == ("9", "0")
    assert "Retry-After" not in headers
