"""Tokens of music services and secrets of webhooks at rest: encrypted, anew when keys change.

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
from django.db.models import Manager

from accounts.models import MusicAccount, Webhook

# Apart from whatever else the same secret may be used for.
_PURPOSE = b"metarec: tokens of music services"
_FERNET_KEY_SIZE = 32
# Whatever is encrypted, and what becomes of its row once a key reads it.
_ENCRYPTED: tuple[tuple[Manager[Any], str, Mapping[str, object]], ...] = (
    (MusicAccount.objects, "encrypted_token", {"consent_lost_at": None}),
    (Webhook.objects, "encrypted_secret", {}),
)


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
    """Encrypt all tokens and secrets by the first key; return how many were, and were unreadable.

    A permission that was lost because no key read its token is there again once one does.
    """
    rotated = unreadable = 0
    for table, column, values in _ENCRYPTED:
        for pk in table.exclude(**{column: ""}).values_list("pk", flat=True):
            outcome = _rotate(table, pk, column, values)
            rotated += outcome is True
            unreadable += outcome is False
    return rotated, unreadable


@transaction.atomic
def _rotate(table: Manager[Any], pk: int, column: str, values: Mapping[str, object]) -> bool | None:
    """Tell whether a key reads the row's text, None where there is none any more."""
    # Locked: a token that is refreshed meanwhile must not be put back.
    rows = table.filter(pk=pk)
    text = rows.select_for_update().values_list(column, flat=True).first()
    if not text:
        return None
    try:
        rotated = _box().rotate(text.encode()).decode()
    except InvalidToken:
        return False
    rows.update(**{column: rotated}, **values)
    return True


def _box() -> MultiFernet:
    return _build_box(tuple(settings.METAREC_TOKEN_KEYS))


@cache
def _build_box(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derive_key(secret)) for secret in secrets])


def _derive_key(secret: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=_FERNET_KEY_SIZE, salt=None, info=_PURPOSE)
    return urlsafe_b64encode(derivation.derive(secret.encode()))
