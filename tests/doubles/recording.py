"""Requests as they are kept and shown: without tokens, codes and secrets."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.doubles.messages import Answer, Cut, Request

_SECRET_NAMES = frozenset(
    {
        "access_token", "api_key", "api_sig", "client_secret", "code", "code_verifier",
        "csrfmiddlewaretoken", "refresh_token", "sk", "state", "token",
    }
)  # fmt: skip
HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request and what became of it; secrets are replaced by ``HIDDEN``."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    form: Mapping[str, list[str]]
    body: str
    user_agent: str
    authorization: str
    status: int
    fault: str

    def __str__(self) -> str:
        """Return one line for people."""
        values = " ".join(
            f"{name}={','.join(entries)}" for name, entries in {**self.query, **self.form}.items()
        )
        parts = [
            f"{self.method} {self.path}",
            values,
            self.body,
            f"[{self.authorization}]" if self.authorization else "",
            f"-> {self.status}" if self.status else "-> connection closed",
            f"(fault: {self.fault})" if self.fault else "",
        ]
        return " ".join(part for part in parts if part)


def record(request: Request, answer: Answer, fault: str, secrets: Iterable[str]) -> RecordedRequest:
    """Return what may be shown of a request and its answer."""

    def hide(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, HIDDEN)
        return text

    def hide_values(values: Mapping[str, list[str]]) -> dict[str, list[str]]:
        return {
            name: [HIDDEN] if name in _SECRET_NAMES else [hide(entry) for entry in entries]
            for name, entries in values.items()
        }

    return RecordedRequest(
        request.method,
        hide(request.path),
        hide_values(request.query),
        hide_values(request.form),
        "" if request.form else hide(request.body.decode(errors="replace")),
        hide(request.headers.get("user-agent", "")),
        # Only the scheme: what follows is the secret.
        re.sub(r"(?<=\S) .*", f" {HIDDEN}", request.headers.get("authorization", "")),
        0 if answer.cut is Cut.BEFORE else answer.status,
        fault,
    )
