import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.urls import reverse

from accounts.linking import account_linked
from accounts.models import MusicAccount, User
from tests.accounts.conftest import LOGIN, Visitor, read_token, sign_in
from tests.doubles.spotify import SpotifyDouble
from tests.factories import make_user
from tests.recommendations.pages.reading import read_text

SIMILAR_USERS = reverse("recommendations:similar_users")
CONNECTIONS = reverse("recommendations:connections")
CALLBACK = reverse("spotify_callback")


def test_a_stranger_gets_a_hidden_account_without_address_and_password(visitor: Visitor) -> None:
    response = visitor.go("ada")

    user = User.objects.get()
    assert response["Location"] == SIMILAR_USERS
    assert visitor.client.get(SIMILAR_USERS).wsgi_request.user == user
    assert user.username == "Ada_of_the_folk_scene"
    assert (user.email, user.first_name, user.last_name) == ("", "", "")
    assert not user.is_discoverable
    assert not user.has_usable_password()
    assert user.origin == User.Origin.SIGN_UP


def test_the_account_is_known_by_what_never_changes(visitor: Visitor) -> None:
    visitor.go("ada")

    account = MusicAccount.objects.get()
    assert account.account_id == visitor.spotify.listeners["ada"].account_id
    assert SocialAccount.objects.get().uid == account.account_id
    assert account.is_verified
    assert account.scopes == "user-top-read"


@pytest.mark.parametrize("faults", [[], ["without_email"]])
def test_nothing_of_the_profile_is_kept(visitor: Visitor, faults: list[str]) -> None:
    # Other apps are told no address anyway.
    visitor.spotify.app.is_extended = True
    for fault in faults:
        visitor.spotify.play(fault)

    visitor.go("ada")

    assert SocialAccount.objects.get().extra_data == {}
    assert User.objects.get().email == ""


def test_who_comes_again_is_the_same_listener(visitor: Visitor, other_visitor: Visitor) -> None:
    visitor.go("ada")
    other_visitor.go("ada")

    assert User.objects.count() == 1
    assert other_visitor.client.get(SIMILAR_USERS).wsgi_request.user == User.objects.get()


def test_who_changed_their_id_is_the_same_listener(
    visitor: Visitor, other_visitor: Visitor
) -> None:
    visitor.go("ada")
    visitor.spotify.listeners["ada"].id = "ada-lovelace"
    visitor.spotify.app.users.append("ada")
    other_visitor.go("ada")

    assert User.objects.count() == 1


@pytest.mark.parametrize("missing_first", [True, False])
def test_an_id_that_spotify_leaves_out_once_makes_no_second_account(
    visitor: Visitor, other_visitor: Visitor, *, missing_first: bool
) -> None:
    for browser, is_missing in ((visitor, missing_first), (other_visitor, not missing_first)):
        if is_missing:
            visitor.spotify.play("without_account_id", path="/v1/me")
        browser.go("ada")

    account = MusicAccount.objects.get()
    assert User.objects.count() == 1
    assert account.account_id == visitor.spotify.listeners["ada"].account_id
    assert SocialAccount.objects.get().uid == account.account_id


def test_a_name_that_is_taken_gets_a_number(visitor: Visitor) -> None:
    make_user(username="Ada_of_the_folk_scene")

    visitor.go("ada")

    names = list(User.objects.values_list("username", flat=True))
    assert len(names) == 2
    assert all(name.lower().startswith("ada_of_the_folk_scene") for name in names)


@pytest.mark.parametrize(
    ("display_name", "expected"),
    [
        (None, "listener"),
        ("  Ana  María ", "Ana_María"),
        ("\uff2d\uff41\uff58", "Max"),
        ("ana@example.org", "anaexample.org"),
        ("<script>", "script"),
        ("🎸", "listener"),
        ("鈴木", "鈴木"),
        ("x" * 300, "x" * 140),
    ],
)
def test_any_display_name_makes_a_user_name(
    visitor: Visitor, display_name: str | None, expected: str
) -> None:
    visitor.spotify.listeners["ada"].display_name = display_name

    visitor.go("ada")

    assert User.objects.get().username == expected


