"""Imports listening that a listener brought: files to top lists to a profile, with a true report.

Doing it again, whole or after a run that died at any point, comes to the same.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from accounts.models import User
from recommendations.models import Source, Upload
from recommendations.services.catalogue_changes import record_catalogue_changes
from recommendations.services.find_listed import Listed
from recommendations.services.import_files import Progress
from recommendations.services.profiles import recompute_profiles
from recommendations.services.read_history import count_bytes, group_by_kind, read_history
from recommendations.services.restore_settings import restore_exclusions, restore_unseen
from recommendations.services.store_history import StoredHistory, store_history
from recommendations.services.transactions import retried_transaction
from recommendations.services.upload_files import list_files, remove_folders
from recommendations.services.upload_progress import StoredProgress
from recommendations.services.uploads import claim_upload, find_same, lock_upload, make_upload
from recommendations.sources.brought_file import BroughtFile
from recommendations.sources.faults import Fault, FaultyFile
from recommendations.sources.history import History, HistoryKind

logger = logging.getLogger(__name__)

# Chosen by us: what ends the worker three times would end it a fourth time.
MAX_ATTEMPTS = 3


def import_upload(upload_id: int, now: datetime) -> int | None:
    """Import an upload that waits, or whose import died; return whose lists it brought, if any."""
    upload = claim_upload(upload_id, now)
    if upload is None:
        return None
    if upload.attempts > MAX_ATTEMPTS:
        _end(upload, Upload.State.FAILED, now, error=Fault.GAVE_UP)
    else:
        files = list_files(upload.folder, upload.counts["files"])
        import_files(upload, files, now=now, progress=StoredProgress(upload, now))
    logger.info(
        "upload=%d user=%d source=%s state=%s rows=%s tracks=%s",
        upload.pk,
        upload.user_id,
        upload.source,
        upload.state,
        upload.counts.get("rows", 0),
        upload.counts.get("tracks", 0),
    )
    return upload.user_id if upload.state == Upload.State.DONE else None


def import_brought_files(
    user: User,
    files: Sequence[BroughtFile],
    *,
    now: datetime,
    keep_readable: Callable[[Upload], bool],
    progress: Progress,
) -> list[tuple[Upload, bool]]:
    """Import files where they are, those of one kind as one upload, and leave them there.

    ``keep_readable`` is asked whether to keep what could be read of a damaged upload. Returns each
    upload and whether it is new: the same files again add nothing. Raises ``FaultyFile`` where one
    of the files is nothing that can be imported; then nothing is stored.
    """
    outcomes = []
    for kind, group in group_by_kind(files).items():
        brought = [one.file for one in group]
        upload = make_upload(user, kind, brought, now)
        same = find_same(upload)
        if same is None:
            upload.state = Upload.State.RUNNING
            upload.save()
            _import_here(upload, brought, now, keep_readable, progress)
        outcomes.append((same or upload, same is None))
    return outcomes


def _import_here(
    upload: Upload,
    files: Sequence[BroughtFile],
    now: datetime,
    keep_readable: Callable[[Upload], bool],
    progress: Progress,
) -> None:
    try:
        import_files(upload, files, now=now, progress=progress)
        if upload.state == Upload.State.ASKING:
            upload.keep_readable = keep_readable(upload)
            if upload.keep_readable:
                import_files(upload, files, now=now, progress=progress)
            else:
                _end(upload, Upload.State.FAILED, now, error=Fault(upload.error))
    except BaseException:  # Ctrl-C too: nobody else goes on with files that are not ours
        # Once its lists are stored it stays, as what they can be removed by.
        Upload.objects.filter(pk=upload.pk).exclude(state=Upload.State.DONE).delete()
        raise


def import_files(
    upload: Upload, files: Sequence[BroughtFile], *, now: datetime, progress: Progress
) -> None:
    """Read an upload's files, store what is in them, and save in the upload how it ended."""
    try:
        [group] = group_by_kind(files).values()
        progress.begin("Reading", count_bytes(group), "B")
        history = read_history(group, now=now, on_bytes=progress.advance)
    except FaultyFile as error:
        note = error.note
        upload.counts["faults"] = [[note.fault, note.name, note.detail]]
        _end(upload, Upload.State.FAILED, now, error=note.fault)
        return
    _count_rows(upload, history)
    if history.is_empty:
        fault = history.faults[0].fault if history.faults else Fault.NOTHING_TO_KEEP
        _end(upload, Upload.State.FAILED, now, error=fault)
    elif history.faults and not upload.keep_readable:
        _end(upload, Upload.State.ASKING, now, error=history.faults[0].fault)
    else:
        _store(upload, history, now)


