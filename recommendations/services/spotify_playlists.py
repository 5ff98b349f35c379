"""Makes shared playlists at Spotify, one call at a time, as the outbound queue allows.

A call that is known not to have been carried out is made again later; one that may have been is
not, since that would make a second playlist or put every track into it twice.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import F

from accounts.consent import (
    forget_playlist_scope,
    load_readable_accounts,
    may_make_playlists,
)
from accounts.models import MusicAccount, User
from accounts.spotify import build_client
from accounts.spotify_errors import SpotifyError
from recommendations.models import SpotifyPlaylist
from recommendations.service_errors import (
    ConsentNeeded,
    QuotaExceeded,
    RateLimited,
    ServiceAway,
    ServiceError,
)
from recommendations.services.outbound import (
    MINIMUM_GAPS,
    compute_wait,
    note_away,
    note_quota_exceeded,
    note_rate_limited,
    note_success,
    reserve_call,
)
from recommendations.services.playlist_errors import PlaylistError
from recommendations.services.playlist_files import name_playlist
from recommendations.services.profile_store import lock_listeners
from recommendations.services.shared_playlist import SharedPlaylist
from recommendations.services.sync_calls import LONGEST_CALL
from recommendations.services.sync_errors import translate_spotify_error
from recommendations.services.transactions import retried_transaction
from recommendations.sources.spotify_playlists import SpotifyPlaylists, UnsureWhether

logger = logging.getLogger(__name__)

Connect = Callable[[MusicAccount], SpotifyPlaylists]

SPOTIFY = MusicAccount.Service.SPOTIFY
# Chosen by us: more than anybody makes by hand, and few of the calls that all share.
MOST_A_DAY = 20
# Chosen by us, as for syncs.
MAX_FAILURES = 6
_WAITS = (timedelta(seconds=20), timedelta(minutes=5))
KEPT = timedelta(days=30)
_LONGEST_NAME = 100
UNMADE = (SpotifyPlaylist.State.WAITING, SpotifyPlaylist.State.CALLING)


class PlaylistConsentNeeded(Exception):  # noqa: N818 - named for what the listener is told
    """No account is connected, or its permission does not cover playlists."""


class NothingAtSpotify(Exception):  # noqa: N818 - named for what the listener is told
    """Of no track of the playlist Spotify's id is known."""


class TooManyPlaylists(Exception):  # noqa: N818 - named for what the listener is told
    """The listener had as many made today as can be."""


class PlaylistNotFound(Exception):  # noqa: N818 - named for what the listener is told
    """There is no such playlist, or it is another listener's; the two look the same."""


def is_permitted(user: User, now: datetime) -> bool:
    """Return whether the listener's permission at Spotify covers playlists."""
    return _find_account(user, now) is not None


