"""Write everybody's similar users to a CSV file."""

import csv
import errno
import os
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError

from recommendations.csv_cells import as_text
from recommendations.index.base import IndexUnavailable
from recommendations.management.arguments import positive_integer
from recommendations.management.progress import listener_progress
from recommendations.services.similar_users import find_similar_users_of_all

_HEADER = ("listener", "rank", "similar_listener", "score", "percent", "shared_artists")


class Command(BaseCommand):
    help = (
        "Writes the similar users of all listeners who have a profile to a CSV file. It is for "
        "the operator: it names private listeners too, though never as somebody's similar user. "
        "Text that a spreadsheet would take for a formula gets an apostrophe in front."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=positive_integer, default=10, metavar="N")
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")

    def handle(self, *, limit: int, output: Path, **_options: Any) -> None:  # noqa: ANN401 - Django's
        listeners = rows = 0
        try:
            with _replaced_file(output) as file, listener_progress() as progress:
                writer = csv.writer(file)
                writer.writerow(_HEADER)
                for user, found in find_similar_users_of_all(limit=limit, progress=progress):
                    listeners += 1
                    rows += len(found)
                    for similar in found:
                        artists = "; ".join(shared.artist.name for shared in similar.shared_artists)
                        writer.writerow(
                            (
                                as_text(user.username),
                                similar.rank,
                                as_text(similar.user.username),
                                similar.score,
                                similar.percent,
                                as_text(artists),
                            )
                        )
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from error
        except IndexUnavailable as error:
            raise CommandError(f"{error} {output} is as it was; try again soon.") from error
        self.stdout.write(f"{output}: {rows:,} rows for {listeners:,} listeners")


@contextmanager
def _replaced_file(path: Path) -> Iterator[IO[str]]:
    """Open a new file that takes the path's place when it is complete, and only then.

    A link stays, and what it leads to is replaced; a folder or device is never.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "Not a regular file")
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=path.parent, prefix=f".{path.name}-", delete=False
    ) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            Path(file.name).unlink()
            raise
    Path(file.name).replace(path)
