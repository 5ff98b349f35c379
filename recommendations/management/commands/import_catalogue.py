"""Import tracks and their audio features from catalogue files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from recommendations.management.import_output import describe_report, shown_progress
from recommendations.services.import_catalogue import import_catalogue


class Command(BaseCommand):
    help = (
        "Imports tracks and audio features from .csv, .csv.gz or .zip files. The layout is told "
        "by the header; docs/importing.md lists the known ones. May be stopped and run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", metavar="FILE", nargs="+", type=Path)

    def handle(self, *, files: list[Path], **_options: Any) -> None:  # noqa: ANN401 - Django's
        with shown_progress() as progress:
            report = import_catalogue(files, rejects_folder=Path.cwd(), progress=progress)
        for line in describe_report(report, "Tracks"):
            self.stdout.write(line)
        self.stdout.write(f"Rows that repeated a track of the same file: {report.repeated:,}")
        if report.discarded:
            fields = (f"{name} {count:,}" for name, count in sorted(report.discarded.items()))
            self.stdout.write(f"Values that cannot be right, now unknown: {', '.join(fields)}")
        if report.stale_listeners:
            self.stdout.write(
                f"Listeners whose profiles wait to be recomputed: {len(report.stale_listeners):,}"
            )
