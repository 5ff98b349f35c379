"""The site's own settings with minutes turned into seconds, for tests that wait for sweeps."""

from datetime import timedelta
from typing import Any, cast

from celery.schedules import schedule

from metarec.settings import *  # noqa: F403 - all of them
from metarec.settings import CELERY_BEAT_SCHEDULE as _SLOW

CELERY_BEAT_SCHEDULE = {
    name: {**entry, "schedule": schedule(1.0), "options": {"expires": 5.0}}
    for name, entry in _SLOW.items()
    if cast("Any", entry["schedule"]).run_every < timedelta(hours=1)
}
UPLOAD_QUIET_AFTER = timedelta(seconds=4)
