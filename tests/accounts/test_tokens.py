import json

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from accounts.models import MusicAccount
from accounts.tokens import decrypt_token, encrypt_token, rotate_tokens
from tests.factories import make_user

TOKEN = {"access_token": "an access token", "refresh_token": "a refresh token", "expires_at": 7}


def make_account(text: str) -> MusicAccount:
    account = MusicAccount(user=make_user(), service="spotify", encrypted_token=text)
    account.save()
    return account


def test_a_token_comes_back_as_it_was() -> None:
    assert decrypt_token(encrypt_token(TOKEN)) == TOKEN


def test_a_token_at_rest_shows_nothing() -> None:
    text = encrypt_token(TOKEN)

    assert not any(str(value) in text for value in TOKEN.values() if value != 7)
    assert text != encrypt_token(TOKEN)


def test_a_token_cannot_be_read_with_another_key() -> None:
    text = encrypt_token(TOKEN)

    with override_settings(METAREC_TOKEN_KEYS=["another"]):
        assert decrypt_token(text) is None


@pytest.mark.parametrize("text", ["", "x", "ñ", json.dumps(TOKEN), "gAAAAA=="])
def test_what_is_no_token_is_none(text: str) -> None:
    assert decrypt_token(text) is None


def test_a_token_of_an_old_key_is_read_while_the_key_is_there() -> None:
    with override_settings(METAREC_TOKEN_KEYS=["old"]):
        text = encrypt_token(TOKEN)

    with override_settings(METAREC_TOKEN_KEYS=["new", "old"]):
        assert decrypt_token(text) == TOKEN


@pytest.mark.django_db
def test_rotating_makes_an_old_key_needless(capsys: pytest.CaptureFixture[str]) -> None:
    with override_settings(METAREC_TOKEN_KEYS=["old"]):
        account = make_account(encrypt_token(TOKEN))
        make_account("")

    with override_settings(METAREC_TOKEN_KEYS=["new", "old"]):
        call_command("rotate_token_keys")

    account.refresh_from_db()
    with override_settings(METAREC_TOKEN_KEYS=["new"]):
        assert decrypt_token(account.encrypted_token) == TOKEN
    assert "1 tokens" in capsys.readouterr().out


@pytest.mark.django_db
def test_rotating_leaves_what_no_key_reads() -> None:
    with override_settings(METAREC_TOKEN_KEYS=["lost"]):
        account = make_account(encrypt_token(TOKEN))
    text = account.encrypted_token

    with (
        override_settings(METAREC_TOKEN_KEYS=["new"]),
        pytest.raises(CommandError, match="1 tokens could not be read"),
    ):
        call_command("rotate_token_keys")

    account.refresh_from_db()
    assert account.encrypted_token == text
    assert rotate_tokens() == (0, 1)
