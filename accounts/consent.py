"""How long a listener's permission to read an account lasts.

Spotify's ends six months after it was given, whatever is refreshed in between, and sooner if the
listener takes it back: https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens
The other services need none.
"""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts.models import MusicAccount
from accounts.music_services import services_on

# Six months are at least so long: from September to March.
CONSENT_LASTS = timedelta(days=181)
# How long before its end the pages ask for a new one.
REMIND_BEFORE = timedelta(weeks=5)
# What was obtained from Spotify has to be deleted within five days once the permission is gone:
# https://developer.spotify.com/terms, appendix A 5. A day before, chosen by us: a site that stands
# still for some hours is not late.
KEPT_AT_MOST = timedelta(days=5)
KEPT_WITHOUT_CONSENT = timedelta(days=4)

# Only what the site reads. https://developer.spotify.com/documentation/web-api/concepts/scopes
WANTED_SCOPES = frozenset({"user-top-read"})

# Asked for only when a listener wants a playlist made.
PLAYLIST_SCOPE = "playlist-modify-private"

_SPOTIFY = MusicAccount.Service.SPOTIFY


def consent_ends_at(account: MusicAccount) -> datetime | None:
    """Return when the permission ends or ended, None where none is needed."""
    if account.service != _SPOTIFY:
        return None
    by_itself = (account.authorized_at or account.linked_at) + CONSENT_LASTS
    return min(by_itself, account.consent_lost_at or by_itself)


def is_consent_lost(account: MusicAccount, now: datetime) -> bool:
    """Return whether the account cannot be read until the listener connects it again."""
    ends_at = consent_ends_at(account)
    if ends_at is None:
        return False
    return ends_at <= now or not account.encrypted_token or not has_wanted_scopes(account)


def is_consent_ending(account: MusicAccount, now: datetime) -> bool:
    """Return whether it is time to ask for a new permission, or past that."""
    ends_at = consent_ends_at(account)
    if ends_at is None:
        return False
    return ends_at - REMIND_BEFORE <= now or is_consent_lost(account, now)


def is_consent_too_small(account: MusicAccount, now: datetime) -> bool:
    """Return whether the permission lives, but for less than the site reads by now."""
    ends_at = consent_ends_at(account)
    is_living = ends_at is not None and ends_at > now and bool(account.encrypted_token)
    return is_living and not has_wanted_scopes(account)


def has_wanted_scopes(account: MusicAccount) -> bool:
    """Return whether the permission covers all that the site reads today."""
    return account.service != _SPOTIFY or set(account.scopes.split()) >= WANTED_SCOPES


def may_make_playlists(account: MusicAccount) -> bool:
    """Return whether the listener has permitted private playlists to be made for them."""
    return account.service == _SPOTIFY and PLAYLIST_SCOPE in account.scopes.split()


def forget_playlist_scope(account_id: int) -> None:
    """Note that the permission does not cover playlists any more."""
    account = MusicAccount.objects.filter(pk=account_id).first()
    if account is not None and may_make_playlists(account):
        kept = [scope for scope in account.scopes.split() if scope != PLAYLIST_SCOPE]
        MusicAccount.objects.filter(pk=account_id, scopes=account.scopes).update(
            scopes=" ".join(kept)
        )


def data_is_deleted_at(account: MusicAccount) -> datetime | None:
    """Return when what came from the account is deleted unless it is connected again."""
    ends_at = consent_ends_at(account)
    return None if ends_at is None else ends_at + KEPT_WITHOUT_CONSENT


def load_readable_accounts(now: datetime) -> QuerySet[MusicAccount]:
    """Return the accounts that may be read: of services that are on, with a living permission."""
    living = Q(consent_lost_at=None, authorized_at__gt=now - CONSENT_LASTS) & ~Q(encrypted_token="")
    for scope in WANTED_SCOPES:
        living &= Q(scopes__contains=scope)
    return MusicAccount.objects.filter(
        ~Q(service=_SPOTIFY) | living, service__in=services_on(), user__is_active=True
    )
