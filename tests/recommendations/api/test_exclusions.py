"""What the asker leaves out of their taste, over the API."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from recommendations.models import Exclusion
from recommendations.services.exclusions import exclude_artist
from tests.factories import make_artist, make_track
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of
from tests.recommendations.conftest import Cast

ADDRESS = "/api/v1/me/exclusions/"


def test_leave_out_list_and_take_back(ana: APIClient, cast: Cast) -> None:
    artist = cast.ana.top_artists.get(rank=1).artist

    made = ana.post(ADDRESS, {"kind": "artist", "id": artist.pk}, format="json")

    assert made.status_code == 201
    assert made.json()["artist"]["name"] == artist.name
    assert made.json()["track"] is None
    assert ana.get(ADDRESS).json()["results"] == [made.json()]
    (marked,) = [one for one in own_artists(ana) if one["is_excluded"]]
    assert marked["artist"]["id"] == artist.pk
    shown = api_client(cast.sibling).get(f"/api/v1/listeners/{cast.ana.pk}/").json()
    assert artist.pk not in [one["artist"]["id"] for one in shown["top_artists"]]
    assert "is_excluded" not in shown["top_artists"][0]
    assert ana.delete(f"{ADDRESS}{made.json()['id']}/").status_code == 204
    assert not any(one["is_excluded"] for one in own_artists(ana))


def own_artists(client: APIClient) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = client.get("/api/v1/me/top-artists/").json()["results"]
    return results


def test_a_track_is_left_out_with_its_artists_named(ana: APIClient) -> None:
    track = make_track(name="Rain", artists=[make_artist("White Noise")])

    made = ana.post(ADDRESS, {"kind": "track", "id": track.pk}, format="json").json()

    assert made["artist"] is None
    assert [artist["name"] for artist in made["track"]["artists"]] == ["White Noise"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "artist"},
        {"kind": "album", "id": 1},
        {"kind": "track", "id": "1"},
        {"kind": "track", "id": 0},
        {"kind": "track", "id": True},
        {"kind": "track", "id": 2**31},
    ],
)
def test_a_wrong_body_is_400(ana: APIClient, body: dict[str, object]) -> None:
    error_of(ana.post(ADDRESS, body, format="json"), 400)


@pytest.mark.parametrize("kind", ["artist", "track"])
def test_what_is_not_there_is_404(ana: APIClient, kind: str) -> None:
    error_of(ana.post(ADDRESS, {"kind": kind, "id": 1_000_000}, format="json"), 404)


def test_too_many_are_409(ana: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommendations.services.exclusions.MAX_EXCLUSIONS", 0)

    answer = ana.post(ADDRESS, {"kind": "artist", "id": make_artist().pk}, format="json")

    assert error_of(answer, 409)["code"] == "too_many"


def test_each_has_their_own(ana: APIClient, cast: Cast, anonymous: APIClient) -> None:
    theirs = exclude_artist(cast.sibling, make_artist().pk)

    assert ana.get(ADDRESS).json()["results"] == []
    error_of(ana.delete(f"{ADDRESS}{theirs.pk}/"), 404)
    error_of(anonymous.get(ADDRESS), 401)
    error_of(anonymous.post(ADDRESS, {"kind": "artist", "id": 1}, format="json"), 401)
    error_of(anonymous.delete(f"{ADDRESS}{theirs.pk}/"), 401)
    assert Exclusion.objects.get() == theirs
