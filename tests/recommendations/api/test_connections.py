"""Connections, over the API."""

import pytest
from allauth.socialaccount.models import SocialAccount
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import ApiToken, MusicAccount, User
from recommendations.models import Source, Sync
from tests.factories import make_top_tracks, make_track
from tests.recommendations.api.conftest import api_client
from tests.recommendations.api.test_errors import error_of
from tests.recommendations.sync.accounts import NOW, link

CONNECTIONS = "/api/v1/me/connections/"
SPOTIFY = f"{CONNECTIONS}spotify/"


@pytest.fixture(autouse=True)
def _services(settings: Settings) -> None:
    """Have the site read Spotify alone; nothing here asks it."""
    settings.METAREC_SPOTIFY = True
    settings.SPOTIFY_CLIENT_ID = settings.SPOTIFY_CLIENT_SECRET = "anything"
    settings.METAREC_LISTENBRAINZ = settings.METAREC_LASTFM = False


def test_each_service_comes_with_the_last_sync(
    listener: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    account = link(listener, name="ada")
    sync = Sync.objects.create(
        account=account, state=Sync.State.DONE, next_call_at=NOW, ended_at=NOW
    )
    client = api_client(listener)

    # Two for the token, accounts, their last syncs.
    with django_assert_num_queries(4):
        [connection] = client.get(CONNECTIONS).json()

    assert (connection["service"], connection["is_connected"]) == ("spotify", True)
    assert (connection["name"], connection["last_sync"]["id"]) == (account.name, sync.pk)


def test_a_service_without_an_account_says_so(listener: User) -> None:
    [connection] = api_client(listener).get(CONNECTIONS).json()

    assert (connection["is_connected"], connection["name"]) == (False, None)


def test_disconnecting_removes_what_came_from_there(listener: User) -> None:
    link(listener)
    make_top_tracks(listener, [make_track()], source=Source.SPOTIFY)
    make_top_tracks(listener, [make_track()], source=Source.FILE)
    client = api_client(listener)

    assert client.delete(SPOTIFY).status_code == 204

    assert [entry.source for entry in listener.top_tracks.all()] == [Source.FILE]
    error_of(client.delete(SPOTIFY), 404)


@pytest.mark.parametrize("service", ["lastfm", "nothing"])
def test_what_is_not_connected_is_not_found(listener: User, service: str) -> None:
    link(listener)

    error_of(api_client(listener).delete(f"{CONNECTIONS}{service}/"), 404)


def test_the_only_way_in_stays(listener: User) -> None:
    link(listener)
    SocialAccount.objects.create(user=listener, provider="spotify", uid="ada")
    listener.set_unusable_password()
    listener.save()

    error = error_of(api_client(listener).delete(SPOTIFY), 409)

    assert error["code"] == "only_way_in"
    assert MusicAccount.objects.exists()


def test_a_personal_token_disconnects_nothing(listener: User) -> None:
    link(listener)
    client = api_client(listener)
    ApiToken.objects.update(name="program")

    error_of(client.delete(SPOTIFY), 403)
