"""Every error leaves the API in one shape, made here and nowhere else.

The shape: ``{"error": {"code": "not_found", "message": "…", "details": {}}}``.
"""

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts.api.tokens import TokenNotFound, TooManyTokens
from accounts.webhooks.hooks import TooManyWebhooks, WebhookNotFound
from recommendations.api.parsers import BodyTooLarge
from recommendations.index.base import IndexUnavailable
from recommendations.servers_away import SERVERS_AWAY
from recommendations.services.cards import CardGone, NotDiscoverable, TooManyCards
from recommendations.services.catalogue_search import SearchUnavailable, TrackNotFound
from recommendations.services.chosen_artists import ArtistNotFound
from recommendations.services.clusters import ClusterNotFound
from recommendations.services.compare_links import TooManyLinks
from recommendations.services.disconnect import OnlyWayIn
from recommendations.services.exclusions import (
    ExclusionNotFound,
    NothingToExclude,
    TooManyExclusions,
)
from recommendations.services.facets import NoSuchFacet
from recommendations.services.listeners import ListenerNotVisible
from recommendations.services.similar_users import NotEnoughListening
from recommendations.services.spotify_playlists import (
    NothingAtSpotify,
    PlaylistConsentNeeded,
    PlaylistNotFound,
    TooManyPlaylists,
)
from recommendations.services.syncs import NothingConnected, TooSoon
from recommendations.services.unseen_listeners import TooManyUnseen
from recommendations.services.uploads import (
    UPLOADS_RETRY_AFTER_S,
    NothingToDecide,
    TooManyUploads,
    UploadNotFound,
)

logger = logging.getLogger(__name__)

# Chosen by us: a writer waits for another at most 30 s, so soon after it is worth another try.
BUSY_RETRY_AFTER_S = 5


class NotEnoughListeningYet(exceptions.APIException):
    """The listener has no profile; ``missing`` says what it would take."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("There is not enough listening yet.")
    default_code = "not_enough_listening"


class Unavailable(exceptions.APIException):
    """The database or Redis does not answer just now."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("The site is busy. Nothing was changed; try again soon.")
    default_code = "unavailable"


class SimilarUsersUnavailable(Unavailable):
    """The index does not answer just now; everything else does."""

    default_detail = _(
        "Similar users are not available just now. Nothing was lost; try again soon."
    )


class CatalogueUnavailable(Unavailable):
    """The index of tracks and artists does not answer just now; everything else does."""

    default_detail = _("The search is not available just now. Nothing was lost; try again soon.")


class TooMuchForNow(exceptions.Throttled):
    """The listener has uploads that are not finished, or brought many today."""

    default_detail = _("You have brought much already. Wait until it is imported.")
    extra_detail_singular = extra_detail_plural = ""

    def __init__(self) -> None:
        super().__init__(wait=UPLOADS_RETRY_AFTER_S)


class TooMany(exceptions.APIException):
    """The listener has as many of something as they can; one has to go first."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("You have as many as you can. Remove one first.")
    default_code = "too_many"


class NotDiscoverableYet(exceptions.APIException):
    """What the listener wants to make would show them to everybody."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("Make yourself discoverable first: a card shows your name.")
    default_code = "not_discoverable"


class NothingConnectedYet(exceptions.APIException):
    """The listener has no account at a music service that can be read."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("No account is connected that can be read. Connect one first.")
    default_code = "nothing_connected"


class TokensFull(exceptions.APIException):
    """The user has as many personal tokens as one may have."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("You have as many personal tokens as one may have. Revoke one first.")
    default_code = "too_many_tokens"


class WebhooksFull(exceptions.APIException):
    """The user has as many webhooks as one may have."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("You have as many webhooks as one may have. Remove one first.")
    default_code = "too_many_webhooks"


class SetAPasswordFirst(exceptions.APIException):
    """Without the account at the service the listener could not sign in any more."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("You sign in by this account alone. Set a password first.")
    default_code = "only_way_in"


class NoDecisionWanted(exceptions.APIException):
    """The upload does not wait for a decision."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("This upload does not wait for a decision.")
    default_code = "nothing_to_decide"


class PlaylistNotPermitted(exceptions.APIException):
    """Spotify's permission does not cover playlists."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("Spotify has not been asked for permission yet. Do that on the site's page.")
    default_code = "playlist_consent_needed"


