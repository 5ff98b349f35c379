"""A playlist for two, over the API."""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import MusicAccount
from recommendations.models import SpotifyPlaylist
from recommendations.services.compare_links import make_compare_link, revoke_compare_link
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of
from tests.recommendations.conftest import Cast


def address_of(user_id: int) -> str:
    return f"/api/v1/me/shared-playlists/{user_id}/"


def test_tracks_come_with_whose_they_are(ana: APIClient, cast: Cast) -> None:
    answer = ana.get(address_of(cast.sibling.pk), {"limit": 2}).json()

    assert answer["other"]["username"] == "sibling"
    assert [one["part"] for one in answer["tracks"]] == ["yours", "theirs"]


@pytest.mark.parametrize("kind", ["csv", "jspf", "xspf"])
def test_files_come_as_text(ana: APIClient, cast: Cast, kind: str) -> None:
    answer = ana.get(f"{address_of(cast.sibling.pk)}file/", {"kind": kind}).json()

    assert answer["name"] == f"metarec-playlist-{cast.sibling.pk}.{kind}"
    assert "Portishead" in answer["content"]


def test_who_may_not_be_seen_is_404(ana: APIClient, cast: Cast, anonymous: APIClient) -> None:
    for user_id in (cast.hidden.pk, cast.ana.pk, 1_000_000):
        error_of(ana.get(address_of(user_id)), 404)
        error_of(ana.get(f"{address_of(user_id)}file/", {"kind": "csv"}), 404)
    error_of(anonymous.get(address_of(cast.sibling.pk)), 401)


def test_a_friends_link_gives_a_playlist_until_it_ends(
    ana: APIClient, cast: Cast, anonymous: APIClient
) -> None:
    link = make_compare_link(cast.hidden, "Friend")
    address = f"/api/v1/compare/with/{link.token}/playlist/"

    assert ana.get(address, {"limit": 1}).json()["other"]["username"] == "hidden"
    assert "Portishead" in ana.get(f"{address}file/", {"kind": "csv"}).json()["content"]
    error_of(ana.get(address, {"limit": "0"}), 400)
    error_of(anonymous.get(address), 401)
    error_of(api_client(cast.hidden).get(address), 404)
    error_of(api_client(cast.newcomer).get(address), 409)

    revoke_compare_link(cast.hidden, link.pk)

    error_of(ana.get(address), 404)
    error_of(ana.get(f"{address}file/", {"kind": "csv"}), 404)


def test_newcomers_get_what_is_missing(cast: Cast) -> None:
    error_of(api_client(cast.newcomer).get(address_of(cast.sibling.pk)), 409)


@pytest.mark.parametrize("query", [{"limit": "101"}, {"limit": "0"}])
def test_a_query_out_of_bounds_is_400(ana: APIClient, cast: Cast, query: dict[str, str]) -> None:
    error_of(ana.get(address_of(cast.sibling.pk), query), 400)
    error_of(ana.get(f"{address_of(cast.sibling.pk)}file/", {"kind": "exe"}), 400)


def test_without_a_permission_none_is_made_at_spotify(
    ana: APIClient, cast: Cast, anonymous: APIClient
) -> None:
    address = f"{address_of(cast.sibling.pk)}spotify/"

    assert error_of(ana.post(address), 409)["code"] == "playlist_consent_needed"
    error_of(ana.post(f"{address_of(cast.hidden.pk)}spotify/"), 404)
    error_of(anonymous.post(address), 401)


def test_each_sees_their_own_playlist_at_spotify(ana: APIClient, cast: Cast) -> None:
    account = MusicAccount.objects.create(user=cast.ana, service="spotify", account_id="ada")
    playlist = SpotifyPlaylist.objects.create(
        account=account,
        name="ana and sibling",
        track_ids=["a" * 22],
        state=SpotifyPlaylist.State.FAILED,
        error="unsure",
        next_call_at=timezone.now(),
        asked_at=timezone.now(),
    )
    address = f"/api/v1/me/spotify-playlists/{playlist.pk}/"

    answer = ana.get(address).json()

    assert (answer["state"], answer["error"], answer["track_count"]) == ("failed", "unsure", 1)
    assert "Look there" in answer["message"]
    error_of(api_client(cast.sibling).get(address), 404)
