"""accounts.spotify.com: the page that asks for consent, and the token endpoint."""

import binascii
from base64 import b64decode
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.doubles.messages import Answer, Request, json_answer, text_answer
from tests.doubles.spotify.app import TOKEN_LIFE, Consent

if TYPE_CHECKING:
    from tests.doubles.spotify.server import SpotifyDouble

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Consent</title>
<h1>Not Spotify, but a double of it</h1>
<p>{client} asks for: {scopes}</p>
<form method="post">
{fields}
<fieldset><legend>Who are you?</legend>
{listeners}
</fieldset>
<button name="decision" value="agree">Agree</button>
<button name="decision" value="cancel">Cancel</button>
</form></html>"""
_PARAMETERS = (
    "client_id", "response_type", "redirect_uri", "scope", "state", "show_dialog",
)  # fmt: skip


def answer_authorize(spotify: "SpotifyDouble", request: Request) -> Answer:
    """Show the page, or send the browser back with a code or a denial."""
    values = request.form if request.method == "POST" else request.query
    asked = {name: values[name][0] for name in _PARAMETERS if name in values}
    if mistake := _find_mistake(spotify, asked):
        return text_answer(mistake, 400)
    if request.method != "POST":
        return _show_page(spotify, asked)
    listener_id = request.get_posted("listener")
    if request.get_posted("decision") == "cancel":
        return _send_back(asked, error="access_denied")
    if listener_id not in spotify.listeners:
        return text_answer("There is no such listener.", 400)
    code = spotify.issue("code")
    spotify.app.codes[code] = Consent(
        listener_id,
        frozenset(asked.get("scope", "").split()),
        spotify.clock.now(),
        asked["redirect_uri"],
    )
    return _send_back(asked, code=code)


def _find_mistake(spotify: "SpotifyDouble", asked: dict[str, str]) -> str:
    """Return what Spotify shows instead of sending anyone anywhere, empty for nothing."""
    if asked.get("client_id") != spotify.app.client_id:
        return "INVALID_CLIENT: Invalid client"
    if not spotify.app.knows_redirect(asked.get("redirect_uri", "")):
        return "INVALID_CLIENT: Invalid redirect URI"
    return "" if asked.get("response_type") == "code" else "response_type must be code"


def _show_page(spotify: "SpotifyDouble", asked: dict[str, str]) -> Answer:
    fields = "\n".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in asked.items()
    )
    listeners = "\n".join(
        f'<label><input type="radio" name="listener" value="{escape(listener.id)}" required>'
        f" {escape(listener.display_name or listener.id)}</label><br>"
        for listener in spotify.listeners.values()
    )
    page = _PAGE.format(
        client=escape(spotify.app.client_id),
        scopes=escape(asked.get("scope", "") or "nothing in particular"),
        fields=fields,
        # Who presses Cancel has no need to say who they are.
        listeners=listeners.replace(" required", " checked", 1).replace(" required", ""),
    )
    return Answer(200, page.encode(), "text/html; charset=utf-8")


def _send_back(asked: dict[str, str], **values: str) -> Answer:
    if "state" in asked:
        values["state"] = asked["state"]
    separator = "&" if "?" in asked["redirect_uri"] else "?"
    location = asked["redirect_uri"] + separator + urlencode(values)
    return Answer(302, headers={"Location": location})


def answer_token(spotify: "SpotifyDouble", request: Request) -> Answer:
    """Exchange a code or a refresh token for an access token."""
    app = spotify.app
    if not _is_client(request, app.client_id, app.client_secret):
        return refuse("invalid_client", "Invalid client")
    match request.get_posted("grant_type"):
        case "authorization_code":
            return _exchange_code(spotify, request)
        case "refresh_token":
            return _refresh(spotify, request)
        case "client_credentials":
            nobody = Consent("", frozenset(), spotify.clock.now(), "")
            return _give_tokens(spotify, nobody, is_new=False)
        case _:
            return refuse("unsupported_grant_type", "grant_type parameter is missing")


def _exchange_code(spotify: "SpotifyDouble", request: Request) -> Answer:
    consent = spotify.app.codes.pop(request.get_posted("code"), None)
    if consent is None:
        return refuse("invalid_grant", "Invalid authorization code")
    if consent.redirect_uri != request.get_posted("redirect_uri"):
        return refuse("invalid_grant", "Invalid redirect URI")
    return _give_tokens(spotify, consent, is_new=True)


def _refresh(spotify: "SpotifyDouble", request: Request) -> Answer:
    consent = spotify.app.refresh_tokens.get(request.get_posted("refresh_token"))
    if consent is None or consent.ends_at <= spotify.clock.now():
        return refuse("invalid_grant", "Refresh token revoked")
    return _give_tokens(spotify, consent, is_new=spotify.app.gives_new_refresh_tokens)


def refuse(error: str, description: str) -> Answer:
    """Return what the token endpoint says to a request that it does not grant."""
    return json_answer({"error": error, "error_description": description}, 400)


def _is_client(request: Request, client_id: str, client_secret: str) -> bool:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        given = b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    return scheme == "Basic" and given == f"{client_id}:{client_secret}"


def _give_tokens(spotify: "SpotifyDouble", consent: Consent, *, is_new: bool) -> Answer:
    access_token = spotify.issue("access")
    spotify.app.access_tokens[access_token] = replace(
        consent, expires_at=spotify.clock.now() + TOKEN_LIFE
    )
    tokens: dict[str, object] = {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": int(TOKEN_LIFE.total_seconds()),
        "scope": " ".join(sorted(consent.scopes)),
    }
    if is_new:
        tokens["refresh_token"] = refresh_token = spotify.issue("refresh")
        spotify.app.refresh_tokens[refresh_token] = consent
    return json_answer(tokens)
