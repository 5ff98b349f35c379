"""The map as a viewer may see it: nobody who is hidden is on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, OuterRef, QuerySet, Subquery

from accounts.models import User
from recommendations.models import ListenerPlace, SoundMap, TrackArtist, TrackPlace
from recommendations.services.visibility import load_unseen

# Chosen by us: what a browser opens and moves at ease; search finds no others.
MOST_TRACKS_DRAWN = 20_000
MOST_LISTENERS_DRAWN = 10_000

Columns = Mapping[str, Sequence[Any]]


class NoMapYet(Exception):  # noqa: N818 - named for what the viewer is told
    """Nothing has been drawn yet."""


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """What is drawn, as columns: ``id``, ``name``, ``x``, ``y``, and ``artist`` of tracks.

    ``you`` is the viewer's own place, whether or not they are hidden.
    """

    tracks: Columns
    listeners: Columns
    you: tuple[float, float] | None


def load_drawn_map(viewer: User | AnonymousUser) -> DrawnMap:
    """Return all that is drawn for a viewer, tracks the most heard first.

    Raises ``NoMapYet``.
    """
    map_id, computed_at = _load_map()
    listeners = _visible_places(map_id, viewer).order_by("user__username")
    rows = listeners.values_list("user_id", "user__username", "x", "y")[:MOST_LISTENERS_DRAWN]
    own = load_own_place(viewer)
    return DrawnMap(
        tracks=_load_tracks(map_id, computed_at),
        listeners=_columns(("id", "name", "x", "y"), list(rows)),
        you=None if own is None else (own.x, own.y),
    )


def load_own_place(viewer: User | AnonymousUser) -> ListenerPlace | None:
    """Return the viewer's own place."""
    return None if viewer.pk is None else ListenerPlace.objects.filter(user=viewer.pk).first()


def load_listener_places(
    viewer: User | AnonymousUser, own: ListenerPlace | None
) -> QuerySet[ListenerPlace]:
    """Return the places of those whom the viewer may see: the nearest to ``own``, or by name."""
    places = _visible_places(_load_map()[0], viewer).select_related("user")
    if own is None:
        return places.order_by("user__username")
    return places.annotate(squared=_squared_distance(own)).order_by("squared", "pk")


def load_track_places(own: ListenerPlace | None) -> QuerySet[TrackPlace]:
    """Return the places of tracks: those nearest to one's own first, or the most heard."""
    places = TrackPlace.objects.filter(sound_map=_load_map()[0])
    with_tracks = places.select_related("track").annotate(artist_name=_first_artist())
    if own is None:
        return with_tracks.order_by("-listener_count", "pk")
    return with_tracks.annotate(squared=_squared_distance(own)).order_by("squared", "pk")


def _load_map() -> tuple[int, datetime]:
    drawn = SoundMap.objects.values_list("pk", "computed_at").first()
    if drawn is None:
        raise NoMapYet
    return drawn


def _visible_places(map_id: int, viewer: User | AnonymousUser) -> QuerySet[ListenerPlace]:
    """Return the places of others whom this viewer may see."""
    found = ListenerPlace.objects.filter(
        sound_map=map_id, user__is_discoverable=True, user__is_active=True
    )
    return found.exclude(user__in=load_unseen(viewer) | {viewer.pk})


def _squared_distance(own: ListenerPlace) -> Any:  # noqa: ANN401 - an expression has no better type
    return (F("x") - own.x) * (F("x") - own.x) + (F("y") - own.y) * (F("y") - own.y)


def _first_artist() -> Subquery:
    first = TrackArtist.objects.filter(track=OuterRef("track")).order_by("position")
    return Subquery(first.values("artist__name")[:1])


@lru_cache(maxsize=1)
def _load_tracks(map_id: int, _computed_at: datetime) -> Columns:
    """The tracks of a map never move, so each process reads them once."""
    places = TrackPlace.objects.filter(sound_map=map_id).annotate(artist_name=_first_artist())
    most_heard = places.order_by("-listener_count", "pk")[:MOST_TRACKS_DRAWN]
    rows = list(most_heard.values_list("track_id", "track__name", "x", "y", "artist_name"))
    return _columns(("id", "name", "x", "y", "artist"), rows)


def _columns(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Columns:
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return dict(zip(names, columns, strict=True))
