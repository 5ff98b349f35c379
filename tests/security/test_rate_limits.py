"""Whoever asks too often is told when to come back, on pages and over the API."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import CompareLink, User
from tests.factories import PASSWORD, make_user
from tests.recommendations.api.conftest import set_throttle_rates
from tests.recommendations.pages.reading import read_text

Ask = Callable[[Client], Any]

SEARCH = reverse("recommendations:search")
COMPARE = reverse("recommendations:compare")
UPLOADS = reverse("recommendations:uploads")
TOKENS = reverse("recommendations:tokens")
API_COMPARE = "/api/v1/compare/with/{}/"


@pytest.fixture
def ana(listener: User) -> User:
    """Somebody who has a link for friends and knows another listener."""
    make_user(username="other")
    CompareLink.objects.create(maker=make_user(), name="Friend", token="t" * 43)
    return listener


def post(name: str, form: dict[str, str]) -> Ask:
    return lambda client: client.post(reverse(name), form)


def post_json(address: str, body: dict[str, Any]) -> Ask:
    return lambda client: client.post(address, json.dumps(body), "application/json")


def upload(client: Client) -> Any:
    return client.post(UPLOADS, {"files": SimpleUploadedFile("x.json", b"[]")})


def upload_by_api(client: Client) -> Any:
    return client.post("/api/v1/me/uploads/", {"files": SimpleUploadedFile("x.json", b"[]")})


def get(address: str) -> Ask:
    return lambda client: client.get(address)


SIGN_IN = post("account_login", {"login": "nobody", "password": "wrong"})
API_SIGN_IN = post_json("/api/v1/auth/login/", {"login": "nobody", "password": "wrong"})
SIGN_UP = post("account_signup", {"username": "", "password1": PASSWORD})
CHANGE_PASSWORD = post("account_change_password", {"oldpassword": "wrong"})
DELETE_ACCOUNT = post("recommendations:delete_account", {"password": "wrong"})
MAKE_TOKEN = post("recommendations:tokens", {"name": "program", "days": "1"})
API_MAKE_TOKEN = post_json("/api/v1/auth/tokens/", {"name": "program"})

# By which rate of the settings, and what may be asked twice by it.
OF_ALLAUTH = [
    ("login", "ip", SIGN_IN),
    ("login_failed", "ip", SIGN_IN),
    ("login_failed", "key", SIGN_IN),
    ("login_failed", "ip", API_SIGN_IN),
    ("login_failed", "key", API_SIGN_IN),
    ("signup", "ip", SIGN_UP),
    ("change_password", "user", CHANGE_PASSWORD),
    ("reauthenticate", "user", DELETE_ACCOUNT),
]
OF_API = [
    ("search", get(f"{SEARCH}?q=air")),
    ("search", get("/api/v1/search/?q=air")),
    ("compare", get(f"{COMPARE}?with=other")),
    ("compare", get(reverse("recommendations:compare_by_link", args=["t" * 43]))),
    ("compare", get(API_COMPARE.format("t" * 43))),
    ("compare", get("/api/v1/compare/?with=1")),
    ("upload", upload),
    ("upload", upload_by_api),
    ("token", MAKE_TOKEN),
    ("token", API_MAKE_TOKEN),
    ("password", API_SIGN_IN),
]
FOR_ANYBODY = {"login", "login_failed", "signup", "search", "password"}


def browser(user: User | None, **client_options: str) -> Client:
    client = Client(**client_options)  # type: ignore[arg-type] # it takes a request's headers
    if user is not None:
        client.force_login(user)
    return client


def check_refusal(response: Any) -> None:
    """Check that it says why, in plain words, and when to come back."""
    assert response.status_code == 429, response.content
    assert 0 < int(response["Retry-After"]) <= 3600
    if response["Content-Type"].startswith("text/html"):
        text = read_text(response)
        assert "That was too often" in text or "very often within an hour" in text
    else:
        assert response.json()["error"]["code"] == "throttled"


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    """Keep uploads apart."""
    settings.UPLOADS_DIR = settings.FILE_UPLOAD_TEMP_DIR = tmp_path


@pytest.mark.parametrize(("action", "per", "ask"), OF_ALLAUTH)
def test_forms_of_accounts_are_bounded(
    settings: Settings, ana: User, action: str, per: str, ask: Ask
) -> None:
    set_throttle_rates(settings, {})
    settings.ACCOUNT_RATE_LIMITS = {
        **dict.fromkeys(settings.ACCOUNT_RATE_LIMITS),
        action: f"2/m/{per}",
    }
    client = browser(None if action in FOR_ANYBODY else ana)

    first = [ask(client).status_code for _ in range(2)]

    assert 429 not in first
    check_refusal(ask(client))


@pytest.mark.parametrize(("scope", "ask"), OF_API)
def test_what_costs_is_bounded(settings: Settings, ana: User, scope: str, ask: Ask) -> None:
    set_throttle_rates(settings, {scope: "2/hour"})
    client = browser(None if scope in FOR_ANYBODY else ana)

    first = [ask(client).status_code for _ in range(2)]

    assert 429 not in first
    check_refusal(ask(client))


@pytest.mark.parametrize("scope", ["search", "compare", "upload", "token"])
def test_pages_and_api_count_together(settings: Settings, ana: User, scope: str) -> None:
    set_throttle_rates(settings, {scope: "1/hour"})
    first, *others = [ask for of, ask in OF_API if of == scope]
    client = browser(ana)
    assert first(client).status_code != 429

    for ask in others:
        check_refusal(ask(client))


@pytest.mark.parametrize("scope", ["search", "compare", "upload", "token"])
def test_one_user_does_not_hold_up_another(settings: Settings, ana: User, scope: str) -> None:
    set_throttle_rates(settings, {scope: "1/hour"})
    ask = next(ask for of, ask in OF_API if of == scope)
    assert ask(browser(ana)).status_code != 429
    check_refusal(ask(browser(ana, REMOTE_ADDR="192.0.2.1")))

    assert ask(browser(make_user())).status_code != 429


ASKED_BY_ANYBODY = [SIGN_IN, API_SIGN_IN, SIGN_UP, get(f"{SEARCH}?q=air")]
RATES_OF_ACCOUNTS = {"login": "2/m/ip", "login_failed": "2/m/ip", "signup": "2/m/ip"}
RATES_OF_API = {"search": "2/min", "password": "2/min"}


@pytest.fixture
def _two_a_minute(settings: Settings, db: None) -> None:  # noqa: ARG001 - asks for the database
    settings.ACCOUNT_RATE_LIMITS = RATES_OF_ACCOUNTS
    set_throttle_rates(settings, RATES_OF_API)


def send(ask: Ask, address: str, claimed: str) -> int:
    client = browser(None, REMOTE_ADDR=address)
    client.defaults["HTTP_X_FORWARDED_FOR"] = claimed
    return int(ask(client).status_code)


@pytest.mark.usefixtures("_two_a_minute")
@pytest.mark.parametrize("ask", ASKED_BY_ANYBODY)
def test_claimed_address_is_not_believed(ask: Ask) -> None:
    statuses = [send(ask, "192.0.2.1", f"198.51.100.{number}") for number in range(3)]

    assert [status == 429 for status in statuses] == [False, False, True]
    assert send(ask, "192.0.2.2", "198.51.100.1") != 429


@pytest.mark.usefixtures("_two_a_minute")
@pytest.mark.parametrize("ask", ASKED_BY_ANYBODY)
def test_behind_a_proxy_its_word_counts_and_no_other(settings: Settings, ask: Ask) -> None:
    """The proxy adds the address that it sees to what the client claimed."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}
    seen = "203.0.113.9"

    statuses = [send(ask, "10.0.0.1", f"198.51.100.{number}, {seen}") for number in range(3)]

    assert [status == 429 for status in statuses] == [False, False, True]
    assert send(ask, "10.0.0.1", f"{seen}, 203.0.113.10") != 429


def test_proxies_are_counted_alike_everywhere(settings: Settings) -> None:
    assert settings.REST_FRAMEWORK["NUM_PROXIES"] == settings.ALLAUTH_TRUSTED_PROXY_COUNT == 0
