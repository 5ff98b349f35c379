"""Make every index read all it holds anew."""

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recommendations.index.base import IndexUnavailable
from recommendations.management.progress import listener_progress, row_progress
from recommendations.services.catalogue_indexing import rebuild_catalogue
from recommendations.services.indexing import rebuild_index


class Command(BaseCommand):
    help = (
        "Makes every process read all profiles from the database anew before its next answer, or "
        "fills the indexes of profiles and of tracks and artists in Elasticsearch anew while "
        "searches go on, and checks the result. Needed only after "
        "changes made behind the site's back, such as restoring a backup. May be stopped."
    )

    def handle(self, **_options: Any) -> None:  # noqa: ANN401 - Django's
        start = monotonic()
        try:
            with listener_progress() as progress:
                listeners = rebuild_index(progress)
            with row_progress("tracks and artists") as progress:
                catalogue = rebuild_catalogue(progress)
        except IndexUnavailable as error:
            raise CommandError(
                f"{error} The index in use is unchanged. Run this again when that is over."
            ) from error
        parts = [_check("discoverable listeners", listeners)]
        if catalogue is not None:
            parts.append(_check("tracks and artists", catalogue))
        self.stdout.write(
            f"Index rebuilt: {', '.join(parts)}, {monotonic() - start:.1f} s. "
            "Running processes answer from it from now on."
        )


def _check(what: str, counts: tuple[int, int]) -> str:
    """Return what an index holds in words; raise ``CommandError`` unless the database has it."""
    held, stored = counts
    if held != stored:
        raise CommandError(
            f"The index holds {held:,} {what}, the database {stored:,}. "
            "If the site is being written to right now, run this again when that is done."
        )
    return f"{held:,} {what}"
