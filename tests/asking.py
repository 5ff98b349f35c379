"""Sends the requests of the table of addresses."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import ApiToken, User
from tests.addresses import SIGN_IN, Answer, Answers


class Asking:
    """Sends requests of the three; what they change is undone each time."""

    def __init__(self, listeners: Mapping[str, User]) -> None:
        """Sign them in."""
        self._pages: dict[str, Client] = {"anonymous": Client()}
        self._tokens: dict[str, str] = {}
        for name in ("other", "owner"):
            self._pages[name] = Client()
            self._pages[name].force_login(listeners[name])
            self._tokens[name] = ApiToken.objects.create(user=listeners[name])[1]

    def ask(
        self,
        asker: str,
        method: str,
        address: str,
        body: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Return the response."""
        client = self._client(asker, is_api=address.startswith("/api/"))
        is_json = isinstance(client, APIClient) and "files" not in body
        form = (
            {"format": "json" if is_json else "multipart"} if isinstance(client, APIClient) else {}
        )
        with transaction.atomic():
            response = getattr(client, method.lower())(
                address, body or None, headers=headers, **form
            )
            if response.streaming:
                list(response)  # read to the end, which closes the file
            transaction.set_rollback(True)
        return response

    def use_token(self, asker: str, token: str) -> None:
        """Send this token in place of the one that signing in gave."""
        self._tokens[asker] = token

    def _client(self, asker: str, *, is_api: bool) -> Client:
        if is_api:
            program = APIClient(raise_request_exception=False)
            if asker in self._tokens:
                program.credentials(HTTP_AUTHORIZATION=f"Token {self._tokens[asker]}")
            return program
        # One of its own each time: who signs out would stay so.
        client = Client(raise_request_exception=False)
        client.cookies.load({key: one.value for key, one in self._pages[asker].cookies.items()})
        return client


def fill(route: str, values: Mapping[str, object]) -> str:
    """Return the address."""
    return "/" + re.sub(r"<\w+:(\w+)>", lambda part: str(values[part[1]]), route)


def fill_body(answers: Answers, values: Mapping[str, object]) -> Mapping[str, Any]:
    """Return what is sent."""

    def value_of(sent: object) -> object:
        if isinstance(sent, bytes):
            return SimpleUploadedFile("listening.json", sent)
        if isinstance(sent, str) and sent.startswith("{"):
            return values[sent.strip("{}")]
        return sent

    return {key: value_of(sent) for key, sent in answers.body.items()}


def answer_of(response: Any) -> Answer:
    """Return the status, or that one is led to the page for signing in."""
    leads_to = response.headers.get("Location", "")
    is_sign_in = response.status_code == 302 and leads_to.startswith("/accounts/login/?next=")
    return SIGN_IN if is_sign_in else int(response.status_code)
