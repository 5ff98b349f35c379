"""What both import commands show: a bar for people at a terminal, and the report at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from django.core.management.base import CommandError
from tqdm import tqdm

from recommendations.services.import_files import ImportInterrupted, ImportReport, ImportStopped

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


class ProgressBar:
    """A bar on standard error for each step, none where that is not a terminal."""

    def __init__(self) -> None:
        self._bar: tqdm[NoReturn] | None = None

    def begin(self, step: str, total: int | None, unit: str) -> None:
        """End the bar of the last step and begin one."""
        self.close()
        self._bar = tqdm(
            desc=step, total=total, unit=unit, unit_scale=True, unit_divisor=1000, disable=None
        )

    def advance(self, amount: int) -> None:
        """Move the bar."""
        if self._bar is not None:
            self._bar.update(amount)

    def close(self) -> None:
        """End the bar."""
        if self._bar is not None:
            self._bar.close()


@contextmanager
def shown_progress() -> Iterator[ProgressBar]:
    """Show progress while an import runs, and turn its end before the end into one sentence."""
    bar = ProgressBar()
    try:
        yield bar
    except ImportStopped as error:
        status = INTERRUPTED if isinstance(error, ImportInterrupted) else 1
        raise CommandError(f"{error.reason} {_kept(error.report)}", returncode=status) from error
    finally:
        bar.close()


def describe_report(report: ImportReport, counted: str) -> list[str]:
    """Return the report as lines; ``counted`` is what was added: tracks or listeners."""
    lines = [
        f"Rows read: {report.rows_read:,} in {report.seconds:.1f} s",
        f"{counted} added: {report.added:,}",
        f"{counted} updated: {report.updated:,}",
        f"{counted} unchanged: {report.unchanged:,}",
    ]
    rejected = f"Rows rejected: {report.rejected:,}"
    if report.rejects_path is not None:
        rejected += f", written with their reasons to {report.rejects_path}"
    return [*lines, rejected]


def _kept(report: ImportReport) -> str:
    if not report.rows_used:
        return "No row was stored."
    return (
        f"{report.rows_used:,} rows are stored and kept ({report.added:,} added, "
        f"{report.updated:,} updated, {report.unchanged:,} unchanged); import again to go on."
    )
