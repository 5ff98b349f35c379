"""The Spotify double: both hosts on one address, with an app, listeners and faults."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from tests.doubles.messages import Answer, Request, text_answer
from tests.doubles.server import Double
from tests.doubles.spotify.accounts import answer_authorize, answer_token
from tests.doubles.spotify.api import answer_api
from tests.doubles.spotify.app import MOST_USERS, App
from tests.doubles.spotify.conformity import check_conformity
from tests.doubles.spotify.faults import FAULTS
from tests.doubles.spotify.objects import Objects
from tests.doubles.spotify.world import make_listeners

# Where django-allauth takes callbacks; without a port, so that a site may listen on any.
REDIRECT_URI = "http://127.0.0.1/accounts/spotify/login/callback/"

TIMEOUT_S = 10


class SpotifyDouble(Double):
    """accounts.spotify.com and api.spotify.com for one app, in Development Mode at first."""

    name = "spotify"
    own_faults = FAULTS

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.accounts_url = self.url
        self.api_url = f"{self.url}/v1"
        self.listeners = make_listeners()
        self.app = App()
        self.app.register(REDIRECT_URI)
        for listener_id in list(self.listeners)[:MOST_USERS]:
            self.app.allow(listener_id)
        self.secrets.add(self.app.client_secret)

    @property
    def objects(self) -> Objects:
        """What makes the API's objects in the app's mode."""
        return Objects(self.api_url, self.app.is_extended)

    def issue(self, kind: str) -> str:
        """Return a new code or token, which no record may show."""
        token = self.app.issue(kind)
        self.secrets.add(token)
        return token

    def answer(self, request: Request) -> Answer:
        """Answer for the host that the path belongs to."""
        if request.path == "/authorize":
            return answer_authorize(self, request)
        if request.path == "/api/token" and request.method == "POST":
            return answer_token(self, request)
        if request.path.startswith("/v1/"):
            return answer_api(self, request)
        return text_answer("Not found", 404)

    def check(self, request: Request, answer: Answer) -> None:
        """Hold the Web API's JSON against its description."""
        if answer.is_json and request.path.startswith("/v1/"):
            check_conformity(request, answer, is_extended=self.app.is_extended)

    def configure(self, values: Mapping[str, Any]) -> None:
        """Take ``is_extended``, ``has_premium``, ``gives_new_refresh_tokens`` and ``users``."""
        known = {"is_extended", "has_premium", "gives_new_refresh_tokens", "users"}
        if unknown := values.keys() - known:
            raise ValueError(f"These are no settings: {', '.join(sorted(unknown))}.")
        for name, value in values.items():
            setattr(self.app, name, value)

    def sign_in(self, listener_id: str = "ada", *, scope: str = "user-top-read") -> dict[str, Any]:
        """Let the listener consent and return what the token endpoint answers to the code."""
        asked = {
            "client_id": self.app.client_id,
            "response_type": "code",
            "redirect_uri": REDIRECT_URI,
            "scope": scope,
        }
        back = self.consent(f"{self.accounts_url}/authorize?{urlencode(asked)}", listener_id)
        code = parse_qs(urlsplit(back).query)["code"][0]
        tokens: dict[str, Any] = requests.post(
            f"{self.accounts_url}/api/token",
            data={"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI},
            auth=(self.app.client_id, self.app.client_secret),
            timeout=TIMEOUT_S,
        ).json()
        return tokens

    def consent(self, authorize_url: str, listener_id: str = "ada", *, agrees: bool = True) -> str:
        """Do in the listener's browser what an authorize address asks for.

        Returns the address to which the browser is sent back.
        """
        asked = {key: values[0] for key, values in parse_qs(urlsplit(authorize_url).query).items()}
        decision = {"listener": listener_id, "decision": "agree" if agrees else "cancel"}
        url = f"{self.accounts_url}/authorize"
        answer = requests.post(url, data=asked | decision, allow_redirects=False, timeout=TIMEOUT_S)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]
