"""Celery's doorways: each task calls one service."""

from functools import partial

from celery import shared_task
from django.db import transaction

from recommendations.services import describe, profiles


# Chosen by us: one listener takes milliseconds, so a task beyond this hangs. The sweep works in
# batches of which each is a transaction, so what a limit cuts off the next sweep takes up.
@shared_task(soft_time_limit=60, time_limit=90)
def recompute_profile(user_id: int) -> None:
    """Recompute one listener's profile."""
    profiles.recompute_profiles([user_id])


@shared_task(soft_time_limit=600, time_limit=660)
def recompute_stale_profiles() -> None:
    """Recompute what waits; beat calls this every minute."""
    profiles.recompute_stale_profiles()


@shared_task(soft_time_limit=600, time_limit=660)
def describe_tracks(track_ids: list[int]) -> None:
    """Check these tracks' features again and recompute who listens to them."""
    describe.describe_tracks(track_ids)
    profiles.recompute_stale_profiles()


def enqueue_recompute(user_id: int) -> None:
    """Recompute a listener soon after the current transaction commits.

    A broker that is away is logged, not raised: the listener is marked stale and the next sweep
    finds them.
    """
    transaction.on_commit(partial(recompute_profile.delay, user_id), robust=True)


def enqueue_description(track_ids: list[int]) -> None:
    """Check tracks' features soon after the current transaction commits."""
    transaction.on_commit(partial(describe_tracks.delay, track_ids))
