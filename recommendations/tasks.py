"""Celery's doorways: each task calls one service."""

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts import sessions
from accounts.models import MusicAccount
from accounts.webhooks import deliveries
from recommendations.index.base import IndexUnavailable
from recommendations.models import Sync
from recommendations.services import (
    catalogue_indexing,
    clustering,
    describe,
    disconnect,
    evaluate_ranking,
    feature_answers,
    import_history,
    indexing,
    mapping,
    new_similar_users,
    places,
    profiles,
    spotify_playlists,
    sync_calls,
    syncs,
    uploads,
)

logger = logging.getLogger(__name__)

# Beat asks each minute, and a run may take longer: one goes on at a time. In seconds, chosen by
# us: how long one that was killed is waited for.
_CLUSTERING_KEY = "clusters:computing"
_MAPPING_KEY = "map:computing"
_POPULATION_S = 660
# Changes come faster than they can be taken over one by one, so that one task takes all that are
# there when it begins. In seconds, chosen by us: how long a task that was lost is waited for.
_CATCH_UP_KEY = "index:catch-up-waits"
_CATCH_UP_CATALOGUE_KEY = "index:catalogue-catch-up-waits"
_CATCH_UP_S = 10
# Of all that have tracks described one goes on at a time. In seconds, chosen by us: a call that
# may be made later than this is left to beat.
_ANSWERING_KEY = "features:next-call-waits"
_SOON_S = 60
# Of each service one task waits to carry syncs on. In seconds, chosen by us: how long one that was
# lost is waited for, beyond its time.
_CALLING_KEY = "syncs:next-call-waits:{service}"
_LOST_AFTER_S = 15
# In seconds, as often as beat sweeps the outbox of webhooks.
_SWEEP_S = 10


# Chosen by us: one listener takes milliseconds, so a task beyond this hangs. The sweep works in
# batches of which each is a transaction, so what a limit cuts off the next sweep takes up.
@shared_task(soft_time_limit=60, time_limit=90)
def recompute_profile(user_id: int) -> None:
    """Recompute one listener's profile, and put them where they belong now."""
    profiles.recompute_profiles([user_id])
    places.place_listener(user_id)


@shared_task(soft_time_limit=60, time_limit=90)
def place_listener(user_id: int) -> None:
    """Put a listener where they belong since their profile was computed."""
    places.place_listener(user_id)


@shared_task(soft_time_limit=600, time_limit=660)
def recompute_stale_profiles() -> None:
    """Recompute what waits; beat calls this every minute."""
    profiles.recompute_stale_profiles()


@shared_task(soft_time_limit=600, time_limit=_POPULATION_S)
def compute_clusters_if_changed() -> None:
    """Find the clusters anew once enough has changed; beat calls this every minute."""
    if cache.add(_CLUSTERING_KEY, value=True, timeout=_POPULATION_S):
        try:
            clustering.compute_clusters_if_changed()
        finally:
            cache.delete(_CLUSTERING_KEY)


@shared_task(soft_time_limit=600, time_limit=_POPULATION_S)
def compute_map_if_changed() -> None:
    """Draw the map anew once enough has changed, else place who is missing; each minute."""
    if cache.add(_MAPPING_KEY, value=True, timeout=_POPULATION_S):
        try:
            if not mapping.compute_map_if_changed():
                places.place_missed()
        finally:
            cache.delete(_MAPPING_KEY)


@shared_task(soft_time_limit=600, time_limit=660)
def describe_tracks(track_ids: list[int]) -> None:
    """Check these tracks' features again and recompute who listens to them."""
    describe.describe_tracks(track_ids)
    profiles.recompute_stale_profiles()


@shared_task(soft_time_limit=90, time_limit=120)
def answer_feature_questions(*, goes_on: bool = False) -> None:
    """Have tracks described by one call, and go on while there are more.

    Beat calls this, and begins anew what was cut off; while another goes on, it does nothing.
    """
    if goes_on:
        cache.delete(_ANSWERING_KEY)
    elif cache.get(_ANSWERING_KEY):
        return
    answers = feature_answers.answer_feature_questions(timezone.now())
    if answers.next_call_at is None:
        if goes_on or answers.asked:
            profiles.recompute_stale_profiles()
        return
    wait_s = max(0.0, (answers.next_call_at - timezone.now()).total_seconds())
    if wait_s < _SOON_S and cache.add(_ANSWERING_KEY, value=True, timeout=wait_s + _SOON_S):
        answer_feature_questions.apply_async(kwargs={"goes_on": True}, countdown=wait_s)


