"""What the front page tells of the site; of listeners who are discoverable, and of nobody else."""

from dataclasses import dataclass

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
# Chosen by us: who comes or goes is counted soon; a site that is still empty fills any moment.
_KEPT_S = 60
_EMPTY_KEPT_S = 10
_KEY = "front_page"


@dataclass(frozen=True, slots=True)
class FrontPage:
    """How many discoverable listeners can be found, and groups of artists to begin with.

    Each group is played by the same people, and each artist by several.
    """

    listener_count: int
    examples: list[list[Artist]]


def load_front_page() -> FrontPage:
    """Return the figures as they stood within the last minute.

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
    kept: tuple[int, list[list[int]]] | None = cache.get(_KEY)
    if kept is None:
        kept = _compute()
        cache.set(_KEY, kept, _KEPT_S if kept[1] else _EMPTY_KEPT_S)
    return kept


def _compute() -> tuple[int, list[list[int]]]:
    space_id = load_active_space_id()
    # On a large site, its first block of listeners.
    profiles = next(load_all_visible_profiles(space_id), Profiles.empty())
    examples = pick_examples(profiles, count=_EXAMPLES, size=FEWEST_ARTISTS)
    return count_visible_profiles(space_id), examples
