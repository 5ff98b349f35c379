"""Links accounts at music services to listeners: step 1 of the data's way."""

from datetime import datetime
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.dispatch import Signal

from accounts.models import MusicAccount, User
from accounts.music_services import Service
from accounts.spotify import SpotifyProfile
from accounts.spotify_tokens import store_token

# Sent with ``account_id`` once a link, new or renewed, is committed: it can be read now.
account_linked = Signal()


class NotLinked(Exception):  # noqa: N818 - the name says what it is
    """The account cannot be this listener's."""


class AlreadyProven(NotLinked):
    """It is proven to be another listener's."""


class AnotherLinked(NotLinked):
    """The listener has another account at the service linked; that has to go first."""


def find_account_id(profile: SpotifyProfile) -> str:
    """Return what Spotify's account is known by on this site.

    Spotify may leave out the id that never changes. Who was known by the other one until now is
    known by the permanent one from now on, and the other way round nobody is taken for new.
    """
    known = MusicAccount.objects.filter(service=Service.SPOTIFY)
    if not profile.account_id:
        row = known.filter(name=profile.name_id).first()
        return profile.name_id if row is None else row.account_id
    with transaction.atomic():
        signs_in = SocialAccount.objects.filter(provider=Service.SPOTIFY)
        if profile.name_id and not signs_in.filter(uid=profile.account_id).exists():
            signs_in.filter(uid=profile.name_id).update(uid=profile.account_id)
            known.filter(account_id=profile.name_id).update(account_id=profile.account_id)
    return profile.account_id


def link_spotify(
    user: User, account_id: str, name_id: str, token: dict[str, Any], now: datetime
) -> MusicAccount:
    """Link the listener's Spotify account, or renew the permission, with a token just given.

    Raises ``NotLinked``.
    """
    account = MusicAccount(
        account_id=account_id,
        name=name_id,
        is_verified=True,
        authorized_at=now,
        consent_lost_at=None,
        token_claimed_until=None,
    )
    store_token(account, token)
    return _link(user, Service.SPOTIFY, account)


def link_by_name(user: User, service: Service, name: str, *, is_verified: bool) -> MusicAccount:
    """Link the account of this name at a service that knows people by name.

    Without a proof several listeners may link the same one, unless it is proven to be somebody's.
    Raises ``NotLinked``.
    """
    return _link(user, service, MusicAccount(account_id=name, name=name, is_verified=is_verified))


def _link(user: User, service: Service, wanted: MusicAccount) -> MusicAccount:
    try:
        with transaction.atomic():
            return _store(user, service, wanted)
    except IntegrityError:
        # Another request was faster.
        raise AlreadyProven from None


def _store(user: User, service: Service, wanted: MusicAccount) -> MusicAccount:
    # Locked: whoever disconnects or deletes the account meanwhile waits, or is waited for.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    same = MusicAccount.objects.filter(service=service, account_id__iexact=wanted.account_id)
    if same.filter(is_verified=True).exclude(user=user).exists():
        raise AlreadyProven
    held = MusicAccount.objects.filter(user=user, service=service).first()
    if held is not None and held.account_id.lower() != wanted.account_id.lower():
        raise AnotherLinked
    if held is not None:
        wanted.pk, wanted.linked_at = held.pk, held.linked_at
        # What was proven once stays so.
        wanted.is_verified |= held.is_verified
    wanted.user, wanted.service = user, service
    wanted.save()

    def tell() -> None:  # Django logs it by its name, which a partial has not.
        account_linked.send(sender=None, account_id=wanted.pk)

    transaction.on_commit(tell, robust=True)
    return wanted
