"""The Celery application; tasks live in each app's ``tasks.py``."""

import os
import signal
import warnings

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "metarec.settings")

# Celery warns when root starts a worker, as happens in containers. The danger it means is
# unpickling messages of strangers; ours are JSON, in a folder of the site's own.
warnings.filterwarnings("ignore", message=r"\s*You're running the worker with superuser")

app = Celery("metarec")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def leave_stopping_to_the_worker(**_context: object) -> None:
    """Let a pool process end its task although SIGTERM went to the whole process group.

    The worker itself stops its pool; were the processes to end first, it would replace them.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
