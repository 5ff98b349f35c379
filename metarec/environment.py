"""Typed readers of environment variables; a value that cannot be read stops start-up.

Only ``settings.py`` reads. No other module may touch the environment: the linter forbids it.
"""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

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


def env_integer(name: str, default: int, *, low: int, high: int) -> int:
    """Return the variable as a whole number from low to high."""
    text = env_text(name, str(default))
    # isdecimal alone would take digits of other scripts, and int would take "1_000".
    if not (text.isascii() and text.isdecimal() and low <= int(text) <= high):
        raise ImproperlyConfigured(f"{name} is {text!r}: write a number from {low} to {high}.")
    return int(text)


def env_address(name: str, example: str) -> str:
    """Return the variable, which must be an http address with its port; empty when it is unset."""
    text = env_text(name, "")
    try:
        parts = urlsplit(text)
        is_complete = parts.scheme in {"http", "https"} and bool(parts.hostname and parts.port)
    except ValueError:
        is_complete = False
    if text and not is_complete:
        raise ImproperlyConfigured(f"{name} is {text!r}: write an address such as {example}.")
    return text


def env_url(name: str, default: str) -> str:
    """Return the variable, which must be an http address, or the default when it is unset."""
    text = env_text(name, default)
    try:
        parts = urlsplit(text)
        is_url = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_url = False
    if text and not (is_url and text.isascii()):
        raise ImproperlyConfigured(f"{name} is {text!r}: write an address that begins with https.")
    return text


def env_secret(name: str, fallback_file: Path) -> str:
    """Return the variable, or a secret kept in a file that only its owner can read.

    The file appears complete or not at all, and processes that start at once agree on it.
    """
    text = env_text(name, "")
    if text:
        return text
    if not fallback_file.exists():
        with tempfile.NamedTemporaryFile("w", dir=fallback_file.parent) as draft:
            draft.write(secrets.token_urlsafe(64))
            draft.flush()
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, fallback_file)
    return fallback_file.read_text().strip()


def child_environment(**variables: str) -> dict[str, str]:
    """Return this process's environment with some variables set, for a child process."""
    return {**os.environ, **variables}
