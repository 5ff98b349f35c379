import pytest
from django.core.checks import run_checks
from django.test import override_settings
from django.urls import reverse

from accounts.checks import CALLBACK_PATH


def find_errors(**values: str) -> list[str | None]:
    with override_settings(**values):
        return [message.id for message in run_checks()]


def test_the_path_of_the_check_is_the_one_that_answers() -> None:
    assert reverse("spotify_callback") == CALLBACK_PATH


@pytest.mark.parametrize("name", ["SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET"])
def test_half_of_the_keys_is_an_error(name: str) -> None:
    assert find_errors(**{name: "x"}) == ["metarec.E002"]


@pytest.mark.parametrize(
    "address",
    [
        f"http://localhost:8000{CALLBACK_PATH}",
        f"https://localhost{CALLBACK_PATH}",
        f"http://music.example{CALLBACK_PATH}",
        f"http://192.168.1.5:8000{CALLBACK_PATH}",
        f"https://music.example{CALLBACK_PATH.rstrip('/')}",
        f"https://music.example{CALLBACK_PATH}?x=1",
        "https://music.example/",
    ],
)
def test_an_address_that_spotify_refuses_is_an_error(address: str) -> None:
    assert find_errors(SPOTIFY_REDIRECT_URI=address) == ["metarec.E003"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        f"https://music.example{CALLBACK_PATH}",
        f"https://192.168.1.5{CALLBACK_PATH}",
        f"http://127.0.0.1:8000{CALLBACK_PATH}",
        f"http://[::1]:8000{CALLBACK_PATH}",
    ],
)
def test_an_address_that_spotify_takes_is_none(address: str) -> None:
    assert find_errors(SPOTIFY_REDIRECT_URI=address) == []
