"""Cards that a listener shares of themselves and another, and who ends them."""

import secrets

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.sharing import Card, UnseenListener
from recommendations.services.compare_links import TOKEN_BYTES
from recommendations.services.comparison import compare_listeners
from recommendations.services.listeners import ListenerNotVisible, load_visible_listener
from recommendations.services.profile_store import lock_listeners
from recommendations.services.similar_users import NotEnoughListening, SimilarUser
from recommendations.services.transactions import retried_transaction
from recommendations.services.visibility import load_unseen

# Chosen by us: a card for each sibling that anybody shows, and a list that can be looked through.
MAX_CARDS = 50
_SHOWN = ("is_active", "is_discoverable")


class TooManyCards(Exception):  # noqa: N818 - named for what the listener is told
    """The listener has made ``MAX_CARDS`` already."""


class NotDiscoverable(Exception):  # noqa: N818 - named for what the listener is told
    """The maker is not discoverable, and a card would show them to everybody."""


class CardGone(Exception):  # noqa: N818 - named for what the viewer is told
    """There is no such card, or none that may be seen; the two look the same."""


def make_card(maker: User, user_id: int, *, language: str) -> Card:
    """Return the card of a listener and another, made if there is none.

    Raises ``ListenerNotVisible`` for oneself and for whom the maker does not see or hides,
    ``NotDiscoverable``, ``NotEnoughListening`` and ``TooManyCards``.
    """
    sibling = load_visible_listener(maker, user_id)
    if sibling == maker or sibling.pk in load_unseen(maker):
        raise ListenerNotVisible(user_id)
    if not maker.is_discoverable:
        raise NotDiscoverable
    compare_listeners(maker, sibling)
    return _find_or_make(maker, sibling, language)


@retried_transaction
def _find_or_make(maker: User, sibling: User, language: str) -> Card:
    lock_listeners([maker.pk])
    cards = Card.objects.filter(maker=maker)
    if cards.exclude(sibling=sibling).count() >= MAX_CARDS:
        raise TooManyCards
    made = {"token": secrets.token_urlsafe(TOKEN_BYTES), "language": language}
    card, _is_new = Card.objects.get_or_create(maker=maker, sibling=sibling, defaults=made)
    return card


def load_cards(user: User) -> list[Card]:
    """Return the cards that show this listener, whoever of the two made them, the latest first."""
    return list(filter_shown_cards(user))


def filter_shown_cards(user: User) -> QuerySet[Card]:
    """Return the same as a query."""
    own = Q(maker=user) | Q(sibling=user)
    return _load_shown().filter(own).order_by("-made_at", "-pk")


def remove_card(user: User, card_id: int) -> bool:
    """Remove a card for good, as either of the two may; tell whether there was such a one."""
    own = Card.objects.filter(Q(maker=user) | Q(sibling=user), pk=card_id)
    deleted, _by_model = own.delete()
    return bool(deleted)


def open_card(token: str) -> tuple[Card, SimilarUser]:
    """Return a card and what there is to say of the two just now; raise ``CardGone``."""
    card = _load_shown().filter(token=token).first()
    if card is None:
        raise CardGone
    try:
        return card, compare_listeners(card.maker, card.sibling)
    except NotEnoughListening as error:
        raise CardGone from error


def _load_shown() -> QuerySet[Card]:
    """Return the cards that may be seen, with both accounts.

    Hiding and blocking remove cards; that nobody is shown who should not be does not hang on it.
    """
    unseen = UnseenListener.objects.filter(
        Q(user=OuterRef("maker"), unseen=OuterRef("sibling"))
        | Q(user=OuterRef("sibling"), unseen=OuterRef("maker"))
    )
    both = {f"{side}__{state}": True for side in ("maker", "sibling") for state in _SHOWN}
    return Card.objects.filter(~Exists(unseen), **both).select_related("maker", "sibling")
