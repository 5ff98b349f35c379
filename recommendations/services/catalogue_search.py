"""The search of tracks and artists, the same by whatever engine answers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Prefetch, QuerySet

from recommendations.index import get_catalogue
from recommendations.index.base import IndexUnavailable
from recommendations.index.catalogue import CatalogueQuery, CatalogueSearch
from recommendations.models import Artist, Track, TrackArtist
from recommendations.services.catalogue_database import DatabaseCatalogue

# Chosen by us: longer than what anybody types, and it bounds what a search can cost.
MAX_TEXT_LENGTH = 100

Row = TypeVar("Row", Artist, Track)


class SearchUnavailable(IndexUnavailable):
    """The index of the catalogue does not answer just now; nothing was lost."""


class TrackNotFound(Exception):  # noqa: N818 - named for what the asker is told
    """There is no such track."""


@dataclass(frozen=True, slots=True)
class CatalogueFindings:
    """Tracks with artists and audio features, and artists, best first."""

    tracks: Sequence[Track] = ()
    artists: Sequence[Artist] = ()

    def __bool__(self) -> bool:
        return bool(self.tracks or self.artists)


def search_catalogue(text: str, *, limit: int) -> CatalogueFindings:
    """Return the tracks and the artists that a text finds, at most ``limit`` of each.

    Case, accents and punctuation do not matter; which come first, ``index/catalogue.py`` says.
    Of a text beyond ``MAX_TEXT_LENGTH`` the rest is left out. Raises ``SearchUnavailable``.
    """
    query = CatalogueQuery.of(text[:MAX_TEXT_LENGTH])
    if not query.key:
        return CatalogueFindings()
    engine: CatalogueSearch = get_catalogue() or DatabaseCatalogue()
    try:
        track_ids = engine.find_tracks(query, limit)
        artist_ids = engine.find_artists(query, limit)
    except IndexUnavailable as error:
        raise SearchUnavailable(str(error)) from error
    # What is shown is read from the database: what was deleted a moment ago is gone already.
    return CatalogueFindings(
        tracks=_load(described_tracks(), track_ids),
        artists=_load(Artist.objects.all(), artist_ids),
    )


def search_artists(text: str, *, limit: int) -> list[Artist]:
    """Return the artists alone that a text finds, as ``search_catalogue`` does."""
    query = CatalogueQuery.of(text[:MAX_TEXT_LENGTH])
    if not query.key:
        return []
    engine: CatalogueSearch = get_catalogue() or DatabaseCatalogue()
    try:
        artist_ids = engine.find_artists(query, limit)
    except IndexUnavailable as error:
        raise SearchUnavailable(str(error)) from error
    return _load(Artist.objects.all(), artist_ids)


def load_track(track_id: int) -> Track:
    """Return a track with its artists and audio features. Raises ``TrackNotFound``."""
    track = described_tracks().filter(pk=track_id).first()
    if track is None:
        raise TrackNotFound(track_id)
    return track


def described_tracks() -> QuerySet[Track]:
    """Return all tracks, each with its artists and audio features."""
    artist_credits = TrackArtist.objects.select_related("artist").order_by("position")
    return Track.objects.select_related("audio_features").prefetch_related(
        Prefetch("credits", queryset=artist_credits)
    )


def _load(rows: QuerySet[Row], ids: Sequence[int]) -> list[Row]:
    """Return the rows of these keys in their order, without those that are no more."""
    found = rows.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]