@shared_task(soft_time_limit=600, time_limit=660)
def delete_dead_sessions() -> None:
    """Delete sessions that nobody can use any more; beat calls this every hour."""
    sessions.delete_dead_sessions(timezone.now())


@shared_task(soft_time_limit=600, time_limit=660)
def catch_up_index() -> None:
    """Take changes over into the shared index; beat calls this every minute, too."""
    cache.delete(_CATCH_UP_KEY)
    try:
        indexing.catch_up_index()
    except IndexUnavailable as error:
        logger.warning("The index is not caught up, the next sweep tries again: %s", error)


@shared_task(soft_time_limit=600, time_limit=660)
def catch_up_catalogue() -> None:
    """Take changes of tracks and artists over into the shared index; beat calls this, too."""
    cache.delete(_CATCH_UP_CATALOGUE_KEY)
    try:
        catalogue_indexing.catch_up_catalogue()
    except IndexUnavailable as error:
        logger.warning("The search is not caught up, the next sweep tries again: %s", error)


# What a limit cuts off, the sweep starts again, up to three times.
@shared_task(soft_time_limit=600, time_limit=660)
def import_upload(upload_id: int) -> None:
    """Import what a listener uploaded; run twice, it does the same once."""
    user_id = import_history.import_upload(upload_id, timezone.now())
    if user_id is not None:
        enqueue_placing(user_id)


@shared_task(soft_time_limit=60, time_limit=90)
def sweep_uploads() -> None:
    """Start imports again that died, and remove what nobody needs; beat calls this each minute."""
    for upload_id in uploads.sweep_uploads(timezone.now()):
        import_upload.delay(upload_id)


@shared_task(soft_time_limit=60, time_limit=90)
def sweep_webhooks() -> None:
    """Send what waits in the outbox of webhooks; beat calls this every few seconds."""
    for delivery_id in deliveries.find_due_deliveries(timezone.now()):
        # The next sweep asks again for what could not begin until then.
        deliver_webhook.apply_async((delivery_id,), expires=_SWEEP_S)


# Longer than all that a try may take, one after the other.
@shared_task(soft_time_limit=60, time_limit=90)
def deliver_webhook(delivery_id: int) -> None:
    """Try once to send a delivery."""
    deliveries.deliver(delivery_id, timezone.now())


@shared_task(soft_time_limit=600, time_limit=660)
def find_new_similar_users() -> None:
    """Look for new similar users of whom webhooks are to be told; beat calls this every minute."""
    try:
        new_similar_users.find_new_similar_users(timezone.now())
    except IndexUnavailable as error:
        logger.warning(
            "New similar users are not looked for, the next sweep tries again: %s", error
        )


@shared_task(soft_time_limit=600, time_limit=660)
def delete_what_nobody_permits() -> None:
    """Delete what came from Spotify and lost its permission; beat calls this every hour."""
    disconnect.delete_what_nobody_permits(timezone.now())


@shared_task(soft_time_limit=600, time_limit=660)
def evaluate_rankings() -> None:
    """Measure the rankings on the site's own listeners; beat calls this once a day."""
    evaluate_ranking.evaluate_ranking()


@shared_task(soft_time_limit=60, time_limit=90)
def sync_listener(user_id: int) -> None:
    """Start to read a listener's accounts, or join what runs already."""
    with suppress(syncs.NothingConnected, syncs.TooSoon):
        enqueue_calls(syncs.start_syncs(user_id, timezone.now()))


@shared_task(soft_time_limit=60, time_limit=90)
def continue_syncs(service: str) -> None:
    """Make one call to a service for a sync, and come back when the next may be made."""
    cache.delete(_CALLING_KEY.format(service=service))
    progress = sync_calls.continue_syncs(MusicAccount.Service(service), timezone.now())
    if progress.finished_user_id is not None:
        recompute_profile.delay(progress.finished_user_id)
        answer_feature_questions.delay()
    if progress.next_call_at is not None:
        wait_s = max(0.0, (progress.next_call_at - timezone.now()).total_seconds())
        _enqueue_call(service, wait_s)


