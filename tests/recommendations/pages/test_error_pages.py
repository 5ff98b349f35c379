import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.defaults import permission_denied, server_error

from tests.factories import make_user
from tests.recommendations.pages.reading import read_text

pytestmark = pytest.mark.django_db


def test_an_unknown_address_is_not_found(client: Client) -> None:
    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert "There is nothing to see here" in read_text(response)


def test_the_address_is_not_repeated_as_markup(client: Client) -> None:
    response = client.get("/<script>alert(1)</script>/")

    assert "<script" not in response.content.decode()


def test_who_signs_in_again_learns_that_a_form_was_lost(client: Client) -> None:
    client.force_login(make_user())

    response = client.get(reverse("recommendations:discoverable"))

    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "send it once more" in read_text(response)


def test_a_part_for_the_signed_in_has_the_page_loaded_again(client: Client) -> None:
    address = reverse("recommendations:similar_users")

    part = client.get(address, headers={"HX-Request": "true"})

    assert part.status_code == 204
    assert part["HX-Refresh"] == "true"
    assert client.get(address).status_code == 302


@pytest.fixture
def request_of_user(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/")
    request.user = make_user()
    return request


def test_what_is_not_allowed_has_its_page(request_of_user: HttpRequest) -> None:
    response = permission_denied(request_of_user, PermissionDenied())

    assert response.status_code == 403
    assert "This is not open to you" in read_text(response)


def test_an_error_of_ours_has_its_page_without_any_context(request_of_user: HttpRequest) -> None:
    response: HttpResponse = server_error(request_of_user)

    assert response.status_code == 500
    assert "Something broke on our side" in read_text(response)
