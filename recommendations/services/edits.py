"""Keeps profiles true when rows of the catalogue are edited by hand."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from recommendations.models import AudioFeatures, TopTrack
from recommendations.services.profiles import mark_stale


def mark_listeners_of_tracks(track_ids: Collection[int] | QuerySet[AudioFeatures, Any]) -> None:
    """Mark whoever has one of the tracks stale; call it in the transaction of the change.

    ``track_ids`` may be a query of ids, which is then not loaded.
    """
    listeners = TopTrack.objects.filter(track_id__in=track_ids).order_by()
    mark_stale(set(listeners.values_list("user_id", flat=True).distinct()))
