"""A playlist for two, over the API."""

import pytest
from rest_framework.test import APIClient

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


def test_newcomers_get_what_is_missing(cast: Cast) -> None:
    error_of(api_client(cast.newcomer).get(address_of(cast.sibling.pk)), 409)


@pytest.mark.parametrize("query", [{"limit": "101"}, {"limit": "0"}])
def test_a_query_out_of_bounds_is_400(ana: APIClient, cast: Cast, query: dict[str, str]) -> None:
    error_of(ana.get(address_of(cast.sibling.pk), query), 400)
    error_of(ana.get(f"{address_of(cast.sibling.pk)}file/", {"kind": "exe"}), 400)
