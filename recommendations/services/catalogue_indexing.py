"""Keeps the shared index of tracks and artists true to the database.

It works as that of profiles does, see ``services/indexing.py``, but there is none in a process's
own memory: without a shared one the database answers.
"""

from collections.abc import Iterator
from functools import partial
from threading import Lock

from recommendations.index import get_catalogue
from recommendations.index.catalogue import (
    CatalogueBlock,
    CatalogueContent,
    CatalogueDraft,
    CatalogueIndex,
    CatalogueRemovals,
)
from recommendations.models import ArtistChange, TrackChange
from recommendations.services.catalogue_rows import (
    BLOCK_SIZE,
    count_rows,
    load_all_blocks,
    load_block,
)
from recommendations.services.listening import Progress
from recommendations.services.rebuilds import is_rebuilding, kept_from_sweeps
from recommendations.services.revisions import Counter, load_last_revision
from recommendations.services.turns import take_turns

_catching_up = Lock()
_NAME = "catalogue"


def catch_up_catalogue() -> None:
    """Bring the shared index up to the last change; without one there is nothing to do.

    An index that is empty, ahead of the database or behind changes that were not noted is
    replaced, unless a rebuild is at work on that. While another process is at it, that one does it
    all. Raises ``IndexUnavailable``; what is not done is done next time.
    """
    index = get_catalogue()
    if index is not None:
        # One table stands for both: they are caught up with together.
        take_turns(TrackChange, partial(_catch_up_or_replace, index), partial(_is_behind, index))


def _catch_up_or_replace(index: CatalogueIndex) -> None:
    with _catching_up:
        # Read before the database's: a rebuild may be published meanwhile.
        revision = index.revision()
        is_ahead = revision > load_last_revision(Counter.CATALOGUE)
        if is_ahead or _lacks_changes(revision):
            if is_rebuilding(_NAME):
                return
            _draft(index).publish()
        _catch_up(index)


def _is_behind(index: CatalogueIndex) -> bool:
    """Tell whether there are changes to be taken over; a rebuild takes them over itself."""
    revision = index.revision()
    is_left = is_rebuilding(_NAME) or _lacks_changes(revision)
    return revision < load_last_revision(Counter.CATALOGUE) and not is_left


def rebuild_catalogue(progress: Progress | None = None) -> tuple[int, int] | None:
    """Fill the shared index anew, while searches go on in the old content.

    Returns the number of tracks and artists that it holds and that of the database, None where
    there is no shared index. Raises ``IndexUnavailable``.
    """
    index = get_catalogue()
    if index is None:
        return None
    _draft(index, progress).publish()
    return index.count(), count_rows()


def _draft(index: CatalogueIndex, progress: Progress | None = None) -> CatalogueDraft:
    """Return the next content, caught up.

    The revision is read first: what changes during the load is read again afterwards.
    """
    revision = load_last_revision(Counter.CATALOGUE)
    with kept_from_sweeps(_NAME):
        draft = index.draft(_report(progress), revision=revision)
        _catch_up(draft)
    return draft


def _report(progress: Progress | None) -> Iterator[CatalogueBlock]:
    """Yield all blocks and say how many rows of them are written."""
    total, done = count_rows(), 0
    for block in load_all_blocks():
        yield block
        done += len(block)
        if progress is not None:
            progress(done, total)


def _catch_up(content: CatalogueContent) -> None:
    """Apply all changes; behind some that were not noted, leave the content to the next sweep."""
    while (held := content.revision()) < (last := load_last_revision(Counter.CATALOGUE)):
        if _lacks_changes(held):
            return
        _apply_changes(content, held, last)


def _lacks_changes(revision: int) -> bool:
    """Tell whether what stands at a revision is empty or misses changes that nobody noted."""
    return revision < load_last_revision(Counter.CATALOGUE_UNNOTED)


def _apply_changes(content: CatalogueContent, held: int, last: int) -> None:
    """Apply a block of the changes after ``held`` up to ``last``, oldest first.

    Tracks and artists have their revisions from one counter but their changes in two tables. What
    is given out after ``last`` is left alone, since the first table was read before it came.
    """
    beyond = {"revision__gt": held, "revision__lte": last}
    of_tracks = TrackChange.objects.filter(**beyond).order_by("revision")
    of_artists = ArtistChange.objects.filter(**beyond).order_by("revision")
    tracks = dict(of_tracks.values_list("revision", "pk")[:BLOCK_SIZE])
    artists = dict(of_artists.values_list("revision", "pk")[:BLOCK_SIZE])
    revisions = sorted([*tracks, *artists])
    until = revisions[BLOCK_SIZE - 1] if len(revisions) >= BLOCK_SIZE else last
    track_ids = {pk for revision, pk in tracks.items() if revision <= until}
    artist_ids = {pk for revision, pk in artists.items() if revision <= until}
    upserts = load_block(track_ids, artist_ids)
    removals = CatalogueRemovals(
        track_ids.difference(track.track_id for track in upserts.tracks),
        artist_ids.difference(artist.artist_id for artist in upserts.artists),
    )
    content.apply(upserts=upserts, removals=removals, revision=until)