def test_only_the_wanted_scope_is_asked_for(visitor: Visitor) -> None:
    address = (
        f"{LOGIN}?scope=playlist-modify-public&auth_params=show_dialog%3Dfalse&process=connect"
    )

    asked = parse_qs(urlsplit(visitor.leave(address)).query)

    assert asked["scope"] == ["user-top-read"]
    assert asked["show_dialog"] == ["true"]
    assert asked["redirect_uri"] == [f"http://127.0.0.1{CALLBACK}"]
    assert asked["response_type"] == ["code"]
    assert len(asked["state"][0]) >= 16


def test_who_is_signed_in_connects_their_account(visitor: Visitor) -> None:
    user = sign_in(visitor, make_user())

    response = visitor.go("ada")

    assert response["Location"] == CONNECTIONS
    assert "Spotify is connected." in visitor.read(response)
    assert MusicAccount.objects.get().user == user
    assert SocialAccount.objects.get().user == user
    assert User.objects.count() == 1


def test_a_connected_account_signs_its_listener_in(
    visitor: Visitor, other_visitor: Visitor
) -> None:
    user = sign_in(visitor, make_user())
    visitor.go("ada")

    other_visitor.go("ada")

    assert other_visitor.client.get(SIMILAR_USERS).wsgi_request.user == user


def test_an_account_is_connected_to_one_listener_only(
    visitor: Visitor, other_visitor: Visitor
) -> None:
    first = sign_in(visitor, make_user())
    visitor.go("ada")
    second = sign_in(other_visitor, make_user())

    response = other_visitor.go("ada")

    assert "is connected to another account" in other_visitor.read(response)
    assert other_visitor.client.get(CONNECTIONS).wsgi_request.user == second
    assert MusicAccount.objects.get().user == first


def test_a_second_account_of_a_listener_is_turned_away(visitor: Visitor) -> None:
    sign_in(visitor, make_user())
    visitor.go("ada")

    response = visitor.go("bruno")

    assert "Disconnect that one first" in visitor.read(response)
    assert MusicAccount.objects.get().name == "ada"
    assert SocialAccount.objects.count() == 1


def test_who_signs_in_meanwhile_gets_no_second_account(visitor: Visitor) -> None:
    location = visitor.spotify.consent(visitor.leave(), "ada")
    user = sign_in(visitor, make_user())

    visitor.come_back(location)

    assert MusicAccount.objects.get().user == user
    assert User.objects.count() == 1


def test_connecting_again_gives_a_new_permission(visitor: Visitor) -> None:
    sign_in(visitor, make_user())
    visitor.go("ada")
    before = MusicAccount.objects.get()
    MusicAccount.objects.update(encrypted_token="", consent_lost_at=before.linked_at)

    visitor.go("ada")

    after = MusicAccount.objects.get()
    assert after.pk == before.pk
    assert after.consent_lost_at is None
    assert after.authorized_at is not None
    assert before.authorized_at is not None
    assert after.authorized_at > before.authorized_at
    assert read_token(after)["refresh_token"]


def test_a_denial_changes_nothing(visitor: Visitor) -> None:
    response = visitor.go("ada", agrees=False)

    assert response["Location"] == reverse("account_login")
    assert "You did not give the permission" in visitor.read(response)
    assert not User.objects.exists()


def test_a_denial_leaves_who_is_signed_in_where_they_were(visitor: Visitor) -> None:
    sign_in(visitor, make_user())

    response = visitor.go("ada", agrees=False)

    assert response["Location"] == CONNECTIONS
    assert not MusicAccount.objects.exists()


