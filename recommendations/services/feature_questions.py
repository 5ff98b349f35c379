"""Asks providers for the audio features of tracks that have none: step 4 of the data's way.

A track without features waits in a question; one call answers for 40 tracks, whoever listens to
them. What nobody knows is asked again later, and keeps nothing else waiting.
"""

from collections.abc import Collection

from django.utils import timezone

from recommendations.models import FeatureQuestion, Track

# Chosen by us: ids looked up in one query.
_BATCH_TRACKS = 5_000


def ask_for_features(track_ids: Collection[int]) -> None:
    """Have the tracks described that are not yet; call it in the transaction that stores them.

    Tracks that have features, wait already or have no Spotify id are left as they are.
    """
    ids = sorted(set(track_ids))
    for start in range(0, len(ids), _BATCH_TRACKS):
        waiting = Track.objects.filter(
            pk__in=ids[start : start + _BATCH_TRACKS],
            spotify_id__isnull=False,
            audio_features=None,
            feature_question=None,
        )
        FeatureQuestion.objects.bulk_create(
            (
                FeatureQuestion(track_id=track_id, ask_at=timezone.now())
                for track_id in waiting.values_list("pk", flat=True)
            ),
            ignore_conflicts=True,
        )
