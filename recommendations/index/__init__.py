"""Keeps profiles searchable: step 6 of the data's way. It knows no database."""

from recommendations.index.base import ProfileIndex
from recommendations.index.embedded import EmbeddedIndex

# Made on import, which Python does once per process whatever its threads; empty it costs nothing.
_INDEX = EmbeddedIndex()


def get_index() -> ProfileIndex:
    """Return this process's index, empty until it is first filled."""
    return _INDEX