@pytest.mark.parametrize("state", ["", "&state=", "&state=wrong"])
def test_an_answer_without_our_state_is_not_taken(visitor: Visitor, state: str) -> None:
    location = visitor.spotify.consent(visitor.leave(), "ada")
    code = parse_qs(urlsplit(location).query)["code"][0]

    response = visitor.come_back(f"{CALLBACK}?code={code}{state}")

    assert "does not belong to anything that you began" in visitor.read(response)
    assert not User.objects.exists()
    assert not any(request.path == "/api/token" for request in visitor.spotify.requests)


def test_an_answer_is_not_taken_in_another_browser(
    visitor: Visitor, other_visitor: Visitor
) -> None:
    location = visitor.spotify.consent(visitor.leave(), "ada")

    response = other_visitor.come_back(location)

    assert "does not belong to anything" in other_visitor.read(response)
    assert not User.objects.exists()


def test_an_answer_is_taken_once(visitor: Visitor) -> None:
    location = visitor.spotify.consent(visitor.leave(), "ada")
    visitor.come_back(location)
    visitor.client.logout()

    response = visitor.come_back(location)

    assert "does not belong to anything" in visitor.read(response)
    assert User.objects.count() == 1


def test_a_code_is_taken_once(visitor: Visitor, other_visitor: Visitor) -> None:
    location = visitor.spotify.consent(visitor.leave(), "ada")
    code = parse_qs(urlsplit(location).query)["code"][0]
    visitor.come_back(location)
    state = parse_qs(urlsplit(other_visitor.leave()).query)["state"][0]

    response = other_visitor.come_back(f"{CALLBACK}?code={code}&state={state}")

    assert "did not accept the sign-in" in other_visitor.read(response)
    assert not other_visitor.client.get("/").wsgi_request.user.is_authenticated


@pytest.mark.parametrize(
    ("path", "fault", "values", "words"),
    [
        ("/api/token", "away", {}, "does not answer just now"),
        ("/api/token", "hung_up", {}, "does not answer just now"),
        ("/api/token", "not_json", {}, "does not answer just now"),
        ("/api/token", "half_a_body", {}, "does not answer just now"),
        ("/api/token", "rate_limited", {"retry_after_s": 3}, "does not answer just now"),
        ("/v1/me", "away", {}, "does not answer just now"),
        ("/v1/me", "hung_up", {}, "does not answer just now"),
        ("/v1/me", "not_json", {}, "does not answer just now"),
        ("/v1/me", "quota_exceeded", {}, "asks this site to wait"),
        ("/v1/me", "rate_limited", {"as_text": True}, "asks this site to wait"),
        ("/v1/me", "not_registered", {}, "you are not entered there"),
        ("/v1/me", "not_registered", {"as_text": False}, "you are not entered there"),
        ("/v1/me", "no_premium", {}, "refuses this site's app"),
    ],
)
def test_what_goes_wrong_at_spotify_is_one_sentence(
    visitor: Visitor, path: str, fault: str, values: dict[str, Any], words: str
) -> None:
    visitor.spotify.play(fault, path=path, times=None, **values)

    page = visitor.read(visitor.go("ada"))

    assert words in page.replace("&#x27;", "'")
    assert not User.objects.exists()
    assert not MusicAccount.objects.exists()


def test_a_spurious_401_is_asked_again(visitor: Visitor) -> None:
    visitor.spotify.play("spurious_401", path="/v1/me")

    visitor.go("ada")

    assert MusicAccount.objects.exists()


def test_wrong_keys_are_one_sentence(visitor: Visitor) -> None:
    with override_settings(SPOTIFY_CLIENT_SECRET="wrong"):
        page = visitor.read(visitor.go("ada"))

    assert "refuses this site" in page


