"""What doubles are asked and what they answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Cut(Enum):
    """Where the connection ends although the answer is not whole."""

    BEFORE = "before"  # not a byte is sent
    WITHIN = "within"  # half of the body is sent, and its whole length announced


@dataclass(frozen=True, slots=True)
class Request:
    """A request; the path has no slash at its end, names of headers are in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    form: Mapping[str, list[str]]
    body: bytes

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of this name in the query."""
        return self.query.get(name, [default])[0]

    def get_posted(self, name: str) -> str:
        """Return the first value of this name in the form, empty when there is none."""
        return self.form.get(name, [""])[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back. ``deviation`` names what the service is known to answer otherwise than
    its description says; conformity is then checked without that part.
    """  # noqa: D205 - one thought

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: Cut | None = None
    deviation: str = ""

    @property
    def is_json(self) -> bool:
        """Whether the body says that it is JSON."""
        return self.content_type.startswith("application/json")

    def load(self) -> Any:
        """Return the value of a JSON body."""
        return json.loads(self.body)


def json_answer(
    value: object, status: int = 200, *, headers: Mapping[str, str] | None = None,
    deviation: str = "",
) -> Answer:  # fmt: skip
    """Return an answer with a JSON body."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(status, body, "application/json", headers or {}, deviation=deviation)


def text_answer(text: str, status: int, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer of plain text."""
    return Answer(status, text.encode(), headers=headers or {})
