"""Keeps this process's index true to the database: step 6 of the data's way."""

from collections.abc import Collection

from recommendations.index.base import ProfileIndex


def record_changes(user_ids: Collection[int]) -> None:
    """Give these listeners the next revisions, so that every index looks at them again."""
    raise NotImplementedError


def load_caught_up_index() -> ProfileIndex:
    """Return this process's index, holding every change committed before the call."""
    raise NotImplementedError