def test_who_may_not_sign_in_is_not_linked(visitor: Visitor, other_visitor: Visitor) -> None:
    visitor.go("ada")
    User.objects.update(is_active=False)
    MusicAccount.objects.update(encrypted_token="")

    other_visitor.go("ada")

    assert MusicAccount.objects.get().encrypted_token == ""
    assert not other_visitor.client.get("/").wsgi_request.user.is_authenticated


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_signing_in_does_not_lead_off_the_site(visitor: Visitor, target: str) -> None:
    response = visitor.go("ada", address=f"{LOGIN}?next={target}")

    assert response["Location"] == SIMILAR_USERS


def test_signing_in_leads_where_one_was_going(visitor: Visitor) -> None:
    going = reverse("recommendations:top_tracks")

    assert visitor.go("ada", address=f"{LOGIN}?next={going}")["Location"] == going


def test_the_page_before_says_what_is_read_and_sends_nobody_away(visitor: Visitor) -> None:
    page = visitor.client.get(LOGIN)

    assert page.status_code == 200
    assert "top tracks and top artists" in page.content.decode()
    assert reverse("recommendations:privacy") in page.content.decode()


def test_forms_of_other_sites_are_refused(spotify: SpotifyDouble, db: None) -> None:  # noqa: ARG001
    assert Client(enforce_csrf_checks=True).post(LOGIN).status_code == 403


def test_the_form_may_lead_to_spotify_and_nowhere_else(visitor: Visitor) -> None:
    policy = visitor.client.get(LOGIN)["Content-Security-Policy"]

    form_action = next(part for part in policy.split("; ") if part.startswith("form-action"))
    assert form_action == f"form-action 'self' {visitor.spotify.accounts_url}"


def test_localhost_leads_to_the_name_that_spotify_takes(visitor: Visitor) -> None:
    response = Client(SERVER_NAME="localhost").get(f"{LOGIN}?next=/top-tracks/")

    assert response["Location"] == f"http://127.0.0.1{LOGIN}?next=/top-tracks/"
    assert visitor.client.get(LOGIN).status_code == 200


def test_the_redirect_address_of_the_settings_wins(visitor: Visitor) -> None:
    address = f"https://music.example{CALLBACK}"

    with override_settings(SPOTIFY_REDIRECT_URI=address):
        asked = parse_qs(urlsplit(visitor.leave()).query)

    assert asked["redirect_uri"] == [address]


@pytest.mark.parametrize("values", [{"METAREC_SPOTIFY": False}, {"SPOTIFY_CLIENT_ID": ""}])
def test_without_spotify_the_site_has_none_of_it(
    visitor: Visitor, values: dict[str, object]
) -> None:
    with override_settings(**values):
        statuses = [visitor.client.get(address).status_code for address in (LOGIN, CALLBACK)]
        page = visitor.client.get(reverse("account_login"))
        sign_in(visitor, make_user())
        own = visitor.client.get(CONNECTIONS)

    assert [*statuses, own.status_code] == [404, 404, 200]
    # Names in a catalogue may lead there all the same, which every page's foot says.
    assert "Spotify" not in read_text(page)
    assert "Spotify" not in read_text(own)


def test_no_token_is_kept_where_it_could_be_read(
    visitor: Visitor, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    location = visitor.spotify.consent(visitor.leave(), "ada")
    visitor.come_back(location)

    account = MusicAccount.objects.get()
    secrets = {*visitor.spotify.secrets, *(str(value) for value in read_token(account).values())}
    sessions = [str(session.get_decoded()) for session in Session.objects.all()]
    places = [caplog.text, *capfd.readouterr(), account.encrypted_token, repr(account), *sessions]
    assert len(secrets) >= 4
    assert [secret for secret in secrets for place in places if secret in place] == []
    assert not SocialToken.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_was_linked_can_be_read_at_once(visitor: Visitor) -> None:
    heard: list[int] = []

    def hear(*, account_id: int, **_signal: object) -> None:
        heard.append(account_id)

    account_linked.connect(hear)
    visitor.go("ada")
    account_linked.disconnect(hear)

    assert heard == [MusicAccount.objects.get().pk]
