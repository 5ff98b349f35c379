"""Spotify's Web API as the double plays it, asked by the real client."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import spotipy
from spotipy import SpotifyException

from tests.doubles.catalogue import ARTISTS, TRACKS
from tests.doubles.spotify import SpotifyDouble

BuildClient = Callable[..., spotipy.Spotify]


@pytest.fixture
def build_client(spotify: SpotifyDouble) -> Iterator[BuildClient]:
    """Return a function that signs a listener in and builds spotipy's client for them."""
    with requests.Session() as session:

        def build(listener_id: str = "ada", scope: str = "user-top-read") -> spotipy.Spotify:
            token = spotify.sign_in(listener_id, scope=scope)["access_token"]
            client = spotipy.Spotify(auth=token, requests_session=session, requests_timeout=10)
            client.prefix = f"{spotify.api_url}/"
            return client

        yield build


def _names(items: list[dict[str, Any]]) -> list[str]:
    return [item["name"] for item in items]


def test_user_has_an_account_id_and_no_address(build_client: BuildClient) -> None:
    user = build_client("ada").current_user()

    assert user["id"] == "ada"
    assert len(user["account_id"]) == 22
    assert user.keys().isdisjoint({"email", "country", "product", "followers"})


def test_user_of_an_extended_app_has_an_address(
    spotify: SpotifyDouble, build_client: BuildClient
) -> None:
    spotify.app.is_extended = True

    assert build_client("greta").current_user()["email"] == "greta@example.org"


def test_top_tracks_have_pages_that_lead_to_the_double(
    spotify: SpotifyDouble, build_client: BuildClient
) -> None:
    client = build_client("carla")

    first = client.current_user_top_tracks(limit=50, time_range="long_term")
    second = client.next(first)

    assert first["next"].startswith(f"{spotify.api_url}/me/top/tracks?")
    assert (len(first["items"]), len(second["items"]), second["next"]) == (50, 14, None)
    expected = spotify.listeners["carla"].top_tracks["long_term"]
    assert _names(first["items"] + second["items"]) == [track.name for track in expected]


def test_ranges_have_lists_of_their_own(build_client: BuildClient) -> None:
    client = build_client()

    short, medium = (
        client.current_user_top_tracks(limit=50, time_range=time_range)["items"]
        for time_range in ("short_term", "medium_term")
    )

    assert (len(short), len(medium)) == (30, 50)
    assert _names(short) != _names(medium[:30])
    assert len(client.current_user_top_tracks()["items"]) == 20


def test_top_artists_are_those_of_the_scene_and_have_no_popularity(
    build_client: BuildClient,
) -> None:
    artists = build_client("elena").current_user_top_artists(limit=50)["items"]

    assert set(_names(artists)) == {artist.name for artist in ARTISTS["heavy"]}
    assert all(artist.keys().isdisjoint({"popularity", "followers"}) for artist in artists)


def test_page_behind_the_end_is_empty(build_client: BuildClient) -> None:
    page = build_client().current_user_top_tracks(offset=500)

    assert (page["items"], page["next"]) == ([], None)


@pytest.mark.parametrize(
    "query", ["limit=51", "limit=0", "limit=many", "offset=-1", "time_range=ever"]
)
def test_values_out_of_range_are_refused(spotify: SpotifyDouble, query: str) -> None:
    headers = {"Authorization": f"Bearer {spotify.sign_in()['access_token']}"}

    answer = requests.get(f"{spotify.api_url}/me/top/tracks?{query}", headers=headers, timeout=10)

    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("Invalid ")


