"""What whoever runs the site wants to know at a glance: counts and waits, nobody's listening."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db.models import Count, Min, Q

from accounts.models import MusicAccount, User, Webhook, WebhookDelivery
from recommendations.index import get_index
from recommendations.index.base import IndexUnavailable
from recommendations.models import (
    Artist,
    AudioFeatures,
    FeatureQuestion,
    RankingEvaluation,
    SpotifyPlaylist,
    StaleProfile,
    Sync,
    TasteProfile,
    TasteSpace,
    Track,
    Upload,
)
from recommendations.servers_away import SERVERS_AWAY
from recommendations.services.evaluate_ranking import load_evaluations
from recommendations.services.revisions import Counter, load_last_revision
from recommendations.services.spotify_playlists import UNMADE
from recommendations.services.sync_errors import word_error
from recommendations.services.uploads import UNFINISHED

# Chosen by us: what failed longer ago was mended or is failing still.
FAILURES_OF = timedelta(days=7)
_UNDELIVERED = WebhookDelivery.State.WAITING


@dataclass(frozen=True, slots=True)
class FailedSyncs:
    """How many syncs of a service failed of one reason lately."""

    service: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class SiteState:
    """The state of the site at one moment.

    ``queues`` has the tasks that wait in each queue, empty where the broker is away.
    ``index_lag`` is the number of changes that the index has not taken over, None where the index
    is away or being filled; the one in memory takes them over before its next answer.
    """

    listeners: dict[str, int]
    catalogue: dict[str, int]
    waiting: dict[str, int]
    oldest_stale_at: datetime | None
    queues: dict[str, int]
    failed_syncs: list[FailedSyncs]
    last_revision: int
    index_lag: int | None
    space: TasteSpace | None
    evaluations: list[RankingEvaluation]


def load_site_state(now: datetime) -> SiteState:
    """Return the state; a broker or an index that is away is part of it, not an error."""
    space = TasteSpace.objects.defer("arrays").filter(status=TasteSpace.Status.ACTIVE).first()
    last_revision = load_last_revision(Counter.PROFILES)
    stale = StaleProfile.objects.aggregate(count=Count("pk"), oldest=Min("since"))
    return SiteState(
        listeners=_count_listeners(space),
        catalogue={
            "artists": Artist.objects.count(),
            "tracks": Track.objects.count(),
            "described": AudioFeatures.objects.count(),
        },
        waiting={
            "profiles": stale["count"],
            "uploads": Upload.objects.filter(state__in=UNFINISHED).count(),
            "syncs": Sync.objects.filter(state=Sync.State.RUNNING).count(),
            "questions": FeatureQuestion.objects.count(),
            "playlists": SpotifyPlaylist.objects.filter(state__in=UNMADE).count(),
            "deliveries": WebhookDelivery.objects.filter(state=_UNDELIVERED).count(),
            "failing_webhooks": Webhook.objects.exclude(failing_since=None).count(),
        },
        oldest_stale_at=stale["oldest"],
        queues=_measure_queues(queue.name for queue in settings.CELERY_TASK_QUEUES),
        failed_syncs=_count_failed_syncs(now - FAILURES_OF),
        last_revision=last_revision,
        index_lag=_measure_index_lag(last_revision),
        space=space,
        evaluations=load_evaluations(),
    )


def _count_listeners(space: TasteSpace | None) -> dict[str, int]:
    counts: dict[str, int] = User.objects.aggregate(
        all=Count("pk"), discoverable=Count("pk", filter=Q(is_discoverable=True, is_active=True))
    )
    profiles = TasteProfile.objects.filter(space=space).count() if space is not None else 0
    return {**counts, "with_profile": profiles}


def _measure_queues(names: Iterable[str]) -> dict[str, int]:
    """Return how many messages wait in each queue; what a worker has taken is not among them."""
    try:
        with current_app.connection_for_read() as connection, connection.channel() as channel:
            declare: Any = channel.queue_declare  # type: ignore[attr-defined] # of every transport
            return {name: declare(queue=name).message_count for name in names}
    except SERVERS_AWAY:
        return {}


def _measure_index_lag(last_revision: int) -> int | None:
    try:
        held = get_index().revision()
    except IndexUnavailable:
        return None
    return None if held < 0 else max(0, last_revision - held)


def _count_failed_syncs(since: datetime) -> list[FailedSyncs]:
    failed = Sync.objects.filter(state=Sync.State.FAILED, ended_at__gte=since)
    rows = failed.values_list("account__service", "error").annotate(count=Count("pk"))
    return [
        FailedSyncs(name := MusicAccount.Service(service).label, word_error(error, name), count)
        for service, error, count in rows.order_by("-count", "account__service", "error")
    ]
