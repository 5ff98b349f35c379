"""The Celery application; tasks live in each app's ``tasks.py``."""

import os
import signal
import threading
import time
import warnings

from billiard import current_process
from celery import Celery
from celery.signals import beat_embedded_init, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "metarec.settings")

# Celery warns when root starts a worker, as happens in containers. The danger it means is
# unpickling messages of strangers; ours are JSON, in a folder of the site's own.
warnings.filterwarnings("ignore", message=r"\s*You're running the worker with superuser")

# In seconds, chosen by us: soon enough for a person, and no load.
_LOOK_AFTER_WORKER_S = 1.0

app = Celery("metarec")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def leave_stopping_to_the_worker(**_context: object) -> None:
    """Let a pool process end its task although SIGTERM went to the whole process group.

    The worker itself stops its pool; were the processes to end first, it would replace them.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


@beat_embedded_init.connect
def end_with_the_worker(**_context: object) -> None:
    """Let the beat end when its worker was killed, as for want of memory.

    It would go on asking for sweeps that nobody makes, and hold the worker's output open, so that
    nobody would see that the worker is gone. The pool's processes notice by themselves.
    """
    # Not os.getppid(): the worker may be gone already. Who is started knows who started it.
    worker = current_process()._parent_pid  # type: ignore[attr-defined]  # noqa: SLF001

    def watch() -> None:
        while os.getppid() == worker:
            time.sleep(_LOOK_AFTER_WORKER_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
