from datetime import timedelta
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.consent import CONSENT_LASTS, REMIND_BEFORE
from accounts.models import MusicAccount, User
from accounts.music_services import Service
from accounts.tokens import encrypt_token
from recommendations.models import Source, Sync, TopTrack
from recommendations.services.connections import load_connections
from recommendations.services.syncs import load_latest_syncs
from tests.doubles.lastfm import LastFmDouble
from tests.doubles.listenbrainz import ListenBrainzDouble
from tests.doubles.spotify import SpotifyDouble
from tests.factories import make_top_tracks, make_track
from tests.recommendations.conftest import Cast
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db

CONNECTIONS = reverse("recommendations:connections")
PRIVACY = reverse("recommendations:privacy")
NOW = timezone.now()


def connect_address(service: str) -> str:
    return reverse("recommendations:connect", args=[service])


def disconnect_address(service: str) -> str:
    return reverse("recommendations:disconnect", args=[service])


def link_spotify(user: User, **overrides: Any) -> MusicAccount:
    SocialAccount.objects.create(user=user, provider="spotify", uid="id of ana")
    fields = {
        "account_id": "id of ana",
        "name": "ana-at-spotify",
        "is_verified": True,
        "scopes": "user-top-read",
        "encrypted_token": encrypt_token({"refresh_token": "the refresh token"}),
        "authorized_at": NOW,
    } | overrides
    return MusicAccount.objects.create(user=user, service=Service.SPOTIFY, **fields)


@pytest.mark.parametrize(
    "url", [CONNECTIONS, connect_address("listenbrainz"), disconnect_address("listenbrainz")]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_sign_in(client: Client, url: str, method: str) -> None:
    response = getattr(client, method)(url)

    if method == "post" and url == CONNECTIONS:
        assert response.status_code in {302, 405}
    else:
        assert response["Location"] == f"{reverse('account_login')}?next={url}"


@pytest.mark.parametrize("url", [connect_address("listenbrainz"), disconnect_address("spotify")])
def test_forms_of_other_sites_are_refused(cast: Cast, url: str, spotify: SpotifyDouble) -> None:  # noqa: ARG001
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ana)
    link_spotify(cast.ana)

    assert client.post(url, {"name": "lena"}).status_code == 403
    assert MusicAccount.objects.count() == 1


@pytest.mark.parametrize("address", [connect_address, disconnect_address])
@pytest.mark.parametrize("service", ["myspace", "SPOTIFY"])
def test_there_are_no_other_services(ana: Client, address: Any, service: str) -> None:
    assert ana.get(address(service)).status_code == 404


def test_only_services_that_are_on_are_offered(ana: Client, lastfm: LastFmDouble) -> None:  # noqa: ARG001
    text = read_text(ana.get(CONNECTIONS))
    assert ("ListenBrainz" in text, "Last.fm" in text, "Spotify" in text) == (True, True, False)

    with override_settings(METAREC_LISTENBRAINZ=False, METAREC_LASTFM=False):
        text = read_text(ana.get(CONNECTIONS))
        statuses = {
            ana.post(connect_address(name)).status_code
            for name in ("listenbrainz", "lastfm", "spotify")
        }

    assert "set none up" in text
    assert statuses == {404}


def test_who_names_their_account_is_connected_without_proof(
    ana: Client, cast: Cast, listenbrainz: ListenBrainzDouble
) -> None:
    response = ana.post(connect_address("listenbrainz"), {"name": " lena "}, follow=True)

    account = MusicAccount.objects.get()
    assert (account.user, account.account_id, account.is_verified) == (cast.ana, "lena", False)
    assert "Nobody has checked that this account is yours." in read_text(response)
    assert listenbrainz.requests == []


@pytest.mark.parametrize("name", ["", "lena", "LENA"])
def test_a_token_proves_the_account(
    ana: Client, listenbrainz: ListenBrainzDouble, name: str
) -> None:
    token = listenbrainz.listeners["lena"].token

    response = ana.post(
        connect_address("listenbrainz"), {"name": name, "token": token}, follow=True
    )

    account = MusicAccount.objects.get()
    assert (account.account_id, account.is_verified) == ("lena", True)
    assert account.encrypted_token == ""
    assert "yes, it is yours" in read_text(response)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "mateo", "token": "lb-token-of-lena"}, "belongs to another account"),
        ({"token": "wrong"}, "does not know this user token"),
        ({"token": "wröng"}, "does not know this user token"),
        ({"token": "wr\r\nong"}, "does not know this user token"),
        ({}, "Enter your name"),
        ({"name": "x" * 101}, "at most 100 characters"),
    ],
)
def test_what_proves_nothing_connects_nothing(
    ana: Client,
    listenbrainz: ListenBrainzDouble,  # noqa: ARG001
    fields: dict[str, str],
    words: str,
) -> None:
    response = ana.post(connect_address("listenbrainz"), fields)

    assert words in read_text(response)
    assert "lb-token-of-lena" not in response.content.decode()
    assert not MusicAccount.objects.exists()


