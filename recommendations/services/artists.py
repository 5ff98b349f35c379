"""Finds the artists that files name, makes the new ones, and merges names into ids."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Q

from recommendations.features.artist_lists import CreditedArtist
from recommendations.models import Artist, Exclusion, TopArtist, TopTrack, TrackArtist
from recommendations.name_key import build_name_key
from recommendations.services.catalogue_changes import record_catalogue_changes
from recommendations.services.profiles import mark_stale
from recommendations.services.transactions import wait_for_other_imports

Named = TypeVar("Named", TopArtist, TrackArtist)


@dataclass(slots=True)
class Resolved:
    """The keys of artists' rows, and what the index of the catalogue has to look at again."""

    ids: dict[CreditedArtist, int] = field(default_factory=dict)
    changed_artist_ids: set[int] = field(default_factory=set)
    changed_track_ids: set[int] = field(default_factory=set)


def resolve_artists(credited: Iterable[CreditedArtist]) -> dict[CreditedArtist, int]:
    """Return the key of each artist's row, as ``find_or_make_artists`` does, and note changes."""
    resolved = find_or_make_artists(credited)
    record_catalogue_changes(
        track_ids=resolved.changed_track_ids, artist_ids=resolved.changed_artist_ids
    )
    return resolved.ids


def find_or_make_artists(
    credited: Iterable[CreditedArtist], *, trusts_ids: bool = True
) -> Resolved:
    """Return the key of each artist's row, made where there is none; call it in a transaction.

    The caller notes the changes at the end of that, see ``record_catalogue_changes``.

    An artist with an id is the row of that id. If there is none, the row without an id that has
    the same normalised name takes the id and the spelling; if a row with the id and one without
    have the same normalised name, the second is merged into the first. An artist without an id is
    the first row ever made with that normalised name. An id that is not to be trusted, as of a
    listener's file, counts only where a row has it; else the artist goes by the name alone.
    """
    wait_for_other_imports()
    credited = list(dict.fromkeys(credited))
    with_id = [artist for artist in credited if artist.spotify_id is not None]
    without_id = [artist for artist in credited if artist.spotify_id is None]
    resolved = Resolved()
    if not trusts_ids:
        known = _load_ids(with_id)
        resolved.ids = {
            artist: known[artist.spotify_id].pk for artist in with_id if artist.spotify_id in known
        }
        without_id += [artist for artist in with_id if artist not in resolved.ids]
    elif with_id:
        _resolve_with_id(with_id, resolved)
    if without_id:
        _resolve_without_id(without_id, resolved)
    return resolved


def _resolve_with_id(credited: list[CreditedArtist], resolved: Resolved) -> None:
    by_id = _load_ids(credited)
    nameless_ids = _load_rows_without_id(build_name_key(artist.name) for artist in credited)
    winners: dict[int, int] = {}
    adopting: list[Artist] = []
    for artist in credited:
        spotify_id, key = str(artist.spotify_id), build_name_key(artist.name)
        known = by_id.get(spotify_id)
        if known is None and key in nameless_ids:
            row = nameless_ids.pop(key)
            row.spotify_id, row.name = spotify_id, artist.name
            by_id[spotify_id] = row
            adopting.append(row)
        elif known is None:
            by_id[spotify_id] = Artist(name=artist.name, name_key=key, spotify_id=spotify_id)
        elif known.pk is not None and known.name_key == key and key in nameless_ids:
            winners[nameless_ids.pop(key).pk] = known.pk
    _save_ids(adopting)
    named = TrackArtist.objects.filter(artist__in=adopting)
    resolved.changed_track_ids.update(named.values_list("track_id", flat=True))
    made = Artist.objects.bulk_create(row for row in by_id.values() if row.pk is None)
    resolved.changed_artist_ids.update(row.pk for row in (*adopting, *made))
    if winners:
        resolved.changed_artist_ids.update(winners)
        resolved.changed_track_ids |= _merge(winners)
    resolved.ids |= {artist: by_id[str(artist.spotify_id)].pk for artist in credited}


