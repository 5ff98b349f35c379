"""Links by which a friend compares themselves with a listener, discoverable or not."""

import secrets
from datetime import datetime

from accounts.models import User
from accounts.sharing import CompareLink
from recommendations.services.listeners import ListenerNotVisible, are_apart
from recommendations.services.profile_store import lock_listeners
from recommendations.services.transactions import retried_transaction

# Chosen by us: a link for each friend, and a list that can be looked through.
MAX_LINKS = 20
# 192 bits: nobody guesses an address, however often they try.
TOKEN_BYTES = 24


class TooManyLinks(Exception):  # noqa: N818 - named for what the listener is told
    """The listener has ``MAX_LINKS`` already."""


@retried_transaction
def make_compare_link(maker: User, name: str) -> CompareLink:
    """Return a new link; raise ``TooManyLinks``."""
    lock_listeners([maker.pk])
    if CompareLink.objects.filter(maker=maker).count() >= MAX_LINKS:
        raise TooManyLinks
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return CompareLink.objects.create(maker=maker, name=name, token=token)


def load_compare_links(maker: User) -> list[CompareLink]:
    """Return a listener's links, the latest first."""
    return list(CompareLink.objects.filter(maker=maker).order_by("-made_at", "-pk"))


def revoke_compare_link(maker: User, link_id: int) -> bool:
    """End one of the listener's own links and tell whether there was such a one."""
    deleted, _by_model = CompareLink.objects.filter(maker=maker, pk=link_id).delete()
    return bool(deleted)


def follow_compare_link(viewer: User, token: str, now: datetime) -> User:
    """Return the maker of a link, and note that it was used unless by the maker.

    Raises ``ListenerNotVisible`` if there is no such link, or none between these two: one of them
    blocked the other, or the maker's account is locked.
    """
    link = CompareLink.objects.select_related("maker").filter(token=token).first()
    if link is None or not link.maker.is_active or are_apart(viewer, link.maker):
        raise ListenerNotVisible(token)
    if link.maker != viewer:
        CompareLink.objects.filter(pk=link.pk).update(last_used_at=now)
    return link.maker


def follow_friends_link(viewer: User, token: str, now: datetime) -> User:
    """Return the maker of a link as ``follow_compare_link`` does, but never the viewer."""
    maker = follow_compare_link(viewer, token, now)
    if maker == viewer:
        raise ListenerNotVisible(token)
    return maker
