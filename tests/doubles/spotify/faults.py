"""What Spotify is known to get wrong, or to answer when something is wrong with a token or app."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.doubles.faults import Turn, name_faults
from tests.doubles.messages import Answer, json_answer, text_answer
from tests.doubles.spotify.accounts import refuse
from tests.doubles.spotify.api import NO_PREMIUM, NOT_REGISTERED, error_answer


# --- The token endpoint ------------------------------------------------------------------------
def invalid_grant(_turn: Turn, *, description: str = "Refresh token revoked") -> Answer:
    """Say that the code or refresh token is dead."""
    return refuse("invalid_grant", description)


# --- Errors of the API -------------------------------------------------------------------------
def rate_limited(_turn: Turn, *, retry_after_s: int | None = None, as_text: bool = False) -> Answer:
    """Answer 429, with ``Retry-After`` only where it is given."""
    answer = (
        text_answer("Too many requests", 429)
        if as_text
        else error_answer(429, "API rate limit exceeded")
    )
    return _tell_wait(answer, retry_after_s)


def quota_exceeded(_turn: Turn, *, retry_after_s: int | None = None) -> Answer:
    """Answer 429 as for a developer account whose quota is used up."""
    answer = error_answer(
        429, "Too many requests", deviation="error_with_reason", reason="QUOTA_EXCEEDED"
    )
    return _tell_wait(answer, retry_after_s)


def _tell_wait(answer: Answer, retry_after_s: int | None) -> Answer:
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return replace(answer, headers=headers)


def expired_token(_turn: Turn) -> Answer:
    """Say that the access token expired."""
    return error_answer(401, "The access token expired")


def spurious_401(_turn: Turn) -> Answer:
    """Say that a valid token is missing; it passes on retry."""
    return error_answer(401, "Access token missing")


def not_registered(_turn: Turn, *, as_text: bool = True) -> Answer:
    """Say that the listener is not on the app's list of users."""
    return text_answer(NOT_REGISTERED, 403) if as_text else error_answer(403, NOT_REGISTERED)


def no_premium(_turn: Turn) -> Answer:
    """Say that the app's owner does not pay."""
    return error_answer(403, NO_PREMIUM)


def insufficient_scope(_turn: Turn, *, status: int = 403) -> Answer:
    """Say that the consent is too small; 401 was seen too, in other words."""
    message = "Permissions missing" if status == 401 else "Insufficient client scope"
    return error_answer(status, message)


def forbidden(_turn: Turn) -> Answer:
    """Say that the endpoint is closed to this app."""
    return error_answer(403, "Forbidden")


# --- Answers with something missing ------------------------------------------------------------
def _change(turn: Turn, change: Callable[[Any], object], deviation: str = "") -> Answer:
    """Change the true answer's value, unless it is an error."""
    true = turn.answer()
    if true.status != 200:
        return true
    value = true.load()
    change(value)
    return json_answer(value, deviation=deviation)


def _change_each(turn: Turn, change: Callable[[Any], object], deviation: str = "") -> Answer:
    """Change each object of the true answer: the items of a list, or the one object."""

    def change_all(value: Any) -> None:
        for item in value.get("items", [value]):
            change(item)

    return _change(turn, change_all, deviation)


def null_genres(turn: Turn) -> Answer:
    """Send artists whose genres are null."""
    return _change_each(turn, lambda artist: artist.update(genres=None), "null_genres")


def without_genres(turn: Turn) -> Answer:
    """Send artists without genres."""
    return _change_each(turn, lambda artist: artist.pop("genres"))


def without_email(turn: Turn) -> Answer:
    """Send a user without an address; in Development Mode nobody has one anyway."""
    return _change_each(turn, lambda user: user.pop("email", None))


def without_account_id(turn: Turn) -> Answer:
    """Send a user without ``account_id``."""
    return _change_each(turn, lambda user: user.pop("account_id"))


def without_isrc(turn: Turn) -> Answer:
    """Send tracks without an ISRC."""
    return _change_each(turn, lambda track: track["external_ids"].pop("isrc"))


def local_file(turn: Turn) -> Answer:
    """Send a list whose first track is a file of the listener's own, which has no id."""
    return _change(turn, lambda page: _make_local(page["items"][0]), "local_file")


def _make_local(track: dict[str, Any]) -> None:
    nothing: dict[str, Any] = {"external_urls": {}, "href": None, "id": None, "uri": None}
    uri = "spotify:local:::A+file+of+mine:181"
    track.update({**nothing, "external_ids": {}, "is_local": True, "uri": uri})
    track["artists"] = [{**artist, **nothing} for artist in track["artists"]]
    track["album"].update({**nothing, "images": [], "artists": [], "release_date": None})


def empty_list(turn: Turn) -> Answer:
    """Send an empty list."""
    return _change(turn, lambda page: page.update(items=[], next=None, total=0))


FAULTS = {
    **name_faults(invalid_grant, paths="/api/token"),
    **name_faults(
        rate_limited, quota_exceeded, expired_token, spurious_401, not_registered, no_premium,
        insufficient_scope, forbidden,
        paths="/v1/",
    ),
    **name_faults(without_email, without_account_id, paths="/v1/me$"),
    **name_faults(null_genres, without_genres, paths="/v1/(me/top/)?artists"),
    **name_faults(without_isrc, paths="/v1/(me/top/)?tracks"),
    **name_faults(local_file, paths="/v1/me/top/tracks"),
    **name_faults(empty_list, paths="/v1/me/top/"),
}  # fmt: skip
