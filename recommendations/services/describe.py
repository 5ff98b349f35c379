"""Describes tracks again: step 4 for rows edited by hand, and for tracks without features."""

from collections.abc import Collection

from recommendations.models import AudioFeatures
from recommendations.services.edits import record_edited_tracks
from recommendations.services.feature_questions import ask_again_for_features
from recommendations.services.transactions import retried_transaction
from recommendations.taste.schema import AUDIO_FEATURES

_NAMES = [feature.name for feature in AUDIO_FEATURES]


@retried_transaction
def describe_tracks(track_ids: Collection[int]) -> int:
    """Make stored features outside the schema's ranges unknown; return how many tracks had any.

    All listeners who have one of the tracks are marked stale, since features may have been edited
    within the ranges too. Providers are asked again about those that have no features.
    """
    described = AudioFeatures.objects.filter(pk__in=track_ids).order_by("pk").select_for_update()
    corrected = [features for features in described if _forget_impossible(features)]
    AudioFeatures.objects.bulk_update(corrected, _NAMES, batch_size=500)
    ask_again_for_features(track_ids)
    record_edited_tracks(track_ids)
    return len(corrected)


def _forget_impossible(features: AudioFeatures) -> bool:
    """Set values that cannot be right to unknown and tell whether there were any."""
    impossible = [
        feature.name
        for feature in AUDIO_FEATURES
        if (value := getattr(features, feature.name)) is not None and not feature.holds(value)
    ]
    for name in impossible:
        setattr(features, name, None)
    return bool(impossible)
