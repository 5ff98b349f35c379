"""Import listeners with their top tracks and top artists."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from recommendations.management.import_output import describe_report, shown_progress
from recommendations.services.import_listeners import import_listeners


class Command(BaseCommand):
    help = (
        "Imports listeners from .csv, .csv.gz or .zip files with the columns "
        "listener,rank,track_id or listener,rank,artist,play_count, and computes their profiles. "
        "May be stopped and run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", metavar="FILE", nargs="+", type=Path)
        parser.add_argument(
            "--discoverable",
            action="store_true",
            help=(
                "state that the listeners in these files agreed to be found by others; "
                "without it, new ones are private and known ones stay as they are"
            ),
        )

    def handle(self, *, files: list[Path], discoverable: bool, **_options: Any) -> None:  # noqa: ANN401 - Django's
        with shown_progress() as progress:
            report = import_listeners(
                files, discoverable=discoverable, rejects_folder=Path.cwd(), progress=progress
            )
        for line in describe_report(report, "Listeners"):
            self.stdout.write(line)
        self.stdout.write(f"Profiles recomputed: {report.profiles_recomputed:,}")
