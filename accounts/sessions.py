"""Deletes the sessions that nobody can use any more."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from accounts.models import User

# Chosen by us: some hundred bytes each.
_BATCH = 1_000


def delete_dead_sessions(now: datetime) -> int:
    """Delete sessions that have ended, and those of accounts that are gone; return how many."""
    deleted, _ = Session.objects.filter(expire_date__lt=now).delete()
    sessions = iter(Session.objects.order_by("pk").iterator(_BATCH))
    while batch := list(islice(sessions, _BATCH)):
        deleted += _delete_of_nobody(batch)
    return deleted


def _delete_of_nobody(sessions: Sequence[Session]) -> int:
    """Delete those whose account does not exist; strangers have sessions, too."""
    user_ids = {session.pk: session.get_decoded().get(SESSION_KEY) for session in sessions}
    named = {int(user_id) for user_id in user_ids.values() if user_id is not None}
    there = set(User.objects.filter(pk__in=named).values_list("pk", flat=True))
    of_nobody = [
        key
        for key, user_id in user_ids.items()
        if user_id is not None and int(user_id) not in there
    ]
    return Session.objects.filter(pk__in=of_nobody).delete()[0]
