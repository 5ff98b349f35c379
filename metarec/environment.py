"""Typed readers of environment variables; a value that cannot be read stops start-up.

Only ``settings.py`` calls these.
"""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def env_text(name: str, default: str) -> str:
    """Return the variable, or the default when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def env_boolean(name: str, *, default: bool) -> bool:
    """Return the variable as a boolean: 1, true, yes, 0, false or no."""
    text = env_text(name, "yes" if default else "no").lower()
    if text not in _BOOLEANS:
        raise ImproperlyConfigured(f"{name} is {text!r}: write yes or no.")
    return _BOOLEANS[text]


def env_choice(name: str, default: str, choices: Sequence[str]) -> str:
    """Return the variable, which must be one of the choices."""
    text = env_text(name, default)
    if text not in choices:
        raise ImproperlyConfigured(f"{name} is {text!r}: write one of {', '.join(choices)}.")
    return text


def env_list(name: str, default: Sequence[str]) -> list[str]:
    """Return the variable's comma-separated parts."""
    return [part.strip() for part in env_text(name, ",".join(default)).split(",") if part.strip()]


def env_secret(name: str, fallback_file: Path) -> str:
    """Return the variable, or a secret kept in a file that only its owner can read."""
    text = env_text(name, "")
    if text:
        return text
    try:
        descriptor = os.open(fallback_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return fallback_file.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        secret = secrets.token_urlsafe(64)
        file.write(secret)
    return secret
