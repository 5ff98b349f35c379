"""Celery's doorways: each task calls one service."""

from celery import shared_task


@shared_task
def recompute_stale_profiles() -> None:
    """Recompute what waits; beat calls this every minute."""
