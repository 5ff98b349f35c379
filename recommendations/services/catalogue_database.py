"""Searches tracks and artists in the database itself, for a site without Elasticsearch.

Names said exactly, names that begin so, and tracks of an artist are found by indexes. Only when
these are too few, every name is looked through for words in its middle; ``docs/api.md`` has what
that takes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from recommendations.index.catalogue import CatalogueQuery
from recommendations.models import Artist, Track, TrackArtist

_POPULAR_FIRST = (F("popularity").desc(nulls_last=True), "pk")


class DatabaseCatalogue:
    """A ``CatalogueSearch`` that asks the tables."""

    def find_tracks(self, query: CatalogueQuery, limit: int) -> list[int]:
        """Return the first tracks, as ``CatalogueSearch`` says."""
        tracks = Track.objects.order_by(*_POPULAR_FIRST)
        classes = (
            lambda: Q(name_key=query.key),
            lambda: _is_credited(query),
            lambda: Q(name_key__beginswith=query.key),
            lambda: _has_words(query.words),
        )
        return _find(tracks, classes, limit)

    def find_artists(self, query: CatalogueQuery, limit: int) -> list[int]:
        """Return the first artists, as ``CatalogueSearch`` says."""
        artists = Artist.objects.order_by("name_key", "pk")
        classes = (
            lambda: Q(name_key=query.key),
            lambda: Q(name_key__beginswith=query.key),
            lambda: _has_words(query.words),
        )
        return _find(artists, classes, limit)


def _find(rows: QuerySet[Any], classes: Iterable[Callable[[], Q | None]], limit: int) -> list[int]:
    """Return the keys of what is of the first class, then of the next, until there are enough."""
    found: list[int] = []
    for build_condition in classes:
        condition = build_condition()
        if condition is not None:
            further = rows.filter(condition).exclude(pk__in=found)
            found += further.values_list("pk", flat=True)[: limit - len(found)]
        if len(found) == limit:
            break
    return found


def _is_credited(query: CatalogueQuery) -> Q | None:
    """Return the condition of being a track by an artist whom the text names, if there is one."""
    readings = list(query.credits())
    named = Artist.objects.filter(name_key__in={key for key, _ in readings})
    keys = set(named.values_list("name_key", flat=True))
    conditions = [
        Q(pk__in=TrackArtist.objects.filter(artist__name_key=key).order_by().values("track_id"))
        & _has_words(words)
        for key, words in readings
        if key in keys
    ]
    if not conditions:
        return None
    is_credited = Q()
    for condition in conditions:
        is_credited |= condition
    return is_credited


def _has_words(words: Sequence[str]) -> Q:
    """Return the condition that a word of the name begins with each of these."""
    return Q(*_word_conditions(words))


def _word_conditions(words: Sequence[str]) -> Iterator[Q]:
    for word in words:
        is_inside = GreaterThan(StrIndex("name_key", Value(f" {word}")), 0)
        yield Q(name_key__beginswith=word) | Q(is_inside)
