"""Reads listening out of the database into columns: before step 5 of the data's way."""

from collections.abc import Collection

from recommendations.taste.listening import Listening


def load_listening(user_ids: Collection[int]) -> Listening:
    """Return what these listeners listen to, in the order of the given ids."""
    raise NotImplementedError
