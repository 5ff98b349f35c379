"""Unlinks an account at a music service, and removes all that came from it."""

import logging
from collections.abc import Collection
from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db.models import Exists, OuterRef, QuerySet

from accounts.consent import CONSENT_LASTS, KEPT_AT_MOST, KEPT_WITHOUT_CONSENT
from accounts.models import MusicAccount, User
from accounts.music_services import Service
from recommendations.index.base import IndexUnavailable
from recommendations.models import (
    AudioFeatures,
    Source,
    SpotifyPlaylist,
    Sync,
    TopArtist,
    TopTrack,
)
from recommendations.services.catalogue_changes import record_catalogue_changes
from recommendations.services.indexing import catch_up_index
from recommendations.services.profiles import mark_stale, recompute_profiles
from recommendations.services.transactions import retried_transaction

logger = logging.getLogger(__name__)


class OnlyWayIn(Exception):  # noqa: N818 - the name says what it is
    """Without this account the listener could not sign in any more."""


def disconnect(user: User, service: Service) -> None:
    """Unlink the account; its token and all listening that came from it are gone at once.

    What came from elsewhere stays, and the profile is that of what is left, in the index too. A
    sync that is going on finds its row gone. Raises ``OnlyWayIn`` where it is all that the listener
    signs in with.
    """
    _disconnect(user, service)
    _catch_up_index()


@retried_transaction
def _disconnect(user: User, service: Service) -> None:
    locked = _lock(user.pk)
    if locked is None:
        return
    if is_only_way_in(locked, service):
        raise OnlyWayIn
    MusicAccount.objects.filter(user=locked, service=service).delete()
    SocialAccount.objects.filter(user=locked, provider=service).delete()
    _remove_listening(locked.pk, Source(service))
    logger.info("user=%d disconnected service=%s", locked.pk, service)


def is_only_way_in(user: User, service: Service) -> bool:
    """Return whether the listener signs in by this account and has no password."""
    signs_in = SocialAccount.objects.filter(user=user, provider=service)
    return not user.has_usable_password() and signs_in.exists()


def delete_what_nobody_permits(now: datetime) -> int:
    """Delete what came from Spotify and is kept without a permission; return of how many listeners.

    That is the listening of those whose permission ended some days ago, and of those without a
    link, of whom there should be none. The link itself stays as the way to sign in. It is logged
    as a warning if anything was there beyond five days, or if the index may hold it still.
    """
    late = _find_kept_without_permission(now - KEPT_AT_MOST)
    if late:
        logger.warning("Spotify data was kept beyond five days: users=%s", late)
    found = _find_kept_without_permission(now - KEPT_WITHOUT_CONSENT)
    for user_id in found:
        _delete_without_permission(user_id, now - KEPT_WITHOUT_CONSENT)
    orphans = _delete_orphaned_features(None)
    _catch_up_index()
    logger.info("Deleted Spotify data without a permission: users=%s features=%d", found, orphans)
    return len(found)


def _catch_up_index() -> None:
    """Remove at once from an index that processes share what is removed here."""
    try:
        catch_up_index()
    except IndexUnavailable as error:
        logger.warning("The index may hold what was deleted until the next sweep: %s", error)


def _find_kept_without_permission(since: datetime) -> list[int]:
    """Return the listeners who have given no permission since then, ascending."""
    permitted = _permitted(since)
    is_permitted = Exists(permitted.filter(user_id=OuterRef("user_id")))
    tracks = TopTrack.objects.filter(~is_permitted, source=Source.SPOTIFY)
    artists = TopArtist.objects.filter(~is_permitted, source=Source.SPOTIFY)
    tokens = MusicAccount.objects.filter(~is_permitted, service=Service.SPOTIFY)
    syncs = Sync.objects.filter(account__service=Service.SPOTIFY).exclude(account__in=permitted)
    return sorted(
        {*tracks.values_list("user_id", flat=True).distinct()}
        | {*artists.values_list("user_id", flat=True).distinct()}
        | {*tokens.exclude(encrypted_token="").values_list("user_id", flat=True)}
        | {*syncs.values_list("account__user_id", flat=True).distinct()}
    )


@retried_transaction
def _delete_without_permission(user_id: int, since: datetime) -> None:
    # Locked before it is asked again: the listener may be connecting at this moment.
    if _lock(user_id) is None or _permitted(since).filter(user_id=user_id).exists():
        return
    account = MusicAccount.objects.filter(user_id=user_id, service=Service.SPOTIFY)
    Sync.objects.filter(account__in=account).delete()
    SpotifyPlaylist.objects.filter(account__in=account).delete()
    account.update(encrypted_token="")
    _remove_listening(user_id, Source.SPOTIFY)


def _permitted(since: datetime) -> "QuerySet[MusicAccount]":
    """Return the links to Spotify whose permission lives, or still lived then."""
    links = MusicAccount.objects.filter(
        service=Service.SPOTIFY, authorized_at__gt=since - CONSENT_LASTS
    )
    return links.exclude(consent_lost_at__lte=since)


def _lock(user_id: int) -> User | None:
    return User.objects.select_for_update(no_key=True).filter(pk=user_id).first()


def _remove_listening(user_id: int, source: Source) -> None:
    """Remove a listener's lists of the source, and what hangs on them alone."""
    lists = TopTrack.objects.filter(user_id=user_id, source=source)
    track_ids = set(lists.values_list("track_id", flat=True))
    lists.delete()
    TopArtist.objects.filter(user_id=user_id, source=source).delete()
    mark_stale([user_id])
    recompute_profiles([user_id])
    # Last: it locks the counter of the catalogue, and who holds that must not wait for another.
    if source == Source.SPOTIFY:
        _delete_orphaned_features(track_ids)


@retried_transaction
def _delete_orphaned_features(track_ids: Collection[int] | None) -> int:
    """Delete Spotify's features of tracks, or of these tracks, that nobody's list names."""
    features = AudioFeatures.objects.filter(provider=AudioFeatures.Provider.SPOTIFY)
    if track_ids is not None:
        features = features.filter(track_id__in=track_ids)
    is_listed = Exists(TopTrack.objects.filter(track_id=OuterRef("track_id")))
    orphaned = list(features.filter(~is_listed).values_list("pk", flat=True))
    AudioFeatures.objects.filter(pk__in=orphaned).delete()
    record_catalogue_changes(track_ids=orphaned)
    return len(orphaned)
