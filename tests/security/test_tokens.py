"""What a token of the API opens, at each address: nothing once it is over, and not all before."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.api.tokens import issue_personal_token, revoke_token
from accounts.models import ApiToken, User
from tests.addresses import API
from tests.askers import Listeners
from tests.asking import Asking, fill, fill_body

Values = Mapping[str, object]

# Whoever signs in brings no token, and the schema looks at none.
WITHOUT_TOKEN = {"", "v1/auth/login/", "v1/docs/", "v1/schema/"}
# What a personal token may change: all else needs a password. Whoever adds an address decides.
MAY_CHANGE = {
    "DELETE v1/me/",  # with the password
    "DELETE v1/me/cards/<int:card_id>/",
    "DELETE v1/me/exclusions/<int:exclusion_id>/",
    "DELETE v1/me/uploads/<int:upload_id>/",
    "DELETE v1/me/unseen-listeners/<int:user_id>/",
    "PATCH v1/me/",
    "PATCH v1/me/uploads/<int:upload_id>/",
    "POST v1/auth/logout/",  # itself
    "POST v1/compare/with/<str:token>/playlist/spotify/",
    "POST v1/me/exclusions/",
    "POST v1/me/shared-playlists/<int:user_id>/spotify/",
    "POST v1/me/syncs/",
    "POST v1/me/uploads/",
    "PUT v1/me/unseen-listeners/<int:user_id>/",
}


def expire(user: User) -> str:
    issued = issue_personal_token(user, "program", 1)
    ApiToken.objects.filter(pk=issued.row.pk).update(expiry=timezone.now() - timedelta(seconds=1))
    return f"Token {issued.token}"


def revoke(user: User) -> str:
    issued = issue_personal_token(user, "program", 1)
    revoke_token(user, issued.row.public_id)
    return f"Token {issued.token}"


def make_up(user: User) -> str:  # noqa: ARG001 - as the others
    return f"Token {'0' * 64}"


def cut_off(user: User) -> str:
    return f"Token {issue_personal_token(user, 'program', 1).token[:-1]}"


@pytest.mark.parametrize("make_header", [expire, revoke, make_up, cut_off])
def test_token_that_is_over_or_wrong_opens_nothing(
    listeners: Listeners, values: Values, make_header: Callable[[User], str]
) -> None:
    client = APIClient()
    statuses = {}
    for route, methods in API.items():
        for method, answers in methods.items():
            if route not in WITHOUT_TOKEN:
                # Anew for each: knox forgets one that is over once it is shown.
                ApiToken.objects.all().delete()
                client.credentials(HTTP_AUTHORIZATION=make_header(listeners["owner"]))
                address = f"/api{fill(route, values)}{answers.query.format_map(values)}"
                statuses[f"{method} {route}"] = client.generic(method, address).status_code

    assert len(statuses) > 50
    assert statuses == dict.fromkeys(statuses, 401)


def test_personal_token_changes_only_what_is_listed(
    asking: Asking, listeners: Listeners, values: Values
) -> None:
    token = issue_personal_token(listeners["owner"], "program", 1).token
    asking.use_token("owner", token)

    allowed = {
        f"{method} {route}"
        for route, methods in API.items()
        for method, answers in methods.items()
        if route not in WITHOUT_TOKEN and method != "GET"
        if asking.ask(
            "owner", method, f"/api{fill(route, values)}", fill_body(answers, values)
        ).status_code
        != 403
    }

    assert allowed == MAY_CHANGE


@pytest.mark.parametrize("header", ["Bearer {}", "Basic {}", "{}", "Token", "Token a b", ""])
def test_token_opens_nothing_in_another_form(listeners: Listeners, header: str) -> None:
    token = issue_personal_token(listeners["owner"], "program", 1).token
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header.format(token))

    answer = client.get("/api/v1/me/", {"token": token, "access_token": token})

    assert answer.status_code == 401
