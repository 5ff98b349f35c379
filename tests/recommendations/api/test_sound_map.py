"""The map over the API."""

import pytest
from rest_framework.test import APIClient

from recommendations.services.mapping import compute_map
from recommendations.services.visibility import set_discoverable
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of
from tests.recommendations.camps import Camps, make_camps


@pytest.fixture
def camps(db: None) -> Camps:  # noqa: ARG001 - asks for the database
    """Make the camps and draw their map."""
    made = make_camps()
    compute_map()
    return made


@pytest.mark.django_db
def test_before_the_first_map_there_is_none(anonymous: APIClient) -> None:
    error_of(anonymous.get("/api/v1/map/"), 404)


def test_columns_are_as_long_as_each_other(anonymous: APIClient, camps: Camps) -> None:
    drawn = anonymous.get("/api/v1/map/").json()

    users = [*camps.calm, *camps.loud, *camps.spoken]
    assert sorted(drawn["listeners"]["id"]) == sorted(user.pk for user in users)
    assert {len(column) for column in drawn["listeners"].values()} == {9}
    assert {len(column) for column in drawn["tracks"].values()} == {6}
    assert drawn["you"] is None


def test_the_hidden_see_themselves_and_others_do_not(anonymous: APIClient, camps: Camps) -> None:
    own = api_client(camps.hidden).get("/api/v1/map/").json()

    assert len(own["you"]) == 2
    assert camps.hidden.username not in anonymous.get("/api/v1/map/").content.decode()


def test_an_unchanged_map_is_not_sent_again(anonymous: APIClient, camps: Camps) -> None:
    tag = anonymous.get("/api/v1/map/")["ETag"]

    again = anonymous.get("/api/v1/map/", HTTP_IF_NONE_MATCH=tag)
    set_discoverable(camps.calm[0], value=False)
    changed = anonymous.get("/api/v1/map/", HTTP_IF_NONE_MATCH=tag)

    assert again.status_code == 304
    assert changed.status_code == 200
    assert camps.calm[0].username not in changed.content.decode()
