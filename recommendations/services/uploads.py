"""What listeners bring: kept until it is imported, decided on, or removed again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db.models import F, Q, QuerySet

from accounts.models import User
from recommendations.models import Source, Upload
from recommendations.services.read_history import group_by_kind
from recommendations.services.store_top_lists import store_top_lists
from recommendations.services.transactions import retried_transaction, wait_for_other_imports
from recommendations.services.upload_files import (
    digest_files,
    place_files,
    remove_abandoned,
    remove_folders,
    separate_files,
)
from recommendations.sources.brought_file import BroughtFile, FileKind

# Chosen by us: nobody brings more, and it bounds the disk that one listener can fill.
MAX_UNFINISHED = 5
MAX_A_DAY = 50
MAX_FILES = 100
# Chosen by us: most imports take seconds, and none more than ten minutes.
UPLOADS_RETRY_AFTER_S = 60
# Chosen by us: what has waited for so long was lost by the broker, or waits behind much else.
WAITING_AFTER = timedelta(minutes=5)
DECIDE_WITHIN = timedelta(hours=24)

UNFINISHED = (Upload.State.WAITING, Upload.State.RUNNING, Upload.State.ASKING)


class TooManyUploads(Exception):  # noqa: N818 - the name says what it is
    """The listener has brought enough for now."""


class UploadNotFound(Exception):  # noqa: N818 - named for what is told to whoever asks
    """There is no such upload, or it is somebody else's; the two look the same."""


class NothingToDecide(Exception):  # noqa: N818 - named for what the listener is told
    """The upload does not wait for a decision."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An upload that was kept, or, where it is not new, the one that has the same files."""

    upload: Upload
    is_new: bool


def load_uploads(user: User) -> QuerySet[Upload]:
    """Return a listener's uploads, the newest first.

    The tracks that were not found, thousands for some, are loaded when they are asked for.
    """
    return Upload.objects.filter(user=user).order_by("-uploaded_at", "-pk").defer("unmatched")


def load_upload(user: User, upload_id: int) -> Upload:
    """Return a listener's upload. Raises ``UploadNotFound``."""
    upload = load_uploads(user).filter(pk=upload_id).first()
    if upload is None:
        raise UploadNotFound(upload_id)
    return upload


def keep_uploads(
    user: User,
    files: Sequence[TemporaryUploadedFile],
    now: datetime,
    *,
    keep_readable: bool = False,
) -> list[Kept]:
    """Keep files for their import; those of one kind, brought together, are one upload.

    The import is the caller's to start. With ``keep_readable`` nobody is asked what to do with a
    damaged file. Raises ``TooManyUploads``, and ``FaultyFile`` where one of
    the files is nothing that can be imported; then none is kept.
    """
    _require_room(user, now)
    folder, placed = place_files(files)
    try:
        groups = {
            kind: [one.file for one in group] for kind, group in group_by_kind(placed).items()
        }
        folders = {kind: separate_files(group) for kind, group in groups.items()}
    finally:
        remove_folders([folder])
    return [
        _keep(make_upload(user, kind, group, now), folder, keep_readable=keep_readable)
        for kind, (folder, group) in folders.items()
    ]


def find_same(upload: Upload) -> Upload | None:
    """Return the upload that has brought the same files already, or is about to."""
    same = Upload.objects.filter(user=upload.user_id, digest=upload.digest)
    return same.filter(Q(is_current=True) | Q(state__in=UNFINISHED) & ~Q(folder="")).first()


def make_upload(user: User, kind: FileKind, files: Sequence[BroughtFile], now: datetime) -> Upload:
    """Return a new upload, not saved yet."""
    return Upload(
        user=user,
        source=Source(kind),
        file_name=", ".join(file.name for file in files)[:200],
        digest=digest_files(files),
        size_bytes=sum(file.path.stat().st_size for file in files),
        counts={"files": [file.name for file in files]},
        uploaded_at=now,
        worked_at=now,
    )


