"""Several beats, as when a site runs on several machines."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from celery.schedules import schedule
from django.core.cache import cache
from django.core.management import call_command
from django.test import override_settings

from metarec.beat import SharedScheduler
from metarec.servers import build_cache
from tests.servers import RunningServers

_names = count()


class _Beats:
    """Two beats with one broker, in memory, and one entry that is due now."""

    def __init__(self, folder: Path) -> None:
        self.app = Celery(broker="memory://", set_as_current=False)
        self.app.conf.task_default_queue = f"beat-{next(_names)}"
        self.app.conf.beat_schedule = {
            "sweep": {"task": "sweep", "schedule": schedule(timedelta(minutes=1))}
        }
        self.beats: list[Any] = [
            SharedScheduler(self.app, schedule_filename=str(folder / f"beat-{number}"))
            for number in range(2)
        ]

    def tick(self) -> None:
        for beat in self.beats:
            beat.apply_entry(beat.schedule["sweep"])

    def count_sent(self) -> int:
        with self.app.connection_for_read() as connection:
            channel: Any = connection.default_channel
            return int(channel._size(self.app.conf.task_default_queue))  # noqa: SLF001 - memory only

    def close(self) -> None:
        for beat in self.beats:
            beat.close()


@pytest.fixture(params=["table", "redis"])
def _shared_cache(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[None]:  # noqa: ARG001 - a beat closes its connection, which a transaction of the test's would not survive
    if request.param == "table":
        settings = build_cache("")
    else:
        running: RunningServers = request.getfixturevalue("servers")
        settings = build_cache(running.redis_url)
    with override_settings(CACHES={"default": settings}):
        call_command("createcachetable")
        cache.clear()
        yield
        cache.clear()
        cache.close()


@pytest.mark.usefixtures("_shared_cache")
def test_two_beats_send_a_due_task_once(tmp_path: Path) -> None:
    beats = _Beats(tmp_path)

    beats.tick()
    beats.tick()
    sent = beats.count_sent()
    cache.clear()  # as when its minute is over
    beats.tick()

    assert (sent, beats.count_sent()) == (1, 2)
    beats.close()
