"""Import a listener's own history."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from recommendations.management.arguments import load_listeners
from recommendations.management.import_output import INTERRUPTED, ProgressBar
from recommendations.models import Upload
from recommendations.services.import_history import import_brought_files
from recommendations.services.upload_report import write_unmatched
from recommendations.sources.brought_file import BroughtFile
from recommendations.sources.faults import FaultyFile
from recommendations.templatetags.upload_words import dropped_of, faults_of, kind_of

_UNCHANGED = "The top lists are as they were before."


class Command(BaseCommand):
    help = (
        "Imports a listener's Spotify account data or extended streaming history (zip or JSON), "
        "Exportify playlists, or an export of this site, as the upload page does. Files of one "
        "kind, named together, are one history. May be stopped and run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("listener", metavar="LISTENER")
        parser.add_argument("files", metavar="FILE", nargs="+", type=Path)
        parser.add_argument(
            "--keep-readable",
            action="store_true",
            help="of a damaged file keep what could be read, without asking",
        )

    def handle(self, *, listener: str, files: list[Path], **options: Any) -> None:  # noqa: ANN401 - Django's
        [user] = load_listeners([listener])
        progress = ProgressBar()

        def keep_readable(upload: Upload) -> bool:
            progress.close()
            return bool(options["keep_readable"]) or self._ask(upload)

        try:
            outcomes = import_brought_files(
                user,
                [BroughtFile(path, path.name) for path in files],
                now=timezone.now(),
                keep_readable=keep_readable,
                progress=progress,
            )
        except FaultyFile as error:
            raise CommandError(f"{error} {_UNCHANGED}") from error
        except KeyboardInterrupt as error:
            text = "Stopped. Each history is stored whole or not at all. Run it again to import."
            raise CommandError(text, returncode=INTERRUPTED) from error
        finally:
            progress.close()
        for upload, is_new in outcomes:
            self._report(upload, is_new=is_new)
        if any(upload.state != Upload.State.DONE for upload, _ in outcomes):
            raise CommandError("Of what was not stored, the top lists are as they were before.")

    def _ask(self, upload: Upload) -> bool:
        """Ask whoever sits at the terminal; without one, nothing is kept."""
        for sentence in faults_of(upload):
            self.stdout.write(sentence)
        if not sys.stdin.isatty():
            self.stdout.write("Run it with --keep-readable to keep what could be read.")
            return False
        question = f"Keep the {upload.counts['kept']:,} rows that could be read? [y/N] "
        return input(question).strip().lower() in {"y", "yes"}

    def _report(self, upload: Upload, *, is_new: bool) -> None:
        counts = upload.counts
        self.stdout.write(f"{upload.file_name}: {kind_of(upload)}")
        if not is_new:
            self.stdout.write("The same was imported before; it adds nothing.")
            return
        for sentence in faults_of(upload):
            self.stdout.write(sentence)
        if "rows" in counts:
            self.stdout.write(f"Rows read: {counts['rows']:,}")
            self.stdout.write(f"Rows that count: {counts['kept']:,}")
        for words, count in dropped_of(upload):
            self.stdout.write(f"  {words}: {count:,}")
        if upload.state == Upload.State.DONE:
            self.stdout.write(f"Top tracks stored: {counts['tracks']:,}")
            self.stdout.write(f"  found by artist and title: {counts['matched']:,}")
            self.stdout.write(f"Top artists stored: {counts['artists']:,}")
            self.stdout.write(
                f"Tracks not found: {counts['unmatched']:,}{_write_unmatched(upload)}"
            )


def _write_unmatched(upload: Upload) -> str:
    """Write the tracks that were not found beside the others' rejected rows; say where."""
    if not upload.unmatched:
        return ""
    path = Path.cwd() / f"{upload.counts['files'][0]}.not-found.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write_unmatched(file, upload)
    return f", written with their reasons to {path}"
