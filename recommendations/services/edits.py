"""Keeps profiles and the search true when rows of the catalogue are edited by hand."""

from collections.abc import Collection

from recommendations.models import TopTrack
from recommendations.services.catalogue_changes import record_catalogue_changes
from recommendations.services.profiles import mark_stale


def record_edited_tracks(track_ids: Collection[int]) -> None:
    """Mark whoever has one of the tracks stale, and tell the index of the catalogue.

    Call it in the transaction of the change, at its end: see ``record_catalogue_changes``.
    """
    listeners = TopTrack.objects.filter(track_id__in=track_ids).order_by()
    mark_stale(set(listeners.values_list("user_id", flat=True).distinct()))
    record_catalogue_changes(track_ids=track_ids)
