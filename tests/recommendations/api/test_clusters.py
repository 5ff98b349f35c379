"""Clusters over the API."""

import pytest
from rest_framework.test import APIClient

from recommendations.services.clustering import compute_clusters
from recommendations.services.visibility import set_discoverable
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of
from tests.recommendations.camps import Camps, make_camps


@pytest.fixture
def camps(db: None) -> Camps:  # noqa: ARG001 - asks for the database
    """Make the camps and find their clusters."""
    made = make_camps()
    compute_clusters()
    return made


def test_everybody_sees_clusters_and_whom_may_be_found(anonymous: APIClient, camps: Camps) -> None:
    first = anonymous.get("/api/v1/clusters/").json()[0]
    members = anonymous.get("/api/v1/clusters/sound/1/listeners/").json()

    assert (first["kind"], first["number"], first["member_count"]) == ("sound", 1, 4)
    assert first["artists"][0]["name"] == "Calm Artist"
    assert not first["is_own"]
    assert first == anonymous.get("/api/v1/clusters/sound/1/").json()
    assert [user["id"] for user in members["results"]] == [user.pk for user in camps.calm]


def test_tracks_of_a_cluster_are_listed(anonymous: APIClient, camps: Camps) -> None:  # noqa: ARG001
    found = anonymous.get("/api/v1/clusters/tracks/1/tracks/").json()

    assert len(found["results"]) == 2


def test_a_hidden_listener_finds_only_themselves_marked(camps: Camps) -> None:
    clusters = api_client(camps.hidden).get("/api/v1/clusters/").json()

    assert [cluster["number"] for cluster in clusters if cluster["is_own"]] == [1]
    assert clusters[0]["member_count"] == 4


def test_a_cluster_of_the_hidden_looks_like_none(anonymous: APIClient, camps: Camps) -> None:
    for user in camps.spoken:
        set_discoverable(user, value=False)

    answers = [
        error_of(anonymous.get(f"/api/v1/clusters/{address}"), 404)
        for address in ("sound/3/", "sound/4/", "no/1/", "sound/3/listeners/", f"sound/{10**30}/")
    ]

    assert all(answer == answers[0] for answer in answers)
