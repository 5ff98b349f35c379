"""What the front page tells of the site; of listeners who are discoverable, and of nobody else."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from recommendations.models import Artist
from recommendations.servers_away import SERVERS_AWAY
from recommendations.services.chosen_artists import FEWEST_ARTISTS
from recommendations.services.profile_store import (
    count_visible_profiles,
    load_all_visible_profiles,
)
from recommendations.services.spaces import load_active_space_id
from recommendations.taste.chosen_artists import pick_examples
from recommendations.taste.profiles import Profiles

# Chosen by us: one line on a wide screen.
_EXAMPLES = 3
# Chosen by us: who comes or goes is counted soon. Examples are chosen among thousands of profiles,
# too much for each minute; a site that is still empty fills any moment.
_COUNT_KEPT_S = 60
_EXAMPLES_KEPT_S = 15 * 60
_NO_EXAMPLES_KEPT_S = 10
_COUNT_KEY = "front_page:listener_count"
_EXAMPLES_KEY = "front_page:examples"


@dataclass(frozen=True, slots=True)
class FrontPage:
    """How many discoverable listeners can be found, and groups of artists to begin with.

    Each group is played by the same people, and each artist by several.
    """

    listener_count: int
    examples: list[list[Artist]]


def load_front_page() -> FrontPage:
    """Return the count of the last minute, and examples of the last quarter of an hour.

    Without the cache there are none: they are not worth to be computed for every visitor.
    """
    try:
        listener_count, groups = _load_kept()
    except SERVERS_AWAY:
        return FrontPage(0, [])
    artists = Artist.objects.in_bulk([artist_id for group in groups for artist_id in group])
    return FrontPage(
        listener_count,
        [
            [artists[artist_id] for artist_id in group]
            for group in groups
            if artists.keys() >= set(group)
        ],
    )


def _load_kept() -> tuple[int, list[list[int]]]:
    kept: dict[str, Any] = cache.get_many([_COUNT_KEY, _EXAMPLES_KEY])
    count, groups = kept.get(_COUNT_KEY), kept.get(_EXAMPLES_KEY)
    if count is None or groups is None:
        space_id = load_active_space_id()
        count = _count(space_id) if count is None else count
        groups = _pick_examples(space_id) if groups is None else groups
    return count, groups


def _count(space_id: int) -> int:
    count = count_visible_profiles(space_id)
    cache.set(_COUNT_KEY, count, _COUNT_KEPT_S)
    return count


def _pick_examples(space_id: int) -> list[list[int]]:
    # On a large site, its first block of listeners.
    profiles = next(load_all_visible_profiles(space_id), Profiles.empty())
    groups = pick_examples(profiles, count=_EXAMPLES, size=FEWEST_ARTISTS)
    cache.set(_EXAMPLES_KEY, groups, _EXAMPLES_KEPT_S if groups else _NO_EXAMPLES_KEPT_S)
    return groups
