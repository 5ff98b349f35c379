"""A program that receives webhooks."""

from typing import ClassVar

from tests.doubles.messages import Answer, Request, text_answer
from tests.doubles.server import Double


class ReceiverDouble(Double):
    """Takes whatever is sent, and keeps it as it came."""

    name: ClassVar[str] = "receiver"

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.received: list[Request] = []
        self.answers = Answer(204)

    def answer(self, request: Request) -> Answer:
        """Keep the request, and answer as was chosen."""
        self.received.append(request)
        return self.answers

    def refuse(self, status: int) -> None:
        """Answer with another status from now on."""
        self.answers = text_answer("No.", status, {"Location": f"{self.url}/elsewhere"})
