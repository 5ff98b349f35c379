"""Celery's broker in a folder, as kombu has it, for several processes that begin at once.

Kombu makes a file under its last name and then writes into it, so that another process may read
half a message, which ends a worker. Here each message is moved into place when it is complete, and
one process at a time reads and writes who listens to what.
https://docs.celeryq.dev/projects/kombu/en/stable/reference/kombu.transport.filesystem.html
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time_ns
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Kombu's channel, whose files are complete whenever somebody reads them."""

    # Kombu's own two definitions differ, so none fits both.
    def _put(  # type: ignore[override]
        self, queue: str, payload: dict[str, Any], **_options: object
    ) -> None:
        """Leave a message; names sort by time, and what is read is the queue's name after a dot."""
        name = f"{time_ns()}_{uuid4()}"
        folder = Path(self.data_folder_out)
        part = folder / f"{name}.part"
        part.write_text(dumps(payload))
        part.rename(folder / f"{name}.{queue}.msg")

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        with self._alone():
            super()._queue_bind(exchange, routing_key, pattern, queue)

    def get_table(self, exchange: str) -> list[Any]:
        """Return which queues get what is sent to all who listen."""
        with self._alone():
            table: list[Any] = super().get_table(exchange)
            return table

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.control_folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """What ``CELERY_BROKER_TRANSPORT`` names."""

    Channel = Channel
