"""Keeps which tracks providers are to be asked about, and when: before step 4 of the data's way.

A track without features waits in a question; one call answers for many tracks, whoever listens to
them. What a provider does not know is asked again later, and keeps nothing else waiting.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from recommendations.models import FeatureQuestion, Track
from recommendations.services.transactions import retried_transaction

# Chosen by us: a new track is known to a provider within weeks if ever. The last one goes on.
ASK_AGAIN_AFTER = (timedelta(weeks=1), timedelta(weeks=4), timedelta(weeks=12))
# Chosen by us: longer than a call can take, so that questions of a call that was cut off are asked
# again, and of one that failed after others had their turn.
LONGEST_CALL = timedelta(minutes=1)
# Chosen by us: ids looked up in one query.
_BATCH_TRACKS = 5_000


def ask_for_features(track_ids: Collection[int]) -> None:
    """Have the tracks described that are not yet; call it in the transaction that stores them.

    Tracks that have features, wait already or have no Spotify id are left as they are.
    """
    for ids in _cut(track_ids):
        waiting = Track.objects.filter(
            pk__in=ids, spotify_id__isnull=False, audio_features=None, feature_question=None
        )
        FeatureQuestion.objects.bulk_create(
            (
                FeatureQuestion(track_id=track_id, ask_at=timezone.now())
                for track_id in waiting.values_list("pk", flat=True)
            ),
            ignore_conflicts=True,
        )


def ask_again_for_features(track_ids: Collection[int]) -> None:
    """Have those of the tracks that are not described asked about now, unknown or not before."""
    ask_for_features(track_ids)
    for ids in _cut(track_ids):
        FeatureQuestion.objects.filter(pk__in=ids).update(ask_at=timezone.now(), misses=0)


def find_due(now: datetime) -> QuerySet[FeatureQuestion]:
    """Return the questions whose time has come."""
    return FeatureQuestion.objects.filter(ask_at__lte=now, track__audio_features=None)


@retried_transaction
def claim_questions(now: datetime, limit: int) -> dict[str, int]:
    """Return tracks that are due, Spotify id and key, that nobody else gets during the call."""
    due = find_due(now).order_by("ask_at", "pk").select_related("track")
    claimed = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
    FeatureQuestion.objects.filter(pk__in=[question.pk for question in claimed]).update(
        asked_at=now, ask_at=now + LONGEST_CALL
    )
    return {str(question.track.spotify_id): question.track_id for question in claimed}


@retried_transaction
def put_off(track_ids: Collection[int], now: datetime) -> None:
    """Ask about unknown tracks again, each time later than the last."""
    unknown = list(FeatureQuestion.objects.filter(pk__in=track_ids))
    for question in unknown:
        question.ask_at = now + ASK_AGAIN_AFTER[min(question.misses, len(ASK_AGAIN_AFTER) - 1)]
        question.misses += 1
    FeatureQuestion.objects.bulk_update(unknown, ["ask_at", "misses"])


def _cut(track_ids: Collection[int]) -> Iterable[list[int]]:
    ids = sorted(set(track_ids))
    return (ids[start : start + _BATCH_TRACKS] for start in range(0, len(ids), _BATCH_TRACKS))
