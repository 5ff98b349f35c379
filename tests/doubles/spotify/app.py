"""The app as it stands in the double's dashboard, with the consents that were given to it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import SplitResult, urlsplit

from tests.doubles.clock import add_months

# Development Mode: so many users besides nobody.
MOST_USERS = 5
TOKEN_LIFE = timedelta(seconds=3600)
REFRESH_TOKEN_MONTHS = 6


@dataclass(slots=True)
class Consent:
    """What a listener allowed, from when on; both tokens stand for it."""

    listener_id: str
    scopes: frozenset[str]
    authorized_at: datetime
    redirect_uri: str = ""
    expires_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """When the refresh tokens die, whatever was refreshed in between."""
        return add_months(self.authorized_at, REFRESH_TOKEN_MONTHS)


@dataclass(slots=True)
class App:
    """The registered app and its codes and tokens."""

    client_id: str = "doubled-client"
    client_secret: str = "doubled-client-secret"
    has_premium: bool = True
    is_extended: bool = False
    gives_new_refresh_tokens: bool = False
    redirect_uris: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    codes: dict[str, Consent] = field(default_factory=dict)
    access_tokens: dict[str, Consent] = field(default_factory=dict)
    refresh_tokens: dict[str, Consent] = field(default_factory=dict)
    _issued: int = 0

    def register(self, redirect_uri: str) -> None:
        """Register an address. Raises ``ValueError`` unless it is HTTPS or a loopback literal."""
        parts = urlsplit(redirect_uri)
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts)):
            raise ValueError(
                f"{redirect_uri!r} is not secure: write https, http://127.0.0.1 or http://[::1]."
            )
        self.redirect_uris.append(redirect_uri)

    def knows_redirect(self, redirect_uri: str) -> bool:
        """Tell whether the address is a registered one, letter by letter.

        A loopback address that was registered without a port may be used with any.
        """
        parts = urlsplit(redirect_uri)
        without_port = parts._replace(netloc=parts.netloc.rsplit(":", 1)[0]).geturl()
        return redirect_uri in self.redirect_uris or (
            _is_loopback(parts) and parts.port is not None and without_port in self.redirect_uris
        )

    def allow(self, listener_id: str) -> None:
        """Put a listener on the list of users. Raises ``ValueError`` for the sixth."""
        if len(self.users) == MOST_USERS and not self.is_extended:
            raise ValueError(f"An app in Development Mode has at most {MOST_USERS} users.")
        self.users.append(listener_id)

    def allows(self, listener_id: str) -> bool:
        """Tell whether the API may be asked about this listener."""
        return self.is_extended or listener_id in self.users

    def issue(self, kind: str) -> str:
        """Return a code or token that is nobody's yet."""
        self._issued += 1
        return f"{kind}-" + sha256(f"{kind} {self._issued}".encode()).hexdigest()

    def revoke(self, listener_id: str) -> None:
        """Forget all that this listener allowed, as their account page does it."""
        for tokens in (self.codes, self.access_tokens, self.refresh_tokens):
            for token in [key for key, own in tokens.items() if own.listener_id == listener_id]:
                del tokens[token]


def _is_loopback(parts: SplitResult) -> bool:
    return parts.hostname in {"127.0.0.1", "::1"}