@pytest.mark.parametrize("fault", ["away", "hung_up", "not_json", "rate_limited", "failed"])
def test_a_proof_that_cannot_be_had_now_connects_nothing(
    ana: Client, listenbrainz: ListenBrainzDouble, fault: str
) -> None:
    listenbrainz.play(fault)

    response = ana.post(connect_address("listenbrainz"), {"token": "lb-token-of-lena"})

    assert "does not answer just now" in read_text(response)
    assert not MusicAccount.objects.exists()


def test_an_account_that_another_listener_has_proven_is_not_connected(
    ana: Client,
    cast: Cast,
    listenbrainz: ListenBrainzDouble,  # noqa: ARG001
) -> None:
    MusicAccount.objects.create(
        user=cast.sibling, service=Service.LISTENBRAINZ, account_id="lena", is_verified=True
    )

    response = ana.post(connect_address("listenbrainz"), {"token": "lb-token-of-lena"})

    assert "Another listener has proven" in read_text(response)
    assert MusicAccount.objects.get().user == cast.sibling


def test_another_account_is_not_put_in_the_place_of_the_first(ana: Client, cast: Cast) -> None:
    MusicAccount.objects.create(user=cast.ana, service=Service.LISTENBRAINZ, account_id="lena")

    response = ana.post(connect_address("listenbrainz"), {"name": "mateo"})

    assert "Disconnect that one first" in read_text(response)


def test_last_fm_is_never_proven(ana: Client, lastfm: LastFmDouble) -> None:  # noqa: ARG001
    page = ana.get(connect_address("lastfm"))
    ana.post(connect_address("lastfm"), {"name": "rj", "token": "x", "is_verified": "on"})

    assert "no way to prove" in read_text(page)
    assert not MusicAccount.objects.get().is_verified


def test_guessing_tokens_is_cut_short(ana: Client, listenbrainz: ListenBrainzDouble) -> None:  # noqa: ARG001
    address = connect_address("listenbrainz")

    assert {ana.post(address, {"token": "guess"}).status_code for _ in range(15)} == {200, 429}


def test_spotify_is_connected_by_its_own_page(ana: Client, spotify: SpotifyDouble) -> None:  # noqa: ARG001
    assert ana.get(connect_address("spotify"))["Location"] == reverse("spotify_login")


def test_the_page_shows_what_is_connected(ana: Client, cast: Cast, spotify: SpotifyDouble) -> None:  # noqa: ARG001
    account = link_spotify(cast.ana)
    Sync.objects.create(account=account, next_call_at=NOW, state=Sync.State.FAILED)
    Sync.objects.create(account=account, next_call_at=NOW, state=Sync.State.DONE)

    response = ana.get(CONNECTIONS)

    text = read_text(response)
    assert "ana-at-spotify" in text
    assert "yes, it is yours" in text
    assert ": done" in text
    assert "the refresh token" not in response.content.decode()
    assert account.encrypted_token not in response.content.decode()


