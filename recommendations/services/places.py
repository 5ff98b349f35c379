"""Puts listeners into their cluster and on the map as they are now, between two runs of either."""

from typing import Any

from django.db.models import QuerySet

from recommendations.models import (
    Clustering,
    ClusterListener,
    ListenerPlace,
    ProfileChange,
    SoundMap,
    TasteProfile,
)
from recommendations.services.clustering import place_by_sound
from recommendations.services.mapping import place_on_map
from recommendations.services.spaces import load_active_space_id

# Chosen by us: each takes up to a second on a large map; the next minute takes up the others.
_MOST_AT_ONCE = 100


def place_listener(user_id: int) -> None:
    """Put a listener where their profile belongs now, or nowhere if there is none."""
    place_by_sound(user_id)
    place_on_map(user_id)


def place_missed() -> int:
    """Place those who changed since a run and are nowhere in it; return how many there were.

    The run had read the population when they came, or their tracks were described later.
    """
    space_id = load_active_space_id()
    maps = SoundMap.objects.filter(space_id=space_id)
    clusterings = Clustering.objects.filter(space_id=space_id, kind=Clustering.Kind.SOUND)
    in_clusters = ClusterListener.objects.filter(cluster__clustering__in=clusterings)
    missed = _find_missed(space_id, maps, ListenerPlace.objects.all())
    missed |= _find_missed(space_id, clusterings, in_clusters)
    for user_id in sorted(missed):
        place_listener(user_id)
    return len(missed)


def _find_missed(space_id: int, runs: QuerySet[Any], placed: QuerySet[Any]) -> set[int]:
    """Return whose profile changed after what the run saw and who is not placed, the latest.

    Who has no described tracks belongs nowhere, and must not keep the others waiting.
    """
    revision = runs.values_list("revision", flat=True).first()
    if revision is None:
        return set()
    described = TasteProfile.objects.filter(space_id=space_id, described_track_count__gt=0)
    changed = ProfileChange.objects.filter(
        revision__gt=revision, user_id__in=described.values("user_id")
    )
    missed = changed.exclude(user_id__in=placed.values("user_id")).order_by("-revision")
    return set(missed.values_list("user_id", flat=True)[:_MOST_AT_ONCE])
