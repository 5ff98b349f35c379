"""Making, listing and removing cards, and what everybody sees of them."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.api.throttles import AnonymousThrottle, UserThrottle
from accounts.sharing import Card
from recommendations.cards.card import HEIGHT, VERSION, WIDTH, CardWords
from recommendations.cards.words import ARTISTS_NAMED, build_card_words
from recommendations.services.cards import (
    MAX_CARDS,
    CardGone,
    NotDiscoverable,
    TooManyCards,
    load_cards,
    make_card,
    open_card,
    remove_card,
)
from recommendations.services.listeners import ListenerNotVisible, load_visible_listener
from recommendations.services.similar_users import NotEnoughListening, SimilarUser
from recommendations.views.signed_in import SignedInRequest
from recommendations.views.throttle import refuse_too_often

_THROTTLES = (AnonymousThrottle, UserThrottle)


@login_required
@require_safe
def cards(request: SignedInRequest) -> HttpResponse:
    """List the cards that show the listener, of their own making or not."""
    return render(request, "recommendations/cards.html", {"cards": load_cards(request.user)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: SignedInRequest, user_id: int) -> HttpResponse:
    """Say what a card shows to whom, then make it and lead to it."""
    try:
        if request.method == "POST":
            return _make(request, user_id)
        listener = load_visible_listener(request.user, user_id)
    except ListenerNotVisible as error:
        raise Http404(_("There is no such listener to see.")) from error
    if listener == request.user:
        raise Http404(_("There is no such listener to see."))
    return render(request, "recommendations/make_card.html", {"listener": listener})


def _make(request: SignedInRequest, user_id: int) -> HttpResponse:
    try:
        card = make_card(request.user, user_id, language=get_language() or "en")
    except NotDiscoverable:
        messages.error(request, _("Make yourself discoverable first: a card shows your name."))
    except NotEnoughListening:
        messages.error(request, _("There is nothing to show yet: one of you has no taste profile."))
    except TooManyCards:
        text = _("You have made %(count)d cards already. Remove one of them first.")
        messages.error(request, text % {"count": MAX_CARDS})
    else:
        return redirect("recommendations:card", card.token)
    return redirect("recommendations:cards")


@login_required
@require_POST
def remove(request: SignedInRequest, card_id: int) -> HttpResponse:
    """Remove a card that shows the listener."""
    if not remove_card(request.user, card_id):
        raise Http404(_("There is no such card."))
    messages.success(request, _("The card is removed. Its address shows nothing now."))
    return redirect("recommendations:cards")


@require_safe
def card(request: HttpRequest, token: str) -> HttpResponse:
    """Show a card to whoever has its address, with what feeds show of it."""
    if (wait := refuse_too_often(request, _THROTTLES)) is not None:
        return wait
    shown, pair, words = _open(token)
    picture = reverse("recommendations:card_picture", args=[token])
    context = {
        "card": shown,
        "words": words,
        "artists": [shared.artist for shared in pair.shared_artists[:ARTISTS_NAMED]],
        "picture": picture,
        "picture_address": request.build_absolute_uri(picture),
        "address": request.build_absolute_uri(),
        "is_shown": request.user in {shown.maker, shown.sibling},
        "width": WIDTH,
        "height": HEIGHT,
    }
    response = render(request, "recommendations/card.html", context)
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def card_picture(request: HttpRequest, token: str) -> HttpResponseBase:
    """Answer with the picture, or that it is still the one that the asker has."""
    if (wait := refuse_too_often(request, _THROTTLES)) is not None:
        return wait
    _shown, _pair, words = _open(token)
    digest = hashlib.sha256(f"{VERSION} {words!r}".encode()).hexdigest()[:32]
    etag = f'"{digest}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        # Here and not above: who never draws need not hold what drawing takes.
        from recommendations.cards.picture import draw_card  # noqa: PLC0415

        response = HttpResponse(draw_card(words), content_type="image/png")
    response["ETag"] = etag
    # Kept by whoever likes, but asked about each time: a card can be gone at any moment.
    patch_cache_control(response, public=True, no_cache=True)
    return response


def _open(token: str) -> tuple[Card, SimilarUser, CardWords]:
    try:
        shown, pair = open_card(token)
    except CardGone as error:
        raise Http404(_("There is no such card.")) from error
    with translation.override(shown.language):
        return shown, pair, build_card_words(shown.maker, pair)
