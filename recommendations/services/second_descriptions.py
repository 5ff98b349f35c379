"""Asks a provider about tracks that a catalogue describes, to compare both scales."""

import secrets
import string
from collections.abc import Mapping

from recommendations.features.base import Features
from recommendations.models import AudioFeatures, SecondDescription, Track

# Chosen by us: means and deviations of so many tracks are steady to some 5 % of a deviation.
ENOUGH_COMPARED = 400

_ID_LETTERS = string.digits + string.ascii_letters


def choose_tracks_to_compare(limit: int) -> dict[str, int]:
    """Return tracks that a catalogue describes and no other provider yet, Spotify id and key.

    None once enough are compared. Spotify's ids are drawn at random, so those that follow a random
    one are a random choice.
    """
    limit = min(limit, ENOUGH_COMPARED - SecondDescription.objects.count())
    if limit <= 0:
        return {}
    start = "".join(secrets.choice(_ID_LETTERS) for _ in range(8))
    described = Track.objects.filter(
        spotify_id__gte=start,
        audio_features__provider=AudioFeatures.Provider.CATALOGUE_FILE,
        second_description=None,
    ).order_by("spotify_id")
    return {str(key): pk for key, pk in described.values_list("spotify_id", "pk")[:limit]}


def store_second_descriptions(
    provider: AudioFeatures.Provider, features: Mapping[int, Features]
) -> None:
    """Keep what a provider says of tracks, by the tracks' keys, beside what describes them."""
    present = Track.objects.filter(pk__in=features).values_list("pk", flat=True)
    SecondDescription.objects.bulk_create(
        (
            SecondDescription(track_id=pk, provider=provider, features=features[pk])
            for pk in present
        ),
        ignore_conflicts=True,
    )
