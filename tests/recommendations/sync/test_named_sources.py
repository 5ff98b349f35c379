"""What comes from ListenBrainz and Last.fm, and what each of their errors means."""

from typing import Any

import pytest
import requests

from recommendations.service_errors import (
    AppNotAllowed,
    RateLimited,
    ServiceAway,
    ServiceError,
    UnknownListener,
)
from recommendations.sources.lastfm import LastFmListening
from recommendations.sources.listenbrainz import ListenBrainzListening
from recommendations.sources.pages import ALL_LISTS, ListKind, TopList
from tests.doubles.lastfm import API_KEY, LastFmDouble
from tests.doubles.listenbrainz import ListenBrainzDouble

TRACKS = TopList(ListKind.TRACKS, "long_term")
ARTISTS = TopList(ListKind.ARTISTS, "long_term")


def _brainz(double: ListenBrainzDouble, name: str = "lena") -> ListenBrainzListening:
    return ListenBrainzListening(requests.Session(), double.url, name)


def _fm(double: LastFmDouble, name: str = "olga", key: str = API_KEY) -> LastFmListening:
    return LastFmListening(requests.Session(), double.api_url, key, name)


def test_listenbrainz_gives_names_and_plays_best_first(listenbrainz: ListenBrainzDouble) -> None:
    tracks = _brainz(listenbrainz).fetch_page(TRACKS, 0).tracks
    artists = _brainz(listenbrainz).fetch_page(ARTISTS, 0).artists

    assert len(tracks) == len(listenbrainz.listeners["lena"].tracks)
    plays = [track.play_count or 0 for track in tracks]
    assert plays == sorted(plays, reverse=True)
    assert min(plays) > 0
    assert len(artists) == 8
    assert all(one.artist.spotify_id is None and one.play_count for one in artists)


def test_listenbrainz_takes_a_spotify_id_where_a_row_has_one() -> None:
    spotify_id = "4uLU6hMCjMI75M1A2tKUQC"
    rows = [
        {"track_name": "A", "artist_name": "B", "spotify_id": address}
        for address in (f"https://open.spotify.com/track/{spotify_id}", "https://elsewhere/", 7)
    ]
    from recommendations.sources.listenbrainz import _read_track  # noqa: PLC0415

    found = [_read_track(row) for row in rows]

    assert [track and track.spotify_id for track in found] == [spotify_id, None, None]


def test_ranges_are_different_lists(listenbrainz: ListenBrainzDouble, lastfm: LastFmDouble) -> None:
    for listening in (_brainz(listenbrainz), _fm(lastfm)):
        tracks = [listening.fetch_page(top, 0).tracks for top in ALL_LISTS[:3]]
        assert len({page[0].name for page in tracks}) == 3


def test_listenbrainz_without_statistics_gives_empty_lists(
    listenbrainz: ListenBrainzDouble,
) -> None:
    page = _brainz(listenbrainz, "nobody-yet").fetch_page(TRACKS, 0)

    assert (page.tracks, page.next_page) == ((), None)


@pytest.mark.parametrize(
    ("fault", "values", "error", "retry_after_s"),
    [
        ("rate_limited", {"reset_in_s": 9}, RateLimited, 9),
        ("unknown_listener", {}, UnknownListener, None),
        ("failed", {}, ServiceAway, None),
        ("away", {}, ServiceAway, None),
        ("hung_up", {}, ServiceAway, None),
        ("half_a_body", {}, ServiceAway, None),
        ("not_json", {}, ServiceAway, None),
    ],
)
def test_each_error_of_listenbrainz_says_what_to_do(
    listenbrainz: ListenBrainzDouble,
    fault: str,
    values: dict[str, Any],
    error: type[ServiceError],
    retry_after_s: float | None,
) -> None:
    listenbrainz.play(fault, **values)

    with pytest.raises(error) as raised:
        _brainz(listenbrainz).fetch_page(TRACKS, 0)

    assert getattr(raised.value, "retry_after_s", None) == retry_after_s


def test_a_name_cannot_lead_to_another_address(listenbrainz: ListenBrainzDouble) -> None:
    with pytest.raises(UnknownListener):
        _brainz(listenbrainz, "../../1/stats/user/lena").fetch_page(TRACKS, 0)


def test_lastfm_gives_names_plays_and_durations(lastfm: LastFmDouble) -> None:
    page = _fm(lastfm).fetch_page(TRACKS, 0)

    expected = lastfm.listeners["olga"].tracks[0]
    assert len(page.tracks) == 64
    assert page.next_page is None
    assert page.tracks[0].name == expected.name
    assert page.tracks[0].artists[0].name == expected.artists[0].name
    assert page.tracks[0].duration_ms == expected.duration_ms // 1000 * 1000
    assert page.tracks[0].play_count == 128


def test_lastfm_follows_pages_to_a_bound(lastfm: LastFmDouble) -> None:
    many = lastfm.listeners["olga"].tracks * 5
    lastfm.listeners["many"] = type(lastfm.listeners["olga"])("many", many)

    first, second = (_fm(lastfm, "many").fetch_page(TRACKS, page) for page in (0, 1))

    assert (len(first.tracks), first.next_page) == (100, 1)
    assert (len(second.tracks), second.next_page) == (100, None)


def test_lastfm_gives_a_single_row_as_an_object(lastfm: LastFmDouble) -> None:
    assert len(_fm(lastfm, "one-song").fetch_page(TRACKS, 0).tracks) == 1
    assert len(_fm(lastfm, "one-song").fetch_page(ARTISTS, 0).artists) == 1


def test_lastfm_may_have_nothing(lastfm: LastFmDouble) -> None:
    assert _fm(lastfm, "no-song").fetch_page(TRACKS, 0).tracks == ()


@pytest.mark.parametrize(
    ("fault", "values", "error"),
    [
        ("error", {"number": 6}, UnknownListener),
        ("error", {"number": 6, "status": 200}, UnknownListener),
        ("error", {"number": 8}, ServiceAway),
        ("error", {"number": 10}, AppNotAllowed),
        ("error", {"number": 11}, ServiceAway),
        ("error", {"number": 16}, ServiceAway),
        ("error", {"number": 17}, UnknownListener),
        ("error", {"number": 26}, AppNotAllowed),
        ("error", {"number": 29, "status": 200}, RateLimited),
        ("rate_limited", {}, RateLimited),
        ("away", {}, ServiceAway),
        ("hung_up", {}, ServiceAway),
        ("half_a_body", {}, ServiceAway),
        ("not_json", {}, ServiceAway),
    ],
)
def test_each_error_of_lastfm_says_what_to_do(
    lastfm: LastFmDouble, fault: str, values: dict[str, Any], error: type[ServiceError]
) -> None:
    lastfm.play(fault, **values)

    with pytest.raises(error) as raised:
        _fm(lastfm).fetch_page(TRACKS, 0)

    assert API_KEY not in str(raised.value)


def test_both_are_told_who_asks(listenbrainz: ListenBrainzDouble, lastfm: LastFmDouble) -> None:
    _brainz(listenbrainz).fetch_page(TRACKS, 0)
    _fm(lastfm).fetch_page(TRACKS, 0)

    asked = [*listenbrainz.requests, *lastfm.requests]
    assert len(asked) == 2
    assert all("metarec" in str(request.user_agent) for request in asked)


def test_an_answer_without_end_is_not_read_to_its_end(lastfm: LastFmDouble) -> None:
    lastfm.play("away", status=200, text="[" + " " * 5_000_000 + "]")

    with pytest.raises(ServiceAway, match="too large"):
        _fm(lastfm).fetch_page(TRACKS, 0)
