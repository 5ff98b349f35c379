"""Reads listening out of the database into columns: before step 5 of the data's way."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from django.db.models import Case, QuerySet, SmallIntegerField, When

from recommendations.models import (
    AudioFeatures,
    Exclusion,
    TimeRange,
    TopArtist,
    TopTrack,
    Track,
    TrackArtist,
)
from recommendations.services.counted_entries import keep_counted_tracks
from recommendations.taste.listening import (
    Catalogue,
    ExcludedArtists,
    Float64Array,
    Listening,
    TopArtists,
    TopTracks,
)
from recommendations.taste.lists import Lists
from recommendations.taste.profiles import Int32Array, Int64Array
from recommendations.taste.scales import SCALES, Scales
from recommendations.taste.schema import TRACK_FEATURES

# Chosen by us: 50,000 rows of top tracks at a time keep the memory small and the queries few.
BATCH_SIZE = 1_000

# Called with the number of listeners done and the number to do.
Progress = Callable[[int, int], object]

_TRACK_COLUMNS = {"duration_ms", "popularity"}
# Where a query of tracks finds each feature, in the order of ``TRACK_FEATURES``.
FEATURE_FIELDS = {
    name: name if name in _TRACK_COLUMNS else f"audio_features__{name}" for name in TRACK_FEATURES
}
# Whose scale they are on, as a place in ``SCALES``.
_SCALE = Case(
    When(
        audio_features__provider=AudioFeatures.Provider.RECCOBEATS, then=SCALES.index("reccobeats")
    ),
    default=0,
    output_field=SmallIntegerField(),
)
_TRACK_FIELDS: tuple[str | Case, ...] = ("pk", *FEATURE_FIELDS.values(), _SCALE)


def batches(ids: Sequence[int], progress: Progress | None = None) -> Iterator[Sequence[int]]:
    """Cut ids into batches that one transaction can take; ``progress`` hears of each one done."""
    for start in range(0, len(ids), BATCH_SIZE):
        batch = ids[start : start + BATCH_SIZE]
        yield batch
        if progress is not None:
            progress(start + len(batch), len(ids))


def load_listening(user_ids: Sequence[int], scales: Scales) -> Listening:
    """Return what these listeners listen to, in the order of the given ids.

    What they leave out of their taste is left out here, so that nothing is computed from it. The
    features are on one scale, whichever provider they come from. Five queries, whatever the number
    of listeners; give it a batch of at most some thousand.
    """
    return load_lists(user_ids, scales).gather()


def load_lists(
    user_ids: Sequence[int], scales: Scales, time_range: TimeRange | None = None
) -> Lists:
    """Return these listeners' lists before they are merged; of one span if it is given.

    Otherwise as ``load_listening``.
    """
    row_of = {user_id: row for row, user_id in enumerate(user_ids)}
    span = {} if time_range is None else {"time_range": time_range}
    return Lists(
        user_ids=np.array(user_ids, dtype=np.int64),
        top_tracks=_load_top_tracks(row_of, span),
        top_artists=_load_top_artists(row_of, span),
        catalogue=_load_catalogue(row_of, scales),
        excluded=_load_excluded_artists(row_of),
    )


def load_track_features(scales: Scales) -> Iterator[Float64Array]:
    """Yield the (m, 14) features of every described track, in blocks, all on one scale."""
    described = Track.objects.filter(audio_features__isnull=False)
    last_id = 0
    while True:
        page = described.filter(pk__gt=last_id).order_by("pk")
        block = _columns(page.values_list(*_TRACK_FIELDS)[: 20 * BATCH_SIZE], len(_TRACK_FIELDS))
        if not len(block):
            return
        last_id = int(block[-1, 0])
        yield _features(block, scales)


def load_features_of(track_ids: Sequence[int], scales: Scales) -> tuple[Int64Array, Float64Array]:
    """Return the ids, ascending, and the (m, 14) features of those of the tracks that exist."""
    blocks = [np.empty((0, len(_TRACK_FIELDS)))]
    for batch in batches(sorted(track_ids)):
        rows = Track.objects.filter(pk__in=batch).order_by("pk").values_list(*_TRACK_FIELDS)
        blocks.append(_columns(rows, len(_TRACK_FIELDS)))
    block = np.concatenate(blocks)
    return block[:, 0].astype(np.int64), _features(block, scales)


def _columns(rows: "QuerySet[Any, Any]", width: int) -> Float64Array:
    """Return rows of numbers as (n, width) float64, NaN for null; exact up to 2**53."""
    return np.array(list(rows), dtype=np.float64).reshape(-1, width)


def _rows(user_ids: Float64Array, row_of: dict[int, int]) -> Int32Array:
    return np.fromiter(map(row_of.__getitem__, user_ids), dtype=np.int32, count=len(user_ids))


def _load_top_tracks(row_of: dict[int, int], span: dict[str, TimeRange]) -> TopTracks:
    entries = keep_counted_tracks(TopTrack.objects.filter(user_id__in=row_of, **span))
    block = _columns(entries.values_list("user_id", "track_id", "rank"), 3)
    return TopTracks(
        rows=_rows(block[:, 0], row_of),
        track_ids=block[:, 1].astype(np.int64),
        ranks=block[:, 2].astype(np.int32),
    )


def _load_top_artists(row_of: dict[int, int], span: dict[str, TimeRange]) -> TopArtists:
    entries = TopArtist.objects.filter(user_id__in=row_of, **span)
    block = _columns(entries.values_list("user_id", "artist_id", "rank", "play_count"), 4)
    return TopArtists(
        rows=_rows(block[:, 0], row_of),
        artist_ids=block[:, 1].astype(np.int32),
        ranks=block[:, 2].astype(np.int32),
        play_counts=block[:, 3],
    )


def _load_excluded_artists(row_of: dict[int, int]) -> ExcludedArtists:
    excluded = Exclusion.objects.filter(user_id__in=row_of, artist__isnull=False)
    block = _columns(excluded.values_list("user_id", "artist_id"), 2)
    return ExcludedArtists(_rows(block[:, 0], row_of), block[:, 1].astype(np.int32))


def _features(block: Float64Array, scales: Scales) -> Float64Array:
    """Return the features of rows of ``_TRACK_FIELDS``."""
    return scales.convert(block[:, 1:-1], block[:, -1].astype(np.int8))


def _load_catalogue(row_of: dict[int, int], scales: Scales) -> Catalogue:
    """Return the tracks that these listeners' lists name."""
    listed = TopTrack.objects.filter(user_id__in=row_of).values("track_id")
    tracks = Track.objects.filter(pk__in=listed).order_by("pk")
    block = _columns(tracks.values_list(*_TRACK_FIELDS), len(_TRACK_FIELDS))
    artist_credits = TrackArtist.objects.filter(track_id__in=listed).order_by()
    credit_block = _columns(artist_credits.values_list("track_id", "artist_id"), 2)
    return Catalogue(
        track_ids=block[:, 0].astype(np.int64),
        features=_features(block, scales),
        credit_track_ids=credit_block[:, 0].astype(np.int64),
        credit_artist_ids=credit_block[:, 1].astype(np.int32),
    )
