"""The project package: settings, URLs, Celery, and what all pages share."""

from metarec.celery import app as celery_app

__all__ = ["celery_app"]
