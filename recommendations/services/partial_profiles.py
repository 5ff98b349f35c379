"""Builds the profile of a part of somebody's listening, to search with; nothing is stored."""

from collections.abc import Callable, Collection

from recommendations.models import TimeRange
from recommendations.services.listening import load_lists
from recommendations.taste.build import build_profiles
from recommendations.taste.profiles import Profile
from recommendations.taste.space import Space

# Makes what to search with in a space; None where there is nothing to make it of.
BuildQuery = Callable[[Space], Profile | None]


def build_partial_profile(
    user_id: int,
    space: Space,
    *,
    time_range: TimeRange | None = None,
    track_ids: Collection[int] | None = None,
) -> Profile | None:
    """Return the profile of a part of a listener's listening, computed in ``space``.

    The part are the lists of one span, or some tracks with the artists credited on them, or what
    is both. None when nothing is known of that part.
    """
    lists = load_lists([user_id], space.scales, time_range)
    if track_ids is not None:
        lists = lists.of_tracks(track_ids)
    profiles = build_profiles(lists.gather(), space)
    return profiles[0] if len(profiles) else None
