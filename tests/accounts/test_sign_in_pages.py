import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

SIGN_IN = reverse("account_login")
SIGN_UP = reverse("account_signup")
SIGN_OUT = reverse("account_logout")
SIMILAR_USERS = reverse("recommendations:similar_users")


def sign_up(client: Client, **fields: str) -> None:
    """Send the sign-up form, filled in unless told otherwise."""
    filled = {"username": "ana", "password1": PASSWORD, "password2": PASSWORD} | fields
    client.post(SIGN_UP, filled)


@pytest.mark.parametrize("name", ["ana", "ana@example.org"])
def test_a_listener_signs_in_by_user_name_or_address(client: Client, name: str) -> None:
    make_user(username="ana", email="ana@example.org")

    response = client.post(SIGN_IN, {"login": name, "password": PASSWORD})

    assert response["Location"] == SIMILAR_USERS
    assert response.wsgi_request.user.is_authenticated


def test_a_login_of_any_length_is_answered(client: Client) -> None:
    response = client.post(SIGN_IN, {"login": "x" * 100_000, "password": PASSWORD})

    assert response.status_code == 200
    assert not response.wsgi_request.user.is_authenticated


def test_administrators_sign_in_by_the_page_that_counts_wrong_passwords(client: Client) -> None:
    admin = make_user(is_staff=True)

    led = client.post(reverse("admin:login"), {"username": admin.username, "password": PASSWORD})
    client.post(led["Location"], {"login": admin.username, "password": PASSWORD})

    assert led["Location"].startswith(f"{SIGN_IN}?next=")
    assert client.get(reverse("admin:login"))["Location"] == reverse("admin:index")


def test_an_address_that_several_have_signs_nobody_in(client: Client) -> None:
    for _ in range(2):
        make_user(email="same@example.org")

    response = client.post(SIGN_IN, {"login": "same@example.org", "password": PASSWORD})

    assert not response.wsgi_request.user.is_authenticated


def test_a_wrong_password_does_not_sign_in(client: Client) -> None:
    make_user(username="ana")

    response = client.post(SIGN_IN, {"login": "ana", "password": "wrong"})

    assert not response.wsgi_request.user.is_authenticated
    assert 'class="errorlist nonfield"' in response.content.decode()


def test_an_imported_listener_cannot_sign_in_without_a_password(client: Client) -> None:
    make_user(username="ana", password=None)

    response = client.post(SIGN_IN, {"login": "ana", "password": ""})

    assert not response.wsgi_request.user.is_authenticated


def test_guessing_passwords_is_cut_short(client: Client) -> None:
    make_user(username="ana")
    for _ in range(5):
        client.post(SIGN_IN, {"login": "ana", "password": "guess"})

    response = client.post(SIGN_IN, {"login": "ana", "password": PASSWORD})

    assert not response.wsgi_request.user.is_authenticated
    assert response.status_code == 429
    assert response["Retry-After"] == "300"
    assert "That was too often" in response.content.decode()


def test_signing_in_leads_where_one_was_going(client: Client) -> None:
    make_user(username="ana")
    going = reverse("recommendations:top_tracks")

    response = client.post(SIGN_IN, {"login": "ana", "password": PASSWORD, "next": going})

    assert response["Location"] == going


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"],
)
def test_signing_in_does_not_lead_off_the_site(client: Client, target: str) -> None:
    make_user(username="ana")

    response = client.post(SIGN_IN, {"login": "ana", "password": PASSWORD, "next": target})

    assert response["Location"] == SIMILAR_USERS


def test_who_signs_up_is_hidden_at_first(client: Client) -> None:
    sign_up(client)

    user = User.objects.get(username="ana")
    assert not user.is_discoverable
    assert user.origin == User.Origin.SIGN_UP


def test_signing_up_does_not_tell_whose_address_it_is(client: Client) -> None:
    make_user(email="taken@example.org")

    sign_up(client, email="taken@example.org")

    assert User.objects.get(username="ana").email == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"password2": "something else"},
        {"password1": "12345", "password2": "12345"},
        {"username": "taken"},
        {"username": "<script>"},
        {"username": "taken@example.org"},
        {"is_discoverable": "on", "is_staff": "on", "username": "taken"},
    ],
)
def test_bad_sign_ups_make_no_account(client: Client, fields: dict[str, str]) -> None:
    make_user(username="taken")

    sign_up(client, **fields)

    assert User.objects.count() == 1


@pytest.mark.parametrize("name", ["ana@example.org", "ana sol", "\u202eana"])
def test_a_refused_name_is_told_which_letters_there_are(client: Client, name: str) -> None:
    page = client.post(
        SIGN_UP, {"username": name, "password1": PASSWORD, "password2": PASSWORD}
    ).content.decode()

    assert "A user name has only letters, digits and . + - _" in page
    assert "@/." not in page


def test_a_taken_name_in_wide_letters_is_taken(client: Client) -> None:
    make_user(username="owner")

    sign_up(client, username="\uff4fwner")  # a fullwidth o

    assert User.objects.count() == 1


def test_a_sign_up_cannot_set_other_fields(client: Client) -> None:
    sign_up(client, is_discoverable="on", is_staff="on", is_superuser="on", origin="demo")

    user = User.objects.get(username="ana")
    assert [user.is_discoverable, user.is_staff, user.is_superuser] == [False] * 3
    assert user.origin == User.Origin.SIGN_UP


def test_looking_at_sign_out_does_not_sign_out(client: Client) -> None:
    client.force_login(make_user())

    assert client.get(SIGN_OUT).wsgi_request.user.is_authenticated


def test_signing_out_leads_to_the_front_page(client: Client) -> None:
    client.force_login(make_user())

    response = client.post(SIGN_OUT)

    assert response["Location"] == reverse("recommendations:home")
    assert not response.wsgi_request.user.is_authenticated


@pytest.mark.parametrize("url", [SIGN_IN, SIGN_UP, SIGN_OUT])
def test_forms_of_other_sites_are_refused(url: str) -> None:
    assert Client(enforce_csrf_checks=True).post(url, {}).status_code == 403


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_change_password",
        "account_logout",
        "account_inactive",
    ],
)
def test_account_pages_have_the_frame_of_the_site(client: Client, name: str) -> None:
    user = make_user()
    if name not in {"account_login", "account_signup"}:
        client.force_login(user)

    page = client.get(reverse(name)).content.decode()

    assert '<main id="main"' in page
    assert page.count("<h1>") == 1


def test_forms_speak_like_the_other_pages(client: Client) -> None:
    sign_in = client.get(SIGN_IN, headers={"Accept-Language": "es"}).content.decode()
    sign_up = client.get(SIGN_UP).content.decode()

    assert "Nombre de usuario o correo electrónico" in sign_in
    assert "su contraseña" not in sign_in  # how allauth's own translation addresses people
    assert "User name" in sign_up


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "reauthenticate/"])
def test_pages_that_would_send_mail_are_not_there(client: Client, path: str) -> None:
    client.force_login(make_user())

    assert client.get(f"/accounts/{path}").status_code == 404
