"""No address of the site leads to another site, whatever it is asked to lead on to."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.addresses import PAGES
from tests.asking import Asking, fill, fill_body
from tests.factories import PASSWORD, make_user

OURS = "testserver"
TARGETS = [
    "//evil.example/",
    "https://evil.example/",
    "http:evil.example",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/\t/evil.example/",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "%2F%2Fevil.example",
    "//evil.example%00.testserver/",
    "\x00//evil.example/",
]
# Where each address that leads on is told where to.
LEAD_ON = {
    "account_login": {"login": "ana", "password": PASSWORD},
    "account_signup": {"username": "new", "password1": PASSWORD, "password2": PASSWORD},
    "account_logout": {},
    "account_change_password": {
        "oldpassword": PASSWORD,
        "password1": "another correct horse",
        "password2": "another correct horse",
    },
    "account_set_password": {
        "password1": "another correct horse",
        "password2": "another correct horse",
    },
    "set_language": {"language": "es"},
    "admin:login": {"username": "ana", "password": PASSWORD},
}
WITHOUT_SESSION = {"account_login", "account_signup", "admin:login"}


def leads_off(response: Any) -> bool:
    """Tell whether a browser would leave the site; it reads a backslash as a slash."""
    location = response.headers.get("Location", "")
    read = re.sub(r"[\x00-\x20]", "", location).replace("\\", "/")
    parts = urlsplit(urljoin(f"http://{OURS}/accounts/", read))
    return parts.scheme != "http" or parts.netloc not in {OURS, "127.0.0.1"}


class Links(HTMLParser):
    """The addresses that a page leads to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.found += [
            value for name, value in attrs if name in {"href", "action", "formaction"} and value
        ]


@pytest.fixture
def ana(db: None) -> User:  # noqa: ARG001 - asks for the database
    """Somebody with a password."""
    return make_user(username="ana")


def browser_for(ana: User, name: str) -> Client:
    """Return one from which the form of this address can be sent."""
    client = Client()
    ana.set_password(None if name == "account_set_password" else PASSWORD)
    ana.save()
    if name not in WITHOUT_SESSION:
        client.force_login(ana)
    return client


@pytest.mark.parametrize("name", LEAD_ON)
def test_form_leads_nowhere_else(ana: User, name: str, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    led = {}
    for target in TARGETS:
        client = browser_for(ana, name)
        User.objects.filter(username="new").delete()
        form = LEAD_ON[name] | {"next": target}
        address = f"{reverse(name)}?next={quote(target)}"
        response = client.post(address, form, headers={"Referer": target.replace("\x00", "")})
        assert response.status_code == 302, (target, response.content)
        if leads_off(response):
            led[target] = response["Location"]

    assert led == {}


@pytest.mark.parametrize("name", ["account_login", "account_signup"])
def test_page_links_nowhere_else(client: Client, name: str, db: None) -> None:  # noqa: ARG001
    for target in TARGETS:
        page = client.get(f"{reverse(name)}?next={quote(target)}").content.decode()

        links = [urljoin(f"http://{OURS}/", link.replace("\\", "/")) for link in Links(page).found]
        assert {urlsplit(link).netloc for link in links} <= {OURS, "open.spotify.com"}
        assert {urlsplit(link).scheme for link in links} <= {"http", "https"}


def test_no_address_leads_on_to_another_site(asking: Asking, values: Mapping[str, object]) -> None:
    """Whatever takes ``next`` or a ``Referer`` some day is asked here by itself."""
    target = TARGETS[0]
    led = {}
    for route, methods in PAGES.items():
        for method, answers in methods.items():
            address = fill(route, values) + (answers.query or "?") + f"&next={target}"
            body = {**fill_body(answers, values), "next": target} if method == "POST" else {}
            response = asking.ask("owner", method, address, body)
            if leads_off(response) and not response["Location"].startswith(
                f"{settings.SPOTIFY_ACCOUNTS_URL}/authorize?"
            ):
                led[f"{method} {route}"] = response["Location"]

    assert led == {}
