"""Tells the index of the catalogue which tracks and artists changed."""

from collections.abc import Collection

from django.db import transaction
from django.dispatch import Signal

from recommendations.index import get_catalogue
from recommendations.models import ArtistChange, TrackArtist, TrackChange
from recommendations.services.revisions import Counter, skip_revision, store_revisions

# Sent when changes that an index shared by processes has to take over are committed.
catalogue_changes_committed = Signal()


@transaction.atomic
def record_catalogue_changes(
    *, track_ids: Collection[int] = (), artist_ids: Collection[int] = ()
) -> None:
    """Have the index look at these tracks and artists again: new, changed or deleted.

    Belongs into the transaction of the change itself, at its end: the counter stays locked until
    that commits, and who holds it must not wait for another lock. Without an index it is only
    noted that there were changes, which costs an import next to nothing; an index of before that is
    replaced when it is switched on again.
    """
    if not track_ids and not artist_ids:
        return
    if get_catalogue() is None:
        skip_revision(Counter.CATALOGUE, Counter.CATALOGUE_UNNOTED)
        return
    store_revisions(Counter.CATALOGUE, TrackChange, track_ids)
    store_revisions(Counter.CATALOGUE, ArtistChange, artist_ids)
    # A broker that is away is logged, not raised: the next sweep finds the changes.
    # A function and no partial, since Django logs it by its name.
    transaction.on_commit(_say_committed, robust=True)


def _say_committed() -> None:
    catalogue_changes_committed.send(sender=None)


def record_artist_changes(artist_ids: Collection[int]) -> None:
    """Have the index look at these artists again, and at all tracks that name them."""
    named = TrackArtist.objects.filter(artist_id__in=artist_ids).order_by()
    track_ids = set(named.values_list("track_id", flat=True))
    record_catalogue_changes(track_ids=track_ids, artist_ids=artist_ids)
