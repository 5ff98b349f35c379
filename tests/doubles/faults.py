"""What doubles can be told to get wrong, and the faults that all of them know.

A fault is a function of the turn and of values by name. It answers in the double's place, or
changes what the double would have answered.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from tests.doubles.messages import Answer, Cut, Request, text_answer


@dataclass(frozen=True, slots=True)
class Turn:
    """One request on its way to an answer; ``answer`` asks the double for the true one."""

    request: Request
    answer: Callable[[], Answer]
    stopped: Event


@dataclass(frozen=True, slots=True)
class Fault:
    """What can go wrong, and the beginnings of the paths where it does, as a regular expression."""

    play: Callable[..., Answer]
    paths: str = "/"

    def check_values(self, values: Mapping[str, Any]) -> None:
        """Raise ``TypeError`` for values that the fault does not know."""
        inspect.signature(self.play).bind(None, **values)


def name_faults(*functions: Callable[..., Answer], paths: str = "/") -> dict[str, Fault]:
    """Return faults of the same paths by the names of their functions."""
    return {function.__name__: Fault(function, paths) for function in functions}


@dataclass(slots=True)
class PlayedFault:
    """A fault that a double was told to play, and how often it still has to.

    It is for every ``every``-th request whose path begins as ``paths`` says.
    """

    name: str
    play: Callable[..., Answer]
    paths: str
    times: int | None
    every: int
    values: Mapping[str, Any] = field(default_factory=dict)
    seen: int = 0

    def takes(self, request: Request) -> bool:
        """Tell whether this request is the fault's, and count it."""
        if self.times == 0 or not re.match(self.paths, request.path):
            return False
        self.seen += 1
        if self.seen % self.every:
            return False
        if self.times is not None:
            self.times -= 1
        return True


def away(_turn: Turn, *, status: int = 503, text: str = "upstream connect error") -> Answer:
    """Answer as a service does that is down, with a text that is no JSON."""
    return text_answer(text, status)


def delayed(turn: Turn, *, seconds: float = 1.0) -> Answer:
    """Answer rightly, but late; whoever stops the double does not have to wait for it."""
    turn.stopped.wait(seconds)
    return turn.answer()


def hung_up(_turn: Turn) -> Answer:
    """Close the connection without an answer."""
    return Answer(cut=Cut.BEFORE)


def half_a_body(turn: Turn) -> Answer:
    """Announce the whole body, send half of it, and close the connection."""
    true = turn.answer()
    return Answer(true.status, true.body, true.content_type, true.headers, Cut.WITHIN)


def not_json(_turn: Turn) -> Answer:
    """Answer with success and a page of HTML, as a proxy on the way does."""
    page = b"<!doctype html><title>Please wait</title>"
    return Answer(200, page, "text/html; charset=utf-8")


COMMON = name_faults(away, delayed, hung_up, half_a_body, not_json)
