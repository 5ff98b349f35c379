"""Keeps the stored taste profiles true to the listening they are computed from."""

from collections.abc import Callable, Collection

# Called with the number of listeners done and the number to do.
Progress = Callable[[int, int], object]


def mark_stale(user_ids: Collection[int]) -> None:
    """Note that these listeners' listening changed; call it in the transaction of the change."""
    raise NotImplementedError


def recompute_profiles(user_ids: Collection[int], progress: Progress | None = None) -> int:
    """Recompute these listeners' profiles in the active space and the pending one."""
    raise NotImplementedError


def recompute_stale_profiles(progress: Progress | None = None) -> int:
    """Recompute every listener marked stale, longest waiting first."""
    raise NotImplementedError


def recompute_all_profiles(progress: Progress | None = None) -> int:
    """Recompute every listener."""
    raise NotImplementedError