def _require_room(user: User, now: datetime) -> None:
    uploads = Upload.objects.filter(user=user)
    is_full = uploads.filter(state__in=UNFINISHED).count() >= MAX_UNFINISHED
    today = uploads.filter(uploaded_at__gt=now - timedelta(days=1))
    if is_full or today.count() >= MAX_A_DAY:
        raise TooManyUploads


def _keep(upload: Upload, folder: str, *, keep_readable: bool) -> Kept:
    same = find_same(upload)
    if same is not None:
        remove_folders([folder])
        return Kept(same, is_new=False)
    upload.folder = folder
    upload.keep_readable = keep_readable
    upload.save()
    return Kept(upload, is_new=True)


def decide_upload(upload: Upload, *, keep: bool, now: datetime) -> bool:
    """Keep what could be read of a damaged upload, or discard it.

    Returns whether it is to be imported, which is the caller's to start.
    """
    asking = Upload.objects.filter(pk=upload.pk, state=Upload.State.ASKING)
    if keep:
        return bool(
            asking.update(
                state=Upload.State.WAITING,
                keep_readable=True,
                attempts=0,
                worked_at=now,
                ended_at=None,
            )
        )
    if asking.update(state=Upload.State.FAILED, folder="", ended_at=now):
        remove_folders([upload.folder])
    return False


def remove_upload(upload: Upload) -> None:
    """Remove an upload from the listener's history, with the lists that it brought."""
    _delete_with_lists(upload)
    remove_folders([upload.folder])


@retried_transaction
def _delete_with_lists(upload: Upload) -> None:
    locked = lock_upload(upload)
    if locked is None:
        return
    if locked.is_current and locked.source:
        store_top_lists(locked.user_id, Source(locked.source), {})
    locked.delete()


def lock_upload(upload: Upload) -> Upload | None:
    """Return the upload as it is, locked until the transaction ends, None if it was removed.

    Locks are taken in the order in which others take them: imports, listener, the rest.
    """
    wait_for_other_imports()
    list(User.objects.select_for_update(no_key=True).filter(pk=upload.user_id))
    return Upload.objects.select_for_update().filter(pk=upload.pk).first()


def sweep_uploads(now: datetime) -> list[int]:
    """Discard what nobody decided on, remove leftovers, and return which imports to start again."""
    expired = Upload.objects.filter(state=Upload.State.ASKING, worked_at__lt=now - DECIDE_WITHIN)
    for upload in expired:
        decide_upload(upload, keep=False, now=now)
    # Of a command that was killed, whose files are not here.
    killed = Upload.objects.filter(state__in=UNFINISHED, folder="")
    killed.filter(worked_at__lt=now - DECIDE_WITHIN).delete()
    remove_abandoned(set(Upload.objects.exclude(folder="").values_list("folder", flat=True)), now)
    died = Q(state=Upload.State.RUNNING, worked_at__lt=now - settings.UPLOAD_QUIET_AFTER)
    lost = Q(state=Upload.State.WAITING, worked_at__lt=now - WAITING_AFTER)
    forgotten = list(Upload.objects.filter(died | lost, ~Q(folder="")).values_list("pk", flat=True))
    Upload.objects.filter(lost, pk__in=forgotten).update(worked_at=now)
    return forgotten


def claim_upload(upload_id: int, now: datetime) -> Upload | None:
    """Take an upload to import it; None where it is done, gone, or somebody else's work."""
    free = Q(state=Upload.State.WAITING) | Q(
        state=Upload.State.RUNNING, worked_at__lt=now - settings.UPLOAD_QUIET_AFTER
    )
    taken = Upload.objects.filter(free, pk=upload_id).update(
        state=Upload.State.RUNNING, worked_at=now, read_bytes=0, attempts=F("attempts") + 1
    )
    return Upload.objects.filter(pk=upload_id).first() if taken else None
