"""Checks stored audio features against the schema again: step 4 for rows edited by hand."""

from collections.abc import Collection


def describe_tracks(track_ids: Collection[int]) -> int:
    """Make stored features outside the schema's ranges unknown; return the tracks changed."""
    raise NotImplementedError
