"""The site's own settings with the sweeps of uploads in seconds, for tests that wait for them.

Other tasks are left out: whoever is to die at a statement of an import must not meet it there.
"""

from datetime import timedelta

from celery.schedules import schedule

from metarec.settings import *  # noqa: F403 - all of them
from metarec.settings import CELERY_BEAT_SCHEDULE as _SLOW

CELERY_BEAT_SCHEDULE = {
    name: {**_SLOW[name], "schedule": schedule(1.0), "options": {"expires": 5.0}}
    for name in ("sweep uploads", "recompute stale profiles")
}
UPLOAD_QUIET_AFTER = timedelta(seconds=4)