@retried_transaction
def start_playlist(playlist: SharedPlaylist, now: datetime) -> SpotifyPlaylist:
    """Note that the playlist is to be made for ``playlist.user``; the task makes it.

    One that is not finished yet is returned in its place. Raises ``PlaylistConsentNeeded``,
    ``NothingAtSpotify`` and ``TooManyPlaylists``.
    """
    account = _find_account(playlist.user, now)
    if account is None:
        raise PlaylistConsentNeeded
    track_ids = [one.track.spotify_id for one in playlist.tracks if one.track.spotify_id]
    if not track_ids:
        raise NothingAtSpotify
    lock_listeners([account.user_id])
    own = SpotifyPlaylist.objects.filter(account=account)
    unfinished = own.filter(state__in=UNMADE).first()
    if unfinished is not None:
        return unfinished
    if own.filter(asked_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooManyPlaylists
    return SpotifyPlaylist.objects.create(
        account=account,
        name=name_playlist(playlist)[:_LONGEST_NAME],
        track_ids=track_ids,
        next_call_at=now,
        asked_at=now,
    )


def load_playlist(user: User, playlist_id: int) -> SpotifyPlaylist:
    """Return one of a listener's playlists. Raises ``PlaylistNotFound``."""
    playlist = SpotifyPlaylist.objects.filter(account__user=user, pk=playlist_id).first()
    if playlist is None:
        raise PlaylistNotFound(playlist_id)
    return playlist


def continue_playlist(
    playlist_id: int, now: datetime, connect: Connect | None = None
) -> datetime | None:
    """Make the next call for a playlist, if one may be made now; return when to come back.

    None means that nothing is left to do. Of several processes one makes the call.
    """
    waiting = SpotifyPlaylist.objects.filter(pk=playlist_id, state=SpotifyPlaylist.State.WAITING)
    playlist = waiting.select_related("account").first()
    if playlist is None:
        return None
    if playlist.next_call_at > now:
        return playlist.next_call_at
    wait_until = reserve_call(SPOTIFY, now)
    if wait_until is not None:
        return wait_until
    claimed = waiting.filter(next_call_at=playlist.next_call_at).update(
        state=SpotifyPlaylist.State.CALLING,
        next_call_at=now + LONGEST_CALL,
        failures=F("failures") + 1,
    )
    return _call(playlist, now, connect or _connect) if claimed else None


def sweep_playlists(now: datetime) -> list[int]:
    """Fail what a process died over, forget what is old, and return what waits for a call."""
    stuck = SpotifyPlaylist.objects.filter(
        state=SpotifyPlaylist.State.CALLING, next_call_at__lt=now
    )
    stuck.update(state=SpotifyPlaylist.State.FAILED, error=PlaylistError.UNSURE)
    SpotifyPlaylist.objects.filter(asked_at__lt=now - KEPT).exclude(state__in=UNMADE).delete()
    due = SpotifyPlaylist.objects.filter(state=SpotifyPlaylist.State.WAITING, next_call_at__lte=now)
    return list(due.order_by("next_call_at").values_list("pk", flat=True))


def _find_account(user: User, now: datetime) -> MusicAccount | None:
    account = load_readable_accounts(now).filter(user=user, service=SPOTIFY).first()
    return account if account is not None and may_make_playlists(account) else None


def _connect(account: MusicAccount) -> SpotifyPlaylists:
    return SpotifyPlaylists(build_client(account))


def _call(playlist: SpotifyPlaylist, now: datetime, connect: Connect) -> datetime | None:
    try:
        service = connect(playlist.account)
    except SpotifyError as error:
        # Nothing was asked for yet, so that it is safe to come again.
        return _note_failure(playlist, translate_spotify_error(error), now)
    try:
        if not playlist.playlist_id:
            made = service.make(playlist.name)
            note_success(SPOTIFY)
            following = now + MINIMUM_GAPS[SPOTIFY]
            _save(playlist, playlist_id=made, failures=0, error="", next_call_at=following)
            return following
        service.fill(playlist.playlist_id, playlist.track_ids)
    except ServiceError as error:
        return _note_failure(playlist, error, now)
    note_success(SPOTIFY)
    _save(playlist, state=SpotifyPlaylist.State.DONE, error="", failures=0)
    logger.info(
        "playlist=%d account=%d tracks=%d",
        playlist.pk,
        playlist.account_id,
        len(playlist.track_ids),
    )
    return None


def _note_failure(playlist: SpotifyPlaylist, error: ServiceError, now: datetime) -> datetime | None:
    """Wait, or give up: what the kind of error asks for. Returns when to come back."""
    logger.info("playlist=%d error=%s: %s", playlist.pk, type(error).__name__, error)
    match error:
        case RateLimited(retry_after_s=retry_after_s):
            note = note_quota_exceeded if isinstance(error, QuotaExceeded) else note_rate_limited
            until = note(SPOTIFY, now, retry_after_s)
            _save(playlist, failures=0, error=PlaylistError.LATER, next_call_at=until)
            return until
        case UnsureWhether():
            note_away(SPOTIFY, now)
            _fail(playlist, PlaylistError.UNSURE)
        case ServiceAway():
            if playlist.failures + 1 >= MAX_FAILURES:
                _fail(playlist, PlaylistError.GAVE_UP)
                return None
            at = now + compute_wait(playlist.failures + 1, _WAITS)
            _save(playlist, error=PlaylistError.AWAY, next_call_at=at)
            return at
        case ConsentNeeded():
            forget_playlist_scope(playlist.account_id)
            _fail(playlist, PlaylistError.CONSENT_NEEDED)
        case _:
            _fail(playlist, PlaylistError.NOT_ALLOWED)
    return None


def _fail(playlist: SpotifyPlaylist, error: PlaylistError) -> None:
    _save(playlist, state=SpotifyPlaylist.State.FAILED, error=error)


def _save(playlist: SpotifyPlaylist, **values: object) -> None:
    """Write into the row, unless it is gone by now; it waits for the next call if nothing else."""
    values = {"state": SpotifyPlaylist.State.WAITING, **values}
    own = SpotifyPlaylist.objects.filter(pk=playlist.pk, state=SpotifyPlaylist.State.CALLING)
    own.update(**values)
