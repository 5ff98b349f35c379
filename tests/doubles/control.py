"""The address by which a double that was started by hand is told what to do.

GET    /_double/requests            the recorded requests, one a line
POST   /_double/faults              {"fault": "rate_limited", "path": "/v1/me", "times": 2, …}
DELETE /_double/faults              forget all faults
POST   /_double/clock               {"days": 190}: let time pass
POST   /_double/settings            what this double can be set to
"""

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.doubles.messages import Answer, Request, text_answer

if TYPE_CHECKING:
    from tests.doubles.server import Double

CONTROL = "/_double/"


def answer_control(double: "Double", request: Request) -> Answer:
    """Do what was asked; 400 with a sentence when that makes no sense."""
    try:
        values = json.loads(request.body) if request.body else {}
        return text_answer(_control(double, request, values), 200)
    except (TypeError, ValueError) as error:
        return text_answer(f"{error}\n", 400)


def _control(double: "Double", request: Request, values: dict[str, object]) -> str:
    match request.method, request.path.removeprefix(CONTROL):
        case "GET", "requests":
            return "".join(f"{recorded}\n" for recorded in list(double.requests))
        case "POST", "faults":
            double.play(**values)  # type: ignore[arg-type]
        case "DELETE", "faults":
            double.recover()
        case "POST", "clock":
            double.clock.move(timedelta(**values))  # type: ignore[arg-type]
        case "POST", "settings":
            double.configure(values)
        case method, path:
            raise ValueError(f"{method} {path} means nothing here.")
    return "done\n"
