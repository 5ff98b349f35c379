"""Writes imported listeners and their lists, whole lists only, one batch at a time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts.models import User
from recommendations.models import Source, TimeRange, TopArtist, TopTrack
from recommendations.services.indexing import record_changes
from recommendations.services.listener_lists import ListenerList, ListEntry
from recommendations.services.profiles import mark_stale
from recommendations.services.transactions import retried_transaction, wait_for_other_imports

_LIST = {"source": Source.FILE, "time_range": TimeRange.LONG_TERM}

Place = tuple[int, int, int | None]  # rank, item, plays


@dataclass(frozen=True, slots=True)
class StoredLists:
    """What became of a batch, by user id; ``refused`` are names of accounts of other origin."""

    added: set[int]
    updated: set[int]
    unchanged: set[int]
    refused: set[str]


@retried_transaction
def store_lists(
    lists: Sequence[ListenerList], *, of_tracks: bool, discoverable: bool
) -> StoredLists:
    """Store lists in one transaction, each in place of the listener's earlier imported one.

    Listeners who are new are made; with ``discoverable`` all of them become so, without it the
    new ones are not and the others stay as they are. Who changed is marked stale.
    """
    wait_for_other_imports()
    accounts = User.objects.filter(username__in=[one.listener for one in lists]).order_by("pk")
    known = {user.username: user for user in accounts.select_for_update(no_key=True)}
    refused = {name for name, user in known.items() if user.origin != User.Origin.IMPORT}
    lists = [one for one in lists if one.listener not in refused]
    made = _make_users(
        [one.listener for one in lists if one.listener not in known], discoverable=discoverable
    )
    user_ids = {user.username: user.pk for user in (*known.values(), *made)}
    wanted = {user_ids[one.listener]: one.entries for one in lists}
    changed = _replace_tracks(wanted) if of_tracks else _replace_artists(wanted)
    mark_stale(changed)
    opened = _open_up(known.values()) if discoverable else set()
    added = {user.pk for user in made}
    updated = (changed | opened) - added
    return StoredLists(added, updated, wanted.keys() - added - updated, refused)


def _make_users(names: Iterable[str], *, discoverable: bool) -> list[User]:
    """Make listeners nobody can sign in as."""
    return User.objects.bulk_create(
        User(
            username=name,
            origin=User.Origin.IMPORT,
            is_discoverable=discoverable,
            password=make_password(None),
        )
        for name in names
    )


def _open_up(users: Iterable[User]) -> set[int]:
    """Make imported listeners discoverable and return who was not before."""
    hidden = {
        user.pk for user in users if user.origin == User.Origin.IMPORT and not user.is_discoverable
    }
    User.objects.filter(pk__in=hidden).update(is_discoverable=True)
    record_changes(hidden)
    return hidden


def _replace_tracks(wanted: Mapping[int, list[ListEntry]]) -> set[int]:
    stored = TopTrack.objects.filter(user_id__in=wanted, **_LIST)
    rows = stored.values_list("user_id", "rank", "track_id")
    changed = _find_changed(wanted, ((user, (rank, item, None)) for user, rank, item in rows))
    TopTrack.objects.filter(user_id__in=changed, **_LIST).delete()
    TopTrack.objects.bulk_create(
        TopTrack(user_id=user_id, track_id=entry.item_id, rank=entry.rank, **_LIST)
        for user_id in changed
        for entry in wanted[user_id]
    )
    return changed


def _replace_artists(wanted: Mapping[int, list[ListEntry]]) -> set[int]:
    stored = TopArtist.objects.filter(user_id__in=wanted, **_LIST)
    rows = stored.values_list("user_id", "rank", "artist_id", "play_count")
    changed = _find_changed(
        wanted, ((user, (rank, item, plays)) for user, rank, item, plays in rows)
    )
    TopArtist.objects.filter(user_id__in=changed, **_LIST).delete()
    TopArtist.objects.bulk_create(
        TopArtist(
            user_id=user_id,
            artist_id=entry.item_id,
            rank=entry.rank,
            play_count=entry.play_count,
            **_LIST,
        )
        for user_id in changed
        for entry in wanted[user_id]
    )
    return changed


def _find_changed(
    wanted: Mapping[int, Collection[ListEntry]], stored: Iterable[tuple[int, Place]]
) -> set[int]:
    places: dict[int, set[Place]] = {user_id: set() for user_id in wanted}
    for user_id, place in stored:
        places[user_id].add(place)
    return {
        user_id
        for user_id, entries in wanted.items()
        if {(entry.rank, entry.item_id, entry.play_count) for entry in entries} != places[user_id]
    }