def _resolve_without_id(credited: list[CreditedArtist], resolved: Resolved) -> None:
    keys = {artist: build_name_key(artist.name) for artist in credited}
    found: dict[str, Artist] = {}
    for row in Artist.objects.filter(name_key__in=set(keys.values())).order_by("pk"):
        found.setdefault(row.name_key, row)
    made: dict[str, Artist] = {}
    for artist, key in keys.items():
        if key not in found:
            made.setdefault(key, Artist(name=artist.name, name_key=key))
    Artist.objects.bulk_create(made.values())
    resolved.changed_artist_ids.update(row.pk for row in made.values())
    found |= made
    resolved.ids |= {artist: found[key].pk for artist, key in keys.items()}


def _load_ids(credited: list[CreditedArtist]) -> dict[str, Artist]:
    rows = Artist.objects.filter(spotify_id__in={artist.spotify_id for artist in credited})
    return {str(row.spotify_id): row for row in rows}


def _load_rows_without_id(keys: Iterable[str]) -> dict[str, Artist]:
    rows = Artist.objects.filter(name_key__in=set(keys), spotify_id=None)
    return {row.name_key: row for row in rows}


def _save_ids(rows: list[Artist]) -> None:
    Artist.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=["spotify_id", "name"]
    )


def _merge(winners: Mapping[int, int]) -> set[int]:
    """Move credits, top artists and exclusions from rows without an id (the keys) to rows with one.

    Returns the tracks whose credits changed.
    """
    mark_stale(_load_listeners(winners))
    track_ids = _move_credits(winners)
    _move_top_artists(winners)
    _move_exclusions(winners)
    Artist.objects.filter(pk__in=winners).delete()
    return track_ids


def _load_listeners(artist_ids: Collection[int]) -> set[int]:
    by_artist = TopArtist.objects.filter(artist_id__in=artist_ids)
    by_track = TopTrack.objects.filter(track__credits__artist_id__in=artist_ids)
    excluding = Exclusion.objects.filter(artist_id__in=artist_ids)
    return {
        *by_artist.values_list("user_id", flat=True),
        *by_track.values_list("user_id", flat=True),
        *excluding.values_list("user_id", flat=True),
    }


def _move_credits(winners: Mapping[int, int]) -> set[int]:
    """A track that credits both keeps the credit that comes first; returns the tracks."""
    tracks = TrackArtist.objects.filter(artist_id__in=winners).values("track_id")
    track_ids = set(tracks.values_list("track_id", flat=True))
    credits_ = TrackArtist.objects.filter(_either(winners), track_id__in=tracks)
    moved, dropped = _take_over(
        credits_.order_by("position"), winners, lambda credit: credit.track_id
    )
    TrackArtist.objects.filter(pk__in=dropped).delete()
    TrackArtist.objects.bulk_update(moved, ["artist"])
    return track_ids


def _move_top_artists(winners: Mapping[int, int]) -> None:
    """A list that has both keeps the better place."""
    listeners = TopArtist.objects.filter(artist_id__in=winners).values("user_id")
    entries = TopArtist.objects.filter(_either(winners), user_id__in=listeners)
    moved, dropped = _take_over(
        entries.order_by("rank"),
        winners,
        lambda entry: (entry.user_id, entry.source, entry.exported_source, entry.time_range),
    )
    TopArtist.objects.filter(pk__in=dropped).delete()
    TopArtist.objects.bulk_update(moved, ["artist"])


def _move_exclusions(winners: Mapping[int, int]) -> None:
    """Who leaves out either leaves out the one that stays."""
    moved = Exclusion.objects.filter(artist_id__in=winners).values_list("user_id", "artist_id")
    Exclusion.objects.bulk_create(
        (Exclusion(user_id=user_id, artist_id=winners[old]) for user_id, old in moved),
        ignore_conflicts=True,
    )


def _either(winners: Mapping[int, int]) -> Q:
    return Q(artist_id__in=winners) | Q(artist_id__in=winners.values())


def _take_over(
    rows: Iterable[Named], winners: Mapping[int, int], list_of: Callable[[Named], Hashable]
) -> tuple[list[Named], list[int]]:
    """Name the winners in the rows, best first; return the changed and the keys of the others.

    Of several rows of one list that come to name the same artist, all but the first are the others.
    """
    taken: set[tuple[Hashable, int]] = set()
    moved: list[Named] = []
    dropped: list[int] = []
    for row in rows:
        winner = winners.get(row.artist_id, row.artist_id)
        place = (list_of(row), winner)
        if place in taken:
            dropped.append(row.pk)
        elif winner != row.artist_id:
            row.artist_id = winner
            moved.append(row)
        taken.add(place)
    return moved, dropped