def test_the_page_takes_five_queries(
    ana: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for service in Service:
        MusicAccount.objects.create(user=cast.ana, service=service, account_id="x")

    # Session, user, accounts, syncs, and whether there is a profile.
    with django_assert_num_queries(5):
        ana.get(CONNECTIONS)


def test_only_newcomers_see_the_steps(ana: Client, cast: Cast) -> None:
    newcomer = Client()
    newcomer.force_login(cast.newcomer)

    for page in (CONNECTIONS, reverse("recommendations:uploads")):
        assert "Sign up (done)" in read_text(newcomer.get(page))
        assert "Sign up (done)" not in read_text(ana.get(page))


def test_of_each_account_only_the_newest_sync_is_loaded(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    accounts = [
        MusicAccount.objects.create(user=cast.ana, service=service, account_id="x")
        for service in Service
    ]
    Sync.objects.bulk_create(
        Sync(account=account, state=Sync.State.DONE, next_call_at=NOW, step=str(number))
        for number in range(30)
        for account in accounts
    )

    with django_assert_num_queries(2):
        connections = load_connections(cast.ana, NOW)

    assert [one.last_sync.step for one in connections if one.last_sync] == ["29"] * len(accounts)
    assert len(list(load_latest_syncs([one.pk for one in accounts]))) == len(accounts)


def test_nobody_sees_the_connections_of_others(
    ana: Client,
    cast: Cast,
    spotify: SpotifyDouble,  # noqa: ARG001
) -> None:
    link_spotify(cast.sibling)

    assert "ana-at-spotify" not in read_text(ana.get(CONNECTIONS))


def test_disconnecting_asks_first_and_then_removes_all(
    ana: Client,
    cast: Cast,
    spotify: SpotifyDouble,  # noqa: ARG001
) -> None:
    link_spotify(cast.ana)
    make_top_tracks(cast.ana, [make_track()], source=Source.SPOTIFY)

    page = read_text(ana.get(disconnect_address("spotify")))
    assert "stops reading Spotify at once" in page
    assert MusicAccount.objects.exists()
    response = ana.post(disconnect_address("spotify"), follow=True)

    assert "is disconnected" in read_text(response)
    assert not MusicAccount.objects.exists()
    assert not TopTrack.objects.filter(user=cast.ana, source=Source.SPOTIFY).exists()
    assert TopTrack.objects.filter(user=cast.ana, source=Source.FILE).exists()


def test_nobody_disconnects_others(ana: Client, cast: Cast) -> None:
    link_spotify(cast.sibling)

    ana.post(disconnect_address("spotify"), {"user": cast.sibling.pk})

    assert MusicAccount.objects.exists()


def test_a_service_that_was_switched_off_can_be_disconnected(ana: Client, cast: Cast) -> None:
    link_spotify(cast.ana)

    assert "switched it off" in read_text(ana.get(CONNECTIONS))
    ana.post(disconnect_address("spotify"))

    assert not MusicAccount.objects.exists()


def test_the_only_way_in_is_kept_until_a_password_is_set(
    client: Client,
    cast: Cast,
    spotify: SpotifyDouble,  # noqa: ARG001
) -> None:
    cast.ana.set_unusable_password()
    cast.ana.save()
    link_spotify(cast.ana)
    client.force_login(cast.ana)
    address = disconnect_address("spotify")

    refused = read_text(client.post(address))
    assert "Set a password first" in refused
    assert MusicAccount.objects.exists()

    set_password = f"{reverse('account_set_password')}?next={address}"
    assert "ana" in read_text(client.get(set_password))
    password = "a new horse for the battery"
    response = client.post(set_password, {"password1": password, "password2": password})
    assert response["Location"] == address
    client.post(address)

    assert not MusicAccount.objects.exists()
    assert Client().login(username="ana", password=password)


def test_setting_a_password_needs_a_sign_in(client: Client) -> None:
    address = reverse("account_set_password")

    assert client.get(address)["Location"].startswith(reverse("account_login"))


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, None),
        ({"authorized_at": NOW - CONSENT_LASTS + REMIND_BEFORE + DAY}, None),
        ({"authorized_at": NOW - CONSENT_LASTS + REMIND_BEFORE - DAY}, "ends on"),
        ({"authorized_at": NOW - CONSENT_LASTS}, "may no longer read"),
        ({"authorized_at": NOW - CONSENT_LASTS - 9 * DAY}, "what came from it is deleted"),
        ({"encrypted_token": "", "consent_lost_at": NOW - DAY}, "may no longer read"),
        ({"scopes": ""}, "reads more of a Spotify account by now than you have permitted"),
    ],
)
def test_pages_ask_in_time_to_connect_again(
    ana: Client,
    cast: Cast,
    spotify: SpotifyDouble,  # noqa: ARG001
    fields: dict[str, Any],
    words: str | None,
) -> None:
    link_spotify(cast.ana, **fields)

    for url in (CONNECTIONS, reverse("recommendations:similar_users")):
        text = read_text(ana.get(url))
        assert ("Connect Spotify again" in text) is (words is not None)
        assert words is None or words in text


@pytest.mark.parametrize(
    ("days", "words"), [(0, "If you do not connect"), (9, "what came from the account is deleted")]
)
def test_the_page_says_what_becomes_of_the_listening(
    ana: Client,
    cast: Cast,
    spotify: SpotifyDouble,  # noqa: ARG001
    days: int,
    words: str,
) -> None:
    link_spotify(cast.ana, authorized_at=NOW - CONSENT_LASTS - days * DAY)

    text = read_text(ana.get(CONNECTIONS))

    assert "Not readable any more." in text
    assert words in text
    assert "Connect again" in text


def test_only_who_is_concerned_is_asked(
    client: Client,
    cast: Cast,
    spotify: SpotifyDouble,  # noqa: ARG001
) -> None:
    link_spotify(cast.ana, authorized_at=NOW - CONSENT_LASTS)
    assert "Connect Spotify again" not in read_text(client.get("/"))
    client.force_login(cast.sibling)
    assert "Connect Spotify again" not in read_text(client.get("/"))


def test_the_privacy_page_is_there_before_signing_in(
    client: Client,
    spotify: SpotifyDouble,  # noqa: ARG001
) -> None:
    text = read_text(client.get(PRIVACY))

    for words in (
        "your top tracks, your top artists",
        "deleted at once",
        "disclaimed",
        "six months",
    ):
        assert words in text


def test_the_privacy_page_names_services_that_are_on(client: Client) -> None:
    text = read_text(client.get(PRIVACY))

    assert "ListenBrainz" in text
    assert "Spotify" not in text
