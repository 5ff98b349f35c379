"""Tracks and artists as the index of the catalogue holds them, read in blocks."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TypeVar

from django.db.models import QuerySet

from recommendations.index.catalogue import CatalogueBlock, IndexedArtist, IndexedTrack
from recommendations.models import Artist, Track, TrackArtist
from recommendations.services.listening import FEATURE_FIELDS

# Chosen by us: some 5 MB a block.
BLOCK_SIZE = 5_000

_ARTIST_FIELDS = ("pk", "name", "name_key", "spotify_id")

Row = TypeVar("Row", Artist, Track)


def load_block(track_ids: Collection[int], artist_ids: Collection[int]) -> CatalogueBlock:
    """Return those of the tracks and artists that exist."""
    return CatalogueBlock(
        _build_tracks(Track.objects.filter(pk__in=track_ids)),
        _build_artists(Artist.objects.filter(pk__in=artist_ids)),
    )


def load_all_blocks() -> Iterator[CatalogueBlock]:
    """Yield all tracks, then all artists, ascending by key."""
    last_id = 0
    while tracks := _build_tracks(_page(Track.objects.filter(pk__gt=last_id))):
        last_id = tracks[-1].track_id
        yield CatalogueBlock(tracks=tracks)
    last_id = 0
    while artists := _build_artists(_page(Artist.objects.filter(pk__gt=last_id))):
        last_id = artists[-1].artist_id
        yield CatalogueBlock(artists=artists)


def count_rows() -> int:
    """Return the number of tracks and artists."""
    return Track.objects.count() + Artist.objects.count()


def _page(rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.order_by("pk")[:BLOCK_SIZE]


def _build_tracks(tracks: QuerySet[Track]) -> list[IndexedTrack]:
    rows = list(
        tracks.values_list("pk", "name", "name_key", "spotify_id", *FEATURE_FIELDS.values())
    )
    artists = _load_artists_of([row[0] for row in rows])
    return [
        IndexedTrack(
            track_id=pk,
            name=name,
            name_key=name_key,
            spotify_id=spotify_id,
            artists=artists[pk],
            features={
                feature: value
                for feature, value in zip(FEATURE_FIELDS, values, strict=True)
                if value is not None
            },
        )
        for pk, name, name_key, spotify_id, *values in rows
    ]


def _load_artists_of(track_ids: Collection[int]) -> dict[int, list[IndexedArtist]]:
    """Return the artists of each track in the order of its credits."""
    credited = TrackArtist.objects.filter(track_id__in=track_ids).order_by("track_id", "position")
    fields = [f"artist__{field}" for field in _ARTIST_FIELDS]
    artists: dict[int, list[IndexedArtist]] = defaultdict(list)
    for track_id, *values in credited.values_list("track_id", *fields):
        artists[track_id].append(IndexedArtist(*values))
    return artists


def _build_artists(artists: QuerySet[Artist]) -> list[IndexedArtist]:
    return [IndexedArtist(*row) for row in artists.values_list(*_ARTIST_FIELDS)]
