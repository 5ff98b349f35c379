"""The site tried without an account: a few artists, and the listeners nearest to them at once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.api.throttles import AnonymousThrottle, UserThrottle
from recommendations.index.base import IndexUnavailable
from recommendations.models import Artist
from recommendations.services.catalogue_search import (
    MAX_TEXT_LENGTH,
    SearchUnavailable,
    search_artists,
)
from recommendations.services.chosen_artists import (
    FEWEST_ARTISTS,
    MOST_ARTISTS,
    find_users_by_artists,
    load_artists,
)
from recommendations.services.first_steps import is_newcomer
from recommendations.services.front_page import load_front_page
from recommendations.services.similar_users import SimilarUser
from recommendations.views.retry_after import INDEX_RETRY_AFTER_S
from recommendations.views.throttle import refuse_too_often

logger = logging.getLogger(__name__)

# Chosen by us: few enough to be read at a glance; one more letter brings others.
SUGGESTIONS_SHOWN = 8
# Chosen by us: enough to see what the site does.
SIMILAR_USERS_SHOWN = 5
# As columns of ids have it; the database takes none beyond.
_LARGEST_ID = 2**31 - 1
_MOST_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """An artist, and the query of the choice with them or, if they are in it, without them."""

    artist: Artist
    query: str


@dataclass(frozen=True, slots=True)
class Example:
    """Artists to begin with, and the query that chooses them."""

    artists: list[Artist]
    query: str


@dataclass(slots=True)
class Trial:
    """What somebody has chosen so far, and what there is to choose."""

    artists: list[Artist]
    text: str
    suggestions: list[Artist] = field(default_factory=list)
    similar_users: list[SimilarUser] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    is_search_away: bool = False
    fewest: int = FEWEST_ARTISTS
    most: int = MOST_ARTISTS
    max_length: int = MAX_TEXT_LENGTH

    @property
    def query(self) -> str:
        """The query of what is chosen."""
        return _query(self.artists)

    @property
    def chosen(self) -> list[Choice]:
        """What is chosen, each with the query that gives it up."""
        return [
            Choice(artist, _query([other for other in self.artists if other != artist]))
            for artist in self.artists
        ]

    @property
    def offered(self) -> list[Choice]:
        """What was found and is not chosen yet, each with the query that adds it."""
        return [
            Choice(artist, _query([*self.artists, artist]))
            for artist in self.suggestions
            if artist not in self.artists
        ]

    @property
    def is_full(self) -> bool:
        """Whether no more can be chosen."""
        return len(self.artists) >= self.most

    @property
    def missing(self) -> int:
        """How many more it takes."""
        return max(0, self.fewest - len(self.artists))


@require_safe
def try_it(request: HttpRequest) -> HttpResponse:
    """Show the listeners nearest to the artists in the address, and let others be chosen."""
    ids = _read_ids(request.GET.getlist("artist"))
    text = request.GET.get("q", "")[:MAX_TEXT_LENGTH].strip()
    throttles = [AnonymousThrottle, UserThrottle]
    refusal = refuse_too_often(request, throttles) if ids or text else None
    if refusal is not None:
        return _finish(request, refusal)
    trial = Trial(load_artists(ids), text)
    _suggest(trial)
    if request.headers.get("HX-Target") == "suggestions":
        part = render(request, "recommendations/_suggestions.html", {"trial": trial})
        return _finish(request, part)
    return _finish(request, _answer(request, trial))


def present_examples(groups: Sequence[list[Artist]]) -> list[Example]:
    """Return groups of artists to begin with, each with its query."""
    return [Example(artists, _query(artists)) for artists in groups]


def _suggest(trial: Trial) -> None:
    if not trial.text or trial.is_full:
        return
    try:
        trial.suggestions = search_artists(trial.text, limit=SUGGESTIONS_SHOWN)
    except SearchUnavailable as error:
        logger.warning("The search is not available: %s", error)
        trial.is_search_away = True


def _answer(request: HttpRequest, trial: Trial) -> HttpResponse:
    trial.examples = present_examples(load_front_page().examples)
    context = {
        "trial": trial,
        "is_partial": "HX-Request" in request.headers,
        "is_newcomer": is_newcomer(request.user),
    }
    if trial.missing:
        return render(request, "recommendations/try_it.html", context)
    try:
        trial.similar_users = find_users_by_artists(
            request.user, trial.artists, limit=SIMILAR_USERS_SHOWN
        )
    except IndexUnavailable as error:
        logger.warning("Similar users of chosen artists are not available: %s", error)
        context["is_away"] = True
        response = render(request, "recommendations/try_it.html", context, status=503)
        response["Retry-After"] = str(INDEX_RETRY_AFTER_S)
        return response
    return render(request, "recommendations/try_it.html", context)


def _read_ids(texts: Sequence[str]) -> list[int]:
    """Return the ids that are some, each once, as many as can be chosen."""
    ids = [int(text) for text in texts if text.isdecimal() and len(text) <= _MOST_DIGITS]
    return list(dict.fromkeys(pk for pk in ids if pk <= _LARGEST_ID))[:MOST_ARTISTS]


def _query(artists: Sequence[Artist]) -> str:
    return urlencode([("artist", artist.pk) for artist in artists])


def _finish(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep the answer out of caches: who hides has to be gone at once.

    htmx shows nothing of what failed, so that the browser has to open the page itself.
    """
    if response.status_code >= HTTPStatus.BAD_REQUEST and "HX-Request" in request.headers:
        response["HX-Redirect"] = request.get_full_path()
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
