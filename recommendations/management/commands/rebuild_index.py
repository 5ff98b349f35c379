"""Make every index read all profiles anew."""

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recommendations.index.base import IndexUnavailable
from recommendations.management.progress import listener_progress
from recommendations.services.indexing import rebuild_index


class Command(BaseCommand):
    help = (
        "Makes every process read all profiles from the database anew before its next answer, or "
        "fills Elasticsearch anew while searches go on, and checks the result. Needed only after "
        "changes made behind the site's back, such as restoring a backup. May be stopped."
    )

    def handle(self, **_options: Any) -> None:  # noqa: ANN401 - Django's
        start = monotonic()
        try:
            with listener_progress() as progress:
                held, stored = rebuild_index(progress)
        except IndexUnavailable as error:
            raise CommandError(
                f"{error} The index in use is unchanged. Run this again when that is over."
            ) from error
        if held != stored:
            raise CommandError(
                f"The index holds {held:,} listeners, the database {stored:,} who may be found. "
                "If profiles are being written right now, run this again when that is done."
            )
        self.stdout.write(
            f"Index rebuilt: {held:,} listeners who may be found, {monotonic() - start:.1f} s. "
            "Running processes answer from it from now on."
        )
