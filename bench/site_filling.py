"""Fills the PostgreSQL of a site with made-up listeners, by COPY; import it after Django's setup.

Listeners are those of bench/listeners.py, discoverable, each with a stored profile and a revision.
The first ``changing`` of them have top artists and top tracks too. The active space has artist
frequencies and a map, so that a profile computed in it has all of its parts.
"""

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from django.db import connection, transaction

from bench.listeners import ARTISTS, build_blocks
from recommendations.models import (
    Artist,
    AudioFeatures,
    RevisionCounter,
    TasteSpace,
    Track,
    TrackArtist,
)
from recommendations.taste.artist_map import ArtistMap
from recommendations.taste.artists import ArtistFrequencies
from recommendations.taste.profiles import MAP_SIZE, Profile, Profiles
from recommendations.taste.space import Space, default_space
from recommendations.taste.vectors import unit_rows

SEED = 20260821
TRACKS = 20_000
# An artist each, so that with these and the top artists a changed profile has as many artists as
# those of bench/listeners.py.
TRACKS_EACH = 40
ARTISTS_EACH = 10
# As many as a fitted map has at most.
MAPPED_ARTISTS = 20_000
STORED_AT = "2026-01-01 00:00:00Z"

Rows = Iterable[tuple[Any, ...]]


def fill(listeners: int, changing: int) -> None:
    """Write everything into an empty, migrated database."""
    random = np.random.default_rng(SEED)
    first_block = next(build_blocks(listeners))
    with transaction.atomic():
        _fill_catalogue(random)
        space_id = _make_space(random, first_block, listeners)
        _fill_users(listeners)
        for block in build_blocks(listeners):
            _fill_profiles(space_id, block)
        _fill_revisions(listeners)
        _fill_lists(random, first_block.take(np.arange(changing)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def user_name(user_id: int) -> str:
    """Return the name of a made-up listener."""
    return f"listener-{user_id}"


def top_artists(profile: Profile) -> list[int]:
    """Return the ids of a listener's top artists, the best first."""
    order = np.argsort(-profile.artist_weights, kind="stable")[:ARTISTS_EACH]
    artist_ids: list[int] = profile.artist_ids[order].tolist()
    return artist_ids


def _copy(table: str, columns: str, rows: Rows) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _fill_catalogue(random: np.random.Generator) -> None:
    artist_ids, track_ids = range(1, ARTISTS + 1), range(1, TRACKS + 1)
    Artist.objects.bulk_create(
        (Artist(pk=pk, name=f"Artist {pk}", name_key=f"artist {pk}") for pk in artist_ids),
        batch_size=10_000,
    )
    Track.objects.bulk_create(
        Track(pk=pk, name=f"Track {pk}", duration_ms=200_000, popularity=50) for pk in track_ids
    )
    TrackArtist.objects.bulk_create(
        TrackArtist(track_id=pk, artist_id=artist_id, position=0)
        for pk, artist_id in zip(
            track_ids, random.integers(1, ARTISTS, TRACKS).tolist(), strict=True
        )
    )
    AudioFeatures.objects.bulk_create(
        AudioFeatures(
            track_id=pk,
            provider=AudioFeatures.Provider.SYNTHETIC,
            danceability=values[0],
            energy=values[1],
            speechiness=values[2],
            acousticness=values[3],
            instrumentalness=values[4],
            liveness=values[5],
            valence=values[6],
            tempo_bpm=60 + 120 * values[7],
            loudness_db=-30 * values[8],
            key=5,
            mode=1,
            time_signature=4,
        )
        for pk, values in zip(track_ids, random.random((TRACKS, 9)).tolist(), strict=True)
    )


def _make_space(random: np.random.Generator, block: Profiles, listeners: int) -> int:
    """Return the id of an active space with the artist frequencies of the block."""
    holders = np.bincount(block.artist_ids, minlength=ARTISTS + 1)[1:]
    positions = unit_rows(random.normal(size=(MAPPED_ARTISTS, MAP_SIZE)))
    space: Space = dataclasses.replace(
        default_space(),
        frequencies=ArtistFrequencies(
            np.arange(1, ARTISTS + 1, dtype=np.int32),
            (holders * (listeners / len(block))).astype(np.int32),
            listeners,
        ),
        artist_map=ArtistMap(
            np.arange(1, MAPPED_ARTISTS + 1, dtype=np.int32),
            positions.astype(np.float32),
            np.zeros(MAP_SIZE, np.float32),
        ),
    )
    row = TasteSpace.objects.create(
        status=TasteSpace.Status.ACTIVE,
        origin="made up",
        listener_count=listeners,
        track_count=TRACKS,
        artist_count=ARTISTS,
        arrays=space.to_bytes(),
    )
    return row.pk


def _fill_users(listeners: int) -> None:
    columns = (
        "id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, "
        "date_joined, origin, is_discoverable"
    )
    rows = (
        (pk, "!", False, user_name(pk), "", "", "", False, True, STORED_AT, "import", True)
        for pk in range(1, listeners + 1)
    )
    _copy("accounts_user", columns, rows)


def _fill_profiles(space_id: int, block: Profiles) -> None:
    columns = (
        "space_id, user_id, computed_at, meta_vector, taste_vector, feature_means, artist_ids, "
        "artist_weights, track_count, described_track_count, artist_count"
    )
    rows = (
        (
            space_id,
            profile.user_id,
            STORED_AT,
            profile.meta_vector.tobytes(),
            profile.taste_vector.tobytes(),
            profile.feature_means.tobytes(),
            profile.artist_ids.tobytes(),
            profile.artist_weights.tobytes(),
            TRACKS_EACH,
            TRACKS_EACH,
            len(profile.artist_ids),
        )
        for profile in block
    )
    _copy("recommendations_tasteprofile", columns, rows)


def _fill_revisions(listeners: int) -> None:
    """Give the listeners the first revisions, as if each had changed once."""
    rows = ((pk, pk) for pk in range(1, listeners + 1))
    _copy("recommendations_profilechange", "user_id, revision", rows)
    RevisionCounter.objects.create(pk=1, last_revision=listeners)


def _fill_lists(random: np.random.Generator, block: Profiles) -> None:
    shared = "user_id, source, exported_source, time_range, stored_at, rank"
    _copy("recommendations_topartist", f"{shared}, artist_id", _list_rows(map(top_artists, block)))
    tracks = (random.permutation(TRACKS)[:TRACKS_EACH] + 1 for _ in range(len(block)))
    _copy(
        "recommendations_toptrack",
        f"{shared}, track_id",
        _list_rows(map(np.ndarray.tolist, tracks)),
    )


def _list_rows(lists: Iterable[list[int]]) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each item of the lists of the first listeners."""
    for user_id, items in enumerate(lists, start=1):
        for rank, item_id in enumerate(items, start=1):
            yield user_id, "file", "", "long_term", STORED_AT, rank, item_id
