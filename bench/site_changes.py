"""Lets listeners change as an import does it, at a steady rate; import it after Django's setup."""

import json
import time
from collections.abc import Callable, Sequence

from bench.listeners import build_blocks
from bench.site_filling import top_artists, user_name
from bench.watching import Change
from recommendations.index.elasticsearch_documents import build_documents
from recommendations.services.listener_lists import ListenerList, ListEntry
from recommendations.services.profile_store import load_visible_profiles
from recommendations.services.profiles import recompute_profiles
from recommendations.services.spaces import load_active_space_id
from recommendations.services.store_listening import store_lists
from recommendations.taste.profiles import Profile, Profiles

# Ten batches a second at the rate that is measured; the larger ones catch up with it.
SMALLEST_BATCH, LARGEST_BATCH = 20, 100
WAIT_S = 0.01


def change_listeners(
    listeners: int, per_second: int, seconds: float, tell: Callable[[list[Change]], object]
) -> None:
    """Change listeners, each once, for so long; tell of each batch that is committed."""
    block = next(build_blocks(listeners))
    changing = min(len(block), int(per_second * seconds))
    started, done = time.monotonic(), 0
    while done < changing and (elapsed := time.monotonic() - started) < seconds:
        due = min(int(elapsed * per_second), changing, done + LARGEST_BATCH)
        if due - done < SMALLEST_BATCH and due < changing:
            time.sleep(WAIT_S)
            continue
        tell(_change(block, range(done, due)))
        done = due


def _change(block: Profiles, rows: Sequence[int]) -> list[Change]:
    """Give each listener of the rows the artists of the next one in the block."""
    lists = [
        ListenerList(user_name(row + 1), _build_entries(block[(row + 1) % len(block)]), [])
        for row in rows
    ]
    user_ids = [row + 1 for row in rows]
    store_lists(lists, of_tracks=False, discoverable=True)
    committed_at = time.monotonic()
    recompute_profiles(user_ids)
    profiles = load_visible_profiles(load_active_space_id(), user_ids)
    return [
        Change(int(user_id), committed_at, json.loads(document)["profile"])
        for user_id, document in build_documents(profiles)
    ]


def _build_entries(profile: Profile) -> list[ListEntry]:
    return [
        ListEntry(rank, artist_id, None, line=rank)
        for rank, artist_id in enumerate(top_artists(profile), start=1)
    ]
