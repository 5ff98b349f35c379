"""Every address of the site, asked by nobody, by another listener and by the owner."""

import re
from collections.abc import Iterator, Mapping

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from tests.addresses import ADDRESSES, Answer
from tests.askers import Listeners
from tests.asking import Asking, answer_of, fill, fill_body
from tests.factories import make_user

ASKERS = ("anonymous", "other", "owner")
# Their methods are not ours to say.
OF_OTHERS = ("accounts/", "i18n/")
NOBODY = 2**31 - 1


def list_routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Return every address as the url configuration writes it."""
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from list_routes(pattern, route)


ROUTES = list(list_routes(get_resolver()))


def ask_all(
    asking: Asking, values: Mapping[str, object], askers: tuple[str, ...], *, containing: str = ""
) -> dict[str, Answer]:
    """Ask every request of the table, and return the answers."""
    return {
        f"{method} {route} {asker}": answer_of(
            asking.ask(
                asker,
                method,
                fill(route, values) + answers.query.format_map(values),
                fill_body(answers, values),
            )
        )
        for route, methods in ADDRESSES.items()
        for method, answers in methods.items()
        if containing in f"{route} {answers.body} {answers.query}"
        for asker in askers
    }


def test_the_table_has_every_address_and_no_other() -> None:
    assert sorted(ADDRESSES) == sorted(route for route in ROUTES if not route.startswith("admin/"))


def test_each_address_answers_as_the_table_says(
    asking: Asking, values: Mapping[str, object]
) -> None:
    expected = {
        f"{method} {route} {asker}": getattr(answers, asker)
        for route, methods in ADDRESSES.items()
        for method, answers in methods.items()
        for asker in ASKERS
    }

    answered = ask_all(asking, values, ASKERS)

    assert answered == expected


@pytest.mark.django_db
def test_every_page_of_somebody_who_has_nothing_opens(client: Client) -> None:
    client.force_login(make_user())
    own = [route for route, methods in ADDRESSES.items() if "GET" in methods and "<" not in route]

    responses = {route: client.get(f"/{route}") for route in own if not route.startswith("api/")}
    statuses = {route: response.status_code for route, response in responses.items()}
    for response in responses.values():
        response.close()

    of_spotify = {"accounts/spotify/login/", "accounts/spotify/login/callback/"}
    assert {route for route, status in statuses.items() if status not in {200, 302}} == of_spotify


def test_the_table_has_every_method(asking: Asking, values: Mapping[str, object]) -> None:
    allowed = {
        route: asking.ask("owner", "TRACE", fill(route, values), {}).headers.get("Allow", "")
        for route in ADDRESSES
        if not route.startswith(OF_OTHERS) and route != "api/"
    }

    assert {
        route: sorted(set(methods.split(", ")) - {"HEAD", "OPTIONS"})
        for route, methods in allowed.items()
    } == {route: sorted(ADDRESSES[route]) for route in allowed}


def test_a_hidden_listener_is_like_nobody(
    asking: Asking, values: Mapping[str, object], listeners: Listeners
) -> None:
    hidden = {**values, "user_id": listeners["hidden"].pk}
    nobody = {**values, "user_id": NOBODY}

    askers = ("anonymous", "other")
    of_hidden = ask_all(asking, hidden, askers, containing="user_id")

    assert len(of_hidden) > len(askers)
    assert 200 not in of_hidden.values()
    assert of_hidden == ask_all(asking, nobody, askers, containing="user_id")


def test_the_administration_is_shut_to_listeners(asking: Asking) -> None:
    open_to_all = {"admin/login/", "admin/logout/"}
    routes = [
        re.sub(r"<[^>]+>", "1", route)
        for route in ROUTES
        if route.startswith("admin/") and route not in open_to_all and "(?P" not in route
    ]

    opened = [
        (route, asker)
        for route in routes
        for asker in ASKERS
        if not str(asking.ask(asker, "GET", f"/{route}", {}).headers.get("Location")).startswith(
            ("/admin/login/", "/accounts/login/")
        )
    ]

    assert len(routes) > len(open_to_all)
    assert opened == []
