"""Tokens of music services at rest: encrypted, and re-encrypted when the keys change.

The keys are derived from the secrets in ``settings.METAREC_TOKEN_KEYS``: the first encrypts, all
of them decrypt. https://cryptography.io/en/latest/fernet/
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction

from accounts.models import MusicAccount

# Apart from whatever else the same secret may be used for.
_PURPOSE = b"metarec: tokens of music services"
_FERNET_KEY_SIZE = 32


def encrypt_token(info: Mapping[str, Any]) -> str:
    """Return the token as text that only the site's keys can read."""
    return _box().encrypt(json.dumps(dict(info)).encode()).decode()


def decrypt_token(text: str) -> dict[str, Any] | None:
    """Return the token, or None where there is none that the site's keys can read."""
    try:
        info = json.loads(_box().decrypt(text.encode()))
    except (InvalidToken, ValueError):
        return None
    return info if isinstance(info, dict) else None


def rotate_tokens() -> tuple[int, int]:
    """Encrypt every token by the first key; return how many were, and how many no key reads.

    A permission that was lost because no key read its token is there again once one does.
    """
    rotated = unreadable = 0
    for account_id in MusicAccount.objects.exclude(encrypted_token="").values_list("pk", flat=True):
        with transaction.atomic():
            # Locked: a token that is refreshed meanwhile must not be put back.
            account = MusicAccount.objects.select_for_update().filter(pk=account_id).first()
            if account is None or not account.encrypted_token:
                continue
            try:
                text = _box().rotate(account.encrypted_token.encode()).decode()
            except InvalidToken:
                unreadable += 1
                continue
            row = MusicAccount.objects.filter(pk=account_id)
            row.update(encrypted_token=text, consent_lost_at=None)
            rotated += 1
    return rotated, unreadable


def _box() -> MultiFernet:
    return _build_box(tuple(settings.METAREC_TOKEN_KEYS))


@cache
def _build_box(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derive_key(secret)) for secret in secrets])


def _derive_key(secret: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=_FERNET_KEY_SIZE, salt=None, info=_PURPOSE)
    return urlsafe_b64encode(derivation.derive(secret.encode()))
