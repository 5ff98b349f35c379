import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from tests.factories import PASSWORD
from tests.recommendations.conftest import Cast
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db

MY_DATA = reverse("recommendations:my_data")
DISCOVERABLE = reverse("recommendations:discoverable")
DELETE_ACCOUNT = reverse("recommendations:delete_account")


@pytest.mark.parametrize("url", [MY_DATA, DISCOVERABLE, DELETE_ACCOUNT])
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_sign_in(client: Client, url: str, method: str) -> None:
    response = getattr(client, method)(url)

    assert response["Location"] == f"{reverse('account_login')}?next={url}"


def test_the_page_says_who_is_hidden_and_who_is_not(client: Client, cast: Cast) -> None:
    client.force_login(cast.hidden)
    assert "You are hidden." in read_text(client.get(MY_DATA))

    client.force_login(cast.ana)
    assert "You are discoverable." in read_text(client.get(MY_DATA))


def test_a_listener_becomes_discoverable_by_choice(client: Client, cast: Cast) -> None:
    client.force_login(cast.hidden)

    text = read_text(client.post(DISCOVERABLE, {"discoverable": "yes"}, follow=True))

    assert "You are discoverable now." in text
    assert User.objects.get(pk=cast.hidden.pk).is_discoverable


@pytest.mark.parametrize("data", [{"discoverable": "no"}, {}, {"discoverable": "maybe"}])
def test_anything_but_yes_hides(ana: Client, cast: Cast, data: dict[str, str]) -> None:
    ana.post(DISCOVERABLE, data)

    assert not User.objects.get(pk=cast.ana.pk).is_discoverable


def test_looking_at_the_address_changes_nothing(ana: Client, cast: Cast) -> None:
    response = ana.get(DISCOVERABLE)

    assert response.status_code == 405
    assert User.objects.get(pk=cast.ana.pk).is_discoverable


@pytest.mark.parametrize("url", [DISCOVERABLE, DELETE_ACCOUNT])
def test_forms_of_other_sites_are_refused(cast: Cast, url: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ana)

    response = client.post(url, {"discoverable": "no", "password": PASSWORD})

    assert response.status_code == 403
    assert "The form was not accepted" in read_text(response)
    assert User.objects.get(pk=cast.ana.pk).is_discoverable


def test_the_right_password_deletes_the_account(ana: Client, cast: Cast) -> None:
    response = ana.post(DELETE_ACCOUNT, {"password": PASSWORD}, follow=True)

    assert "are deleted" in read_text(response)
    assert not User.objects.filter(pk=cast.ana.pk).exists()
    assert not response.wsgi_request.user.is_authenticated


@pytest.mark.parametrize("password", ["wrong", "", " " + PASSWORD])
def test_a_wrong_password_deletes_nothing(ana: Client, cast: Cast, password: str) -> None:
    response = ana.post(DELETE_ACCOUNT, {"password": password})

    assert response.status_code == 200
    assert User.objects.filter(pk=cast.ana.pk).exists()


@pytest.mark.parametrize(("typed", "is_deleted"), [("ana", True), ("Ana", False), ("", False)])
def test_who_has_no_password_types_their_name(
    client: Client, cast: Cast, typed: str, *, is_deleted: bool
) -> None:
    cast.ana.set_unusable_password()
    cast.ana.save()
    client.force_login(cast.ana)

    page = client.get(DELETE_ACCOUNT)
    client.post(DELETE_ACCOUNT, {"username": typed, "password": PASSWORD})

    assert "Your user name, to show that you mean it" in read_text(page)
    assert User.objects.filter(pk=cast.ana.pk).exists() is not is_deleted


def test_a_name_does_not_stand_for_a_password(ana: Client, cast: Cast) -> None:
    ana.post(DELETE_ACCOUNT, {"username": "ana"})

    assert User.objects.filter(pk=cast.ana.pk).exists()


def test_opening_the_form_deletes_nothing(ana: Client, cast: Cast) -> None:
    ana.get(DELETE_ACCOUNT, {"password": PASSWORD})

    assert User.objects.filter(pk=cast.ana.pk).exists()


def test_deletion_leaves_others_alone(ana: Client, cast: Cast) -> None:
    ana.post(DELETE_ACCOUNT, {"password": PASSWORD, "user": cast.sibling.pk})

    assert User.objects.filter(pk=cast.sibling.pk).exists()


def test_guessing_passwords_is_cut_short(ana: Client) -> None:
    statuses = {ana.post(DELETE_ACCOUNT, {"password": "guess"}).status_code for _ in range(15)}

    assert statuses == {200, 429}


def test_the_page_takes_three_queries(
    ana: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # Session, user, whom they hide.
    with django_assert_num_queries(3):
        ana.get(MY_DATA)
