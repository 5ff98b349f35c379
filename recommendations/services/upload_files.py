"""The folder in which uploaded files wait for their import, and nothing longer than that."""

import hashlib
import shutil
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile

from recommendations.names import clean_name
from recommendations.sources.brought_file import BroughtFile

_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600
_CHUNK_BYTES = 1024 * 1024
# Chosen by us: a request that takes longer to send its files is not going to end.
_ABANDONED_AFTER = timedelta(hours=2)


def place_files(files: Sequence[TemporaryUploadedFile]) -> tuple[str, list[BroughtFile]]:
    """Move files into a folder of their own with a random name; return that and the files.

    Within it they are numbered: what the listener calls them is never a path.
    """
    folder = token_hex(16)
    path = settings.UPLOADS_DIR / folder
    path.mkdir(mode=_PRIVATE_FOLDER)
    placed = []
    for number, file in enumerate(files):
        target = path / str(number)
        # Not renamed: whatever made the temporary file removes it under its own name.
        target.hardlink_to(file.temporary_file_path())
        target.chmod(_PRIVATE_FILE)
        file.close()
        placed.append(BroughtFile(target, shown_name(file.name)))
    return folder, placed


def separate_files(files: Sequence[BroughtFile]) -> tuple[str, list[BroughtFile]]:
    """Move some of a folder's files into a new one; return that and the files."""
    new_folder = token_hex(16)
    path = settings.UPLOADS_DIR / new_folder
    path.mkdir(mode=_PRIVATE_FOLDER)
    moved = [
        BroughtFile(file.path.rename(path / str(number)), file.name)
        for number, file in enumerate(files)
    ]
    return new_folder, moved


def shown_name(name: str | None) -> str:
    """Return what the listener calls a file, without the folders before it."""
    base = clean_name((name or "").replace("\\", "/").rsplit("/", 1)[-1])
    return base[-100:] or "?"


def list_files(folder: str, names: Sequence[str]) -> list[BroughtFile]:
    """Return the files that wait in a folder."""
    path = settings.UPLOADS_DIR / folder
    return [BroughtFile(path / str(number), name) for number, name in enumerate(names)]


def remove_folders(folders: Collection[str]) -> None:
    """Remove folders with what is in them; those that are gone are fine."""
    for folder in filter(None, folders):
        shutil.rmtree(settings.UPLOADS_DIR / folder, ignore_errors=True)


def remove_abandoned(known: Collection[str], now: datetime) -> int:
    """Remove what belongs to no upload and has not changed for two hours; return how many."""
    removed = 0
    for path in settings.UPLOADS_DIR.iterdir():
        if path.name in known or path.lstat().st_mtime > (now - _ABANDONED_AFTER).timestamp():
            continue
        removed += 1
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return removed


def digest_files(files: Sequence[BroughtFile]) -> str:
    """Return what tells whether the same files come again, in any order."""
    digests = sorted(_digest(file.path) for file in files)
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