def test_track_and_artist_are_found_one_at_a_time(build_client: BuildClient) -> None:
    client, track = build_client(), TRACKS["folk"][0]

    found = client.track(track.spotify_id)

    assert (found["name"], found["external_ids"]["isrc"]) == (track.name, track.isrc)
    assert client.artist(track.artists[0].spotify_id)["name"] == track.artists[0].name
    with pytest.raises(SpotifyException) as refused:
        client.track("0" * 22)
    assert refused.value.http_status == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tracks/?ids=a", 403),
        ("/artists?ids=a", 403),
        ("/markets", 403),
        ("/users/ada", 403),
        ("/users/ada/playlists", 403),
        ("/artists/a/related-artists", 403),
        ("/artists/a/top-tracks", 403),
        ("/playlists/a/tracks", 403),
        ("/recommendations", 404),
    ],
)
def test_endpoints_that_were_removed_are_closed(
    spotify: SpotifyDouble, path: str, status: int
) -> None:
    headers = {"Authorization": f"Bearer {spotify.sign_in()['access_token']}"}

    answer = requests.get(f"{spotify.api_url}{path}", headers=headers, timeout=10)

    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/audio-features/?ids=a,b", f"/audio-features/{'a' * 22}"])
def test_audio_features_are_closed_without_a_message(spotify: SpotifyDouble, path: str) -> None:
    headers = {"Authorization": f"Bearer {spotify.sign_in()['access_token']}"}

    answer = requests.get(f"{spotify.api_url}{path}", headers=headers, timeout=10)

    assert (answer.status_code, answer.json()) == (403, {"error": {"status": 403}})


def test_extended_app_gets_features_and_several_tracks_at_once(
    spotify: SpotifyDouble, build_client: BuildClient
) -> None:
    spotify.app.is_extended = True
    client, (first, second) = build_client(), TRACKS["heavy"][:2]
    ids = [first.spotify_id, "0" * 22, second.spotify_id]

    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        features = client.audio_features(ids)

    assert features[1] is None
    assert [row["energy"] for row in features[::2]] == [
        track.features["energy"] for track in (first, second)
    ]
    assert _names(client.tracks(ids[::2])["tracks"]) == [first.name, second.name]
    assert client.artists([first.artists[0].spotify_id])["artists"][0]["popularity"] == 40


def test_listener_who_is_not_on_the_list_may_consent_but_not_be_read(
    spotify: SpotifyDouble,
) -> None:
    token = spotify.sign_in("greta")["access_token"]

    answer = requests.get(
        f"{spotify.api_url}/me", headers={"Authorization": f"Bearer {token}"}, timeout=10
    )

    assert answer.status_code == 403
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text == "User not registered in the Developer Dashboard"


def test_list_has_room_for_five(spotify: SpotifyDouble) -> None:
    with pytest.raises(ValueError, match="at most 5"):
        spotify.app.allow("greta")

    spotify.app.users.remove("ada")
    spotify.app.allow("greta")

    assert "greta" in spotify.app.users


def test_owner_without_premium_stops_the_app(
    spotify: SpotifyDouble, build_client: BuildClient
) -> None:
    spotify.app.has_premium = False

    with pytest.raises(SpotifyException, match="Active premium subscription") as refused:
        build_client().current_user()

    assert refused.value.http_status == 403


def test_consent_without_the_scope_is_too_small(build_client: BuildClient) -> None:
    client = build_client(scope="")

    assert client.current_user()["id"] == "ada"
    with pytest.raises(SpotifyException, match="Insufficient client scope") as refused:
        client.current_user_top_tracks()
    assert refused.value.http_status == 403


@pytest.mark.parametrize("authorization", [None, "Basic abc", "Bearer", "Bearer unknown"])
def test_without_a_token_nothing_is_told(spotify: SpotifyDouble, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}

    answer = requests.get(f"{spotify.api_url}/me", headers=headers, timeout=10)

    assert answer.status_code == 401


def test_listener_who_never_listened_has_empty_lists_and_no_name(
    spotify: SpotifyDouble, build_client: BuildClient
) -> None:
    spotify.app.users[:] = ["hugo"]
    client = build_client("hugo")

    assert client.current_user()["display_name"] is None
    assert client.current_user_top_tracks()["items"] == []
    assert client.current_user_top_artists()["items"] == []