def _knows_less(upload: Upload, history: History) -> bool:
    """Tell whether this is account data and an extended history is stored."""
    return (
        history.kind is HistoryKind.ACCOUNT_DATA
        and Upload.objects.filter(
            user=upload.user_id,
            source=Source.SPOTIFY_EXPORT,
            kind=HistoryKind.EXTENDED_HISTORY,
            is_current=True,
        ).exists()
    )


def _store(upload: Upload, history: History, now: datetime) -> None:
    _store_at_once(upload, history, now)
    remove_folders([upload.folder])
    recompute_profiles([upload.user_id])


@retried_transaction
def _store_at_once(upload: Upload, history: History, now: datetime) -> None:
    """Store the lists and the report, unless the upload was removed meanwhile."""
    if lock_upload(upload) is None:
        return
    # Asked under the lock: both may be imported at this moment.
    if _knows_less(upload, history):
        _save_end(upload, Upload.State.FAILED, now, error=Fault.EXTENDED_IS_THERE)
        return
    # First, and noted last: whoever holds the counter of the catalogue must not wait for others.
    found = _restore_settings(upload, history)
    stored = store_history(upload.user_id, history)
    record_catalogue_changes(track_ids=found.changed_track_ids, artist_ids=found.changed_artist_ids)
    Upload.objects.filter(user=upload.user_id, source=upload.source, is_current=True).update(
        is_current=False
    )
    upload.is_current = True
    _count_stored(upload, stored)
    _save_end(upload, Upload.State.DONE, now, error="")


def _restore_settings(upload: Upload, history: History) -> Listed:
    """Take over what is set in an export, and return what of it is in the catalogue."""
    restore_unseen(upload.user_id, history.unseen)
    restored, found = restore_exclusions(upload.user_id, history.exclusions)
    if history.kind is HistoryKind.OWN_EXPORT:
        upload.counts |= {"exclusions": restored, "has_unseen": bool(history.unseen)}
    return found


def _count_rows(upload: Upload, history: History) -> None:
    upload.kind = history.kind
    upload.counts |= {
        "rows": history.rows,
        "kept": history.kept,
        "dropped": {str(reason): count for reason, count in history.dropped.items() if count},
        "newest": history.newest.isoformat() if history.newest else None,
        "faults": [[note.fault, note.name, note.detail] for note in history.faults],
    }


def _count_stored(upload: Upload, stored: StoredHistory) -> None:
    upload.counts |= {
        "tracks": stored.tracks,
        "matched": stored.matched,
        "artists": stored.artists,
        "unmatched": len(stored.unmatched),
        "changed": stored.changed,
    }
    upload.unmatched = [
        [one.artist, one.title, one.play_count, "ambiguous" if one.is_ambiguous else "unknown"]
        for one in stored.unmatched
    ]


def _end(upload: Upload, state: Upload.State, now: datetime, *, error: Fault) -> None:
    _save_end(upload, state, now, error=error)
    if state != Upload.State.ASKING:  # whose files are kept until the listener has decided
        remove_folders([upload.folder])


def _save_end(upload: Upload, state: Upload.State, now: datetime, *, error: str) -> None:
    """Save how the run ended; an upload that was removed meanwhile stays removed."""
    upload.state, upload.error, upload.ended_at, upload.worked_at = state, error, now, now
    upload.read_bytes = upload.size_bytes
    Upload.objects.filter(pk=upload.pk).update(
        state=upload.state,
        error=upload.error,
        ended_at=upload.ended_at,
        worked_at=upload.worked_at,
        read_bytes=upload.read_bytes,
        kind=upload.kind,
        counts=upload.counts,
        unmatched=upload.unmatched,
        is_current=upload.is_current,
        folder=upload.folder if state == Upload.State.ASKING else "",
    )
