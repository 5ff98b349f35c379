"""Shows on an upload's page how far its import is."""

import time
from datetime import datetime, timedelta

from recommendations.models import Upload

_SHOW_EVERY_S = 1.0


class StoredProgress:
    """Writes into an upload how far it is and that somebody works on it, each second."""

    def __init__(self, upload: Upload, now: datetime) -> None:
        self._upload = upload
        self._now = now
        self._started = self._shown = time.monotonic()
        self._total = 1
        self._done = 0

    def begin(self, step: str, total: int | None, unit: str) -> None:  # noqa: ARG002 - of bars
        """Begin to read so many bytes."""
        self._total = max(total or 1, 1)

    def advance(self, amount: int) -> None:
        """Note more bytes read."""
        self._done += amount
        at = time.monotonic()
        if at - self._shown >= _SHOW_EVERY_S:
            self._shown = at
            share = min(self._done / self._total, 1.0)
            Upload.objects.filter(pk=self._upload.pk).update(
                read_bytes=int(self._upload.size_bytes * share),
                worked_at=self._now + timedelta(seconds=at - self._started),
            )
