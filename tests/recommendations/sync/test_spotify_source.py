"""What comes from Spotify, and what each of its errors means."""

from typing import Any

import pytest
import requests
import spotipy

from recommendations.service_errors import (
    AccountNotAllowed,
    AppNotAllowed,
    ConsentNeeded,
    QuotaExceeded,
    RateLimited,
    ServiceAway,
    ServiceError,
    TokenRefused,
)
from recommendations.sources.pages import ListKind, TopList
from recommendations.sources.spotify import SpotifyListening
from tests.doubles.spotify import SpotifyDouble
from tests.recommendations.sync.accounts import SCOPE

TRACKS = TopList(ListKind.TRACKS, "long_term")
ARTISTS = TopList(ListKind.ARTISTS, "short_term")


def _build_client(spotify: SpotifyDouble, name: str = "ada") -> spotipy.Spotify:
    token = spotify.sign_in(name, scope=SCOPE)["access_token"]
    client = spotipy.Spotify(auth=token, requests_session=requests.Session(), requests_timeout=2)
    client.prefix = f"{spotify.api_url}/"
    return client


@pytest.fixture
def listening(spotify: SpotifyDouble) -> SpotifyListening:
    return SpotifyListening(_build_client(spotify))


def test_pages_are_followed_while_there_is_a_next_one(
    spotify: SpotifyDouble, listening: SpotifyListening
) -> None:
    first = listening.fetch_page(TRACKS, 0)
    second = listening.fetch_page(TRACKS, 1)

    assert (len(first.tracks), first.next_page) == (50, 1)
    assert (len(second.tracks), second.next_page) == (14, None)
    expected = [track.spotify_id for track in spotify.listeners["ada"].top_tracks["long_term"]]
    assert [track.spotify_id for track in (*first.tracks, *second.tracks)] == expected


def test_tracks_carry_what_is_stored(spotify: SpotifyDouble, listening: SpotifyListening) -> None:
    expected = spotify.listeners["ada"].top_tracks["long_term"][0]

    [track, *_] = listening.fetch_page(TRACKS, 0).tracks

    assert track.name == expected.name
    assert [artist.spotify_id for artist in track.artists] == [
        artist.spotify_id for artist in expected.artists
    ]
    assert (track.album_name, track.isrc) == (expected.album_name, expected.isrc)
    assert track.duration_ms == expected.duration_ms


@pytest.mark.parametrize("fault", ["null_genres", "without_genres"])
def test_artists_do_not_need_genres(
    spotify: SpotifyDouble, listening: SpotifyListening, fault: str
) -> None:
    spotify.play(fault)

    artists = listening.fetch_page(ARTISTS, 0).artists

    expected = spotify.listeners["ada"].top_artists["short_term"]
    assert [one.artist.spotify_id for one in artists] == [one.spotify_id for one in expected]


def test_a_local_file_has_no_id(spotify: SpotifyDouble, listening: SpotifyListening) -> None:
    spotify.play("local_file")

    [track, following, *_] = listening.fetch_page(TRACKS, 0).tracks

    assert track.spotify_id is None
    assert [artist.spotify_id for artist in track.artists] == [None] * len(track.artists)
    assert following.spotify_id is not None


def test_a_track_may_lack_an_isrc(spotify: SpotifyDouble, listening: SpotifyListening) -> None:
    spotify.play("without_isrc")

    assert {track.isrc for track in listening.fetch_page(TRACKS, 0).tracks} == {""}


def test_an_empty_page_is_the_last_one(spotify: SpotifyDouble, listening: SpotifyListening) -> None:
    spotify.play("empty_list")

    page = listening.fetch_page(TRACKS, 0)

    assert (page.tracks, page.next_page) == ((), None)


@pytest.mark.parametrize(
    ("fault", "values", "error", "retry_after_s"),
    [
        ("rate_limited", {"retry_after_s": 30}, RateLimited, 30),
        ("rate_limited", {}, RateLimited, None),
        ("rate_limited", {"as_text": True, "retry_after_s": 7}, RateLimited, 7),
        ("quota_exceeded", {}, QuotaExceeded, None),
        ("quota_exceeded", {"retry_after_s": 60}, QuotaExceeded, 60),
        ("expired_token", {}, TokenRefused, None),
        ("spurious_401", {}, TokenRefused, None),
        ("not_registered", {"as_text": True}, AccountNotAllowed, None),
        ("not_registered", {"as_text": False}, AccountNotAllowed, None),
        ("no_premium", {}, AppNotAllowed, None),
        ("forbidden", {}, AppNotAllowed, None),
        ("insufficient_scope", {"status": 403}, ConsentNeeded, None),
        ("insufficient_scope", {"status": 401}, ConsentNeeded, None),
        ("away", {"status": 503}, ServiceAway, None),
        ("away", {"status": 500}, ServiceAway, None),
        ("away", {"status": 502, "text": '{"error": "upstream"}'}, ServiceAway, None),
        ("away", {"status": 401, "text": '{"error": "invalid_token"}'}, TokenRefused, None),
        ("away", {"status": 502, "text": "[1]"}, ServiceAway, None),
        ("hung_up", {}, ServiceAway, None),
        ("half_a_body", {}, ServiceAway, None),
        ("not_json", {}, ServiceAway, None),
        ("delayed", {"seconds": 4}, ServiceAway, None),
    ],
)
def test_each_error_says_what_to_do(  # noqa: PLR0913, PLR0917 - the table's columns
    spotify: SpotifyDouble,
    listening: SpotifyListening,
    fault: str,
    values: dict[str, Any],
    error: type[ServiceError],
    retry_after_s: float | None,
) -> None:
    spotify.play(fault, **values)

    with pytest.raises(ServiceError) as raised:
        listening.fetch_page(TRACKS, 0)

    assert type(raised.value) is error
    assert getattr(raised.value, "retry_after_s", None) == retry_after_s
    assert not any(secret in str(raised.value) for secret in spotify.secrets)


def test_a_server_that_is_not_there_is_away(spotify: SpotifyDouble) -> None:
    client = _build_client(spotify)
    client.prefix = "http://127.0.0.1:9/"

    with pytest.raises(ServiceAway):
        SpotifyListening(client).fetch_page(TRACKS, 0)
