"""Hides and blocks listeners for one listener, and undoes it."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.sharing import Card, UnseenListener
from recommendations.services.listeners import ListenerNotVisible, filter_willing
from recommendations.services.profile_store import lock_listeners
from recommendations.services.transactions import retried_transaction

# Chosen by us: far more than anybody hides by hand, and few for a search to leave out.
MAX_UNSEEN = 500


class TooManyUnseen(Exception):  # noqa: N818 - named for what the listener is told
    """The listener hides ``MAX_UNSEEN`` already."""


@retried_transaction
def hide_listener(user: User, user_id: int, *, is_blocked: bool) -> UnseenListener:
    """Hide a listener from this one's lists, or block them: then neither sees the other.

    Cards of the two are removed. Doing it again changes the one into the other. Raises
    ``TooManyUnseen``, and ``ListenerNotVisible`` for oneself and for whoever does not let this
    listener see them.
    """
    lock_listeners([user.pk])
    unseen = filter_willing(user, User.objects.filter(pk=user_id).exclude(pk=user.pk)).first()
    if unseen is None:
        raise ListenerNotVisible(user_id)
    others = UnseenListener.objects.filter(user=user).exclude(unseen=unseen)
    if others.count() >= MAX_UNSEEN:
        raise TooManyUnseen
    pair = [user, unseen]
    Card.objects.filter(maker__in=pair, sibling__in=pair).delete()
    row, _is_new = UnseenListener.objects.update_or_create(
        user=user, unseen=unseen, defaults={"is_blocked": is_blocked}
    )
    return row


def show_again(user: User, user_id: int) -> None:
    """Undo a hiding or a block; whether there was one is not told."""
    listener = User.objects.filter(pk=user_id)
    UnseenListener.objects.filter(user=user, unseen__in=listener).delete()


def load_unseen_listeners(user: User) -> list[UnseenListener]:
    """Return whom this listener hid and blocked, with their accounts, the latest first.

    Who does not let the listener see them any more is left out, as if their account was deleted;
    the row holds all the same.
    """
    return list(filter_shown_unseen(user))


def filter_shown_unseen(user: User) -> QuerySet[UnseenListener]:
    """Return the same as a query."""
    willing = filter_willing(user, User.objects.all()).values("pk")
    rows = UnseenListener.objects.filter(user=user, unseen__in=willing)
    return rows.select_related("unseen").order_by("-hidden_at", "-pk")
