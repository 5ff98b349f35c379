"""Make every index read all profiles anew."""

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recommendations.management.progress import listener_progress
from recommendations.services.indexing import rebuild_index


class Command(BaseCommand):
    help = (
        "Makes every process read all profiles from the database anew before its next answer, "
        "and checks the result here. Needed only after changes made behind the site's back."
    )

    def handle(self, **_options: Any) -> None:  # noqa: ANN401 - Django's
        start = monotonic()
        with listener_progress() as progress:
            held, stored = rebuild_index(progress)
        if held != stored:
            raise CommandError(
                f"The index holds {held:,} listeners, the database {stored:,} who may be found. "
                "If profiles are being written right now, run this again when that is done."
            )
        self.stdout.write(
            f"Index rebuilt: {held:,} listeners who may be found, {monotonic() - start:.1f} s. "
            "Running processes read them before their next answer."
        )
