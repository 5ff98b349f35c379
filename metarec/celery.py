"""The Celery application; tasks live in each app's ``tasks.py``."""

import os
import warnings

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "metarec.settings")

# Celery warns when root starts a worker, as happens in containers. The danger it means is
# unpickling messages of strangers; ours are JSON, in a folder of the site's own.
warnings.filterwarnings("ignore", message=r"\s*You're running the worker with superuser")

app = Celery("metarec")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