class NothingKnownAtSpotify(exceptions.APIException):
    """Of no track of the playlist Spotify's id is known."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _(
        "Spotify's ids are known of none of these tracks, so that it cannot make the list."
    )
    default_code = "nothing_at_spotify"


class EnoughPlaylists(exceptions.Throttled):
    """The listener had many playlists made today."""

    default_detail = _("You had many playlists made today. Come again tomorrow.")
    extra_detail_singular = extra_detail_plural = ""


class ReadJustNow(exceptions.Throttled):
    """The listener's accounts were read only just now."""

    default_detail = _("Your accounts were read only just now. Ask again later.")
    extra_detail_singular = extra_detail_plural = ""


class InternalError(exceptions.APIException):
    """A fault of ours; the log has the details."""

    default_detail = _("Something went wrong on our side. It has been noted.")
    default_code = "internal_error"


_ANSWERS: tuple[tuple[type[Exception], type[exceptions.APIException]], ...] = (
    (ListenerNotVisible, exceptions.NotFound),
    (UploadNotFound, exceptions.NotFound),
    (TokenNotFound, exceptions.NotFound),
    (TooManyTokens, TokensFull),
    (WebhookNotFound, exceptions.NotFound),
    (TooManyWebhooks, WebhooksFull),
    (ExclusionNotFound, exceptions.NotFound),
    (NothingToExclude, exceptions.NotFound),
    (TooManyExclusions, TooMany),
    (PlaylistNotFound, exceptions.NotFound),
    (PlaylistConsentNeeded, PlaylistNotPermitted),
    (NothingAtSpotify, NothingKnownAtSpotify),
    (TooManyPlaylists, EnoughPlaylists),
    (NoSuchFacet, exceptions.NotFound),
    (ClusterNotFound, exceptions.NotFound),
    (ArtistNotFound, exceptions.NotFound),
    (TrackNotFound, exceptions.NotFound),
    (TooManyUploads, TooMuchForNow),
    (NothingToDecide, NoDecisionWanted),
    (OnlyWayIn, SetAPasswordFirst),
    (TooManyCards, TooMany),
    (TooManyLinks, TooMany),
    (CardGone, exceptions.NotFound),
    (NotDiscoverable, NotDiscoverableYet),
    (TooManyUnseen, TooMany),
    (Http404, exceptions.NotFound),
    (NotEnoughListening, NotEnoughListeningYet),
    (NothingConnected, NothingConnectedYet),
    (PermissionDenied, exceptions.PermissionDenied),
    (RequestDataTooBig, BodyTooLarge),
    *((kind, Unavailable) for kind in SERVERS_AWAY),
    (SearchUnavailable, CatalogueUnavailable),
    (IndexUnavailable, SimilarUsersUnavailable),
)


def exception_handler(exception: Exception, context: Mapping[str, Any]) -> Response:
    """Answer an exception; DRF calls this for everything that a view raises."""
    error = _as_api_exception(exception)
    if error.status_code >= status.HTTP_500_INTERNAL_SERVER_ERROR:
        request = context["request"]
        logger.error("%s %s failed", request.method, request.path, exc_info=exception)
    set_rollback()
    body = {"code": _code(error), "message": _message(error), "details": _details(error, exception)}
    return Response({"error": body}, status=error.status_code, headers=_headers(error))


def _as_api_exception(exception: Exception) -> exceptions.APIException:
    if isinstance(exception, exceptions.APIException):
        return exception
    if isinstance(exception, TooSoon):
        return ReadJustNow(wait=exception.retry_after_s)
    for kind, answer in _ANSWERS:
        if isinstance(exception, kind):
            return answer()
    return InternalError()


def _code(error: exceptions.APIException) -> str:
    return error.default_code if _is_per_field(error) else str(error.get_codes())


def _message(error: exceptions.APIException) -> str:
    return str(error.default_detail if _is_per_field(error) else error.detail)


def _details(error: exceptions.APIException, exception: Exception) -> dict[str, Any]:
    if isinstance(exception, NotEnoughListening):
        return {"missing": list(exception.missing)}
    if (wait_s := _wait_s(error)) is not None:
        return {"retry_after_s": wait_s}
    if isinstance(error.detail, dict):
        return error.detail
    return {"non_field_errors": error.detail} if isinstance(error.detail, list) else {}


def _is_per_field(error: exceptions.APIException) -> bool:
    return isinstance(error.detail, dict | list)


def _wait_s(error: exceptions.APIException) -> int | None:
    if isinstance(error, Unavailable):
        return BUSY_RETRY_AFTER_S
    if isinstance(error, exceptions.Throttled):
        wait_s: int | None = error.wait  # type: ignore[attr-defined] # set by its __init__
        return wait_s
    return None


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        # Set by DRF when the answer is 401.
        header: str | None = getattr(error, "auth_header", None)
        headers = {"WWW-Authenticate": header} if header else {}
    if (wait_s := _wait_s(error)) is not None:
        headers = {"Retry-After": str(wait_s)}
    return headers