@shared_task(soft_time_limit=60, time_limit=90)
def sweep_syncs() -> None:
    """Carry on syncs whose worker died or whose wait is over; beat calls this every few seconds."""
    for service in syncs.find_services_to_call(timezone.now()):
        _enqueue_call(service)


# A call that is cut off here is not made again: see services/spotify_playlists.py.
@shared_task(soft_time_limit=60, time_limit=90)
def continue_playlist(playlist_id: int) -> None:
    """Make one call for a playlist at Spotify, and come back when the next may be made."""
    next_call_at = spotify_playlists.continue_playlist(playlist_id, timezone.now())
    if next_call_at is None:
        return
    wait_s = max(0.0, (next_call_at - timezone.now()).total_seconds())
    if wait_s < _SOON_S:
        continue_playlist.apply_async((playlist_id,), countdown=wait_s)


@shared_task(soft_time_limit=60, time_limit=90)
def sweep_playlists() -> None:
    """Go on with playlists whose wait is over; beat calls this every minute."""
    for playlist_id in spotify_playlists.sweep_playlists(timezone.now()):
        continue_playlist.delay(playlist_id)


@shared_task(soft_time_limit=600, time_limit=660)
def start_due_syncs() -> None:
    """Start the syncs whose time has come; beat calls this every minute."""
    started = syncs.start_due_syncs(timezone.now())
    deleted = syncs.delete_old_syncs(timezone.now())
    if started or deleted:
        logger.info("syncs started=%d deleted=%d", started, deleted)


def _enqueue_call(service: str, wait_s: float = 0.0) -> None:
    """Have the next call made, unless one waits already; a late one is left to the sweep."""
    key = _CALLING_KEY.format(service=service)
    if wait_s < _SOON_S and cache.add(key, value=True, timeout=wait_s + _LOST_AFTER_S):
        continue_syncs.apply_async((service,), countdown=wait_s)


def enqueue_calls(started: Iterable[Sync]) -> None:
    """Carry syncs on at once; a broker that is away is made up for by the sweep."""
    for service in {sync.account.service for sync in started}:
        _send_after_commit(partial(_enqueue_call, service))


def enqueue_first_sync(*, account_id: int, **_signal: object) -> None:
    """Read an account that was just linked; the listener sees that it has begun."""
    with suppress(syncs.NothingConnected, syncs.TooSoon):
        enqueue_calls(syncs.start_first_sync(account_id, timezone.now()))


def enqueue_catch_up(**_signal: object) -> None:
    """Have the index caught up soon, unless that waits to begin already."""
    if cache.add(_CATCH_UP_KEY, value=True, timeout=_CATCH_UP_S):
        catch_up_index.delay()


def enqueue_catalogue_catch_up(**_signal: object) -> None:
    """Have the index of the catalogue caught up soon, unless that waits to begin already."""
    if cache.add(_CATCH_UP_CATALOGUE_KEY, value=True, timeout=_CATCH_UP_S):
        catch_up_catalogue.delay()


def enqueue_recompute(user_id: int) -> None:
    """Recompute a listener soon after the current transaction commits.

    A broker that is away is logged, not raised: the listener is marked stale and the next sweep
    finds them.
    """
    _send_after_commit(partial(recompute_profile.delay, user_id))


def enqueue_placing(user_id: int) -> None:
    """Place a listener whose profile has changed soon after the current transaction commits."""
    _send_after_commit(partial(place_listener.delay, user_id))


def enqueue_import(upload_id: int) -> None:
    """Import an upload soon after the current transaction commits.

    A broker that is away is logged, not raised: the sweep finds what waits.
    """
    _send_after_commit(partial(import_upload.delay, upload_id))


def enqueue_playlist(playlist_id: int) -> None:
    """Begin to make a playlist soon after the current transaction commits.

    A broker that is away is logged, not raised: the sweep finds what waits.
    """
    _send_after_commit(partial(continue_playlist.delay, playlist_id))


def enqueue_description(track_ids: list[int]) -> None:
    """Check tracks' features soon after the current transaction commits."""
    transaction.on_commit(partial(describe_tracks.delay, track_ids))


def _send_after_commit(send: Callable[[], object]) -> None:
    """Send a task once the transaction commits; a broker that is away is logged, not raised."""

    def run() -> None:  # Django logs it by its name, which a partial has not.
        send()

    transaction.on_commit(run, robust=True)
