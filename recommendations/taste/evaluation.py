"""Measures how well a ranking tells listeners apart, without any truth but their own listening.

Each listener's listening is divided into two halves by chance. A good ranking finds, for one half,
the other half of the same person among those of everybody.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from recommendations.taste.listening import Float64Array, expand_credits
from recommendations.taste.lists import Lists
from recommendations.taste.profiles import Int64Array, Profile, Profiles

BoolArray = npt.NDArray[np.bool_]
# Returns (n,) scores of the others against the query.
Score = Callable[[Profile, Profiles], Float64Array]


@dataclass(frozen=True, slots=True)
class HitRate:
    """``rate`` in [0, 1]: the share of ``listener_count`` whose other half is in the top k.

    ``chance`` is what an order at random would reach.
    """

    rate: float
    chance: float
    listener_count: int


def split_halves(lists: Lists, seed: int) -> tuple[Lists, Lists]:
    """Return the listening of the same listeners in two halves, the same ones for a seed.

    A track of a listener is in one half, in whichever lists it stands. A top artist is in the
    halves in which the listener has a track by them, and without tracks in one of the two.
    """
    random = np.random.default_rng(seed)
    tracks, artists = lists.top_tracks, lists.top_artists
    is_first = _toss(_pairs(tracks.rows, tracks.track_ids), random)
    tossed = _toss(_pairs(artists.rows, artists.artist_ids), random)
    halves = []
    for in_half, by_chance in ((is_first, tossed), (~is_first, ~tossed)):
        has_track = _is_credited(lists, in_half)
        has_any_track = has_track | _is_credited(lists, ~in_half)
        halves.append(_pick(lists, in_half, has_track | (by_chance & ~has_any_track)))
    return halves[0], halves[1]


def measure_hit_rate(queries: Profiles, others: Profiles, score: Score, k: int) -> HitRate:
    """Return how often a listener's own row of ``others`` is among the k best for their query.

    Who is not in both counts for nothing. Ties are ordered by user id, as in the rankings.
    """
    common = np.intersect1d(queries.user_ids, others.user_ids)
    if not len(common):
        return HitRate(0.0, 0.0, 0)
    queries = queries.take(_rows_of(queries, common))
    others = others.take(_rows_of(others, common))
    hits = 0
    for row, query in enumerate(queries):
        scores = score(query, others)
        ahead = int((scores > scores[row]).sum() + (scores[:row] == scores[row]).sum())
        hits += ahead < k
    return HitRate(hits / len(common), min(1.0, k / len(common)), len(common))


def _pairs(rows: npt.NDArray[np.integer], ids: npt.NDArray[np.integer]) -> Int64Array:
    """Return one number for each pair of row and id; ids are below 2**32."""
    return (rows.astype(np.int64) << 32) | ids.astype(np.int64)


def _toss(pairs: Int64Array, random: np.random.Generator) -> BoolArray:
    """Return a coin's side for each pair, the same one for equal pairs."""
    distinct, places = np.unique(pairs, return_inverse=True)
    return (random.random(len(distinct)) < 0.5)[places]  # noqa: PLR2004 - a fair coin


def _is_credited(lists: Lists, is_kept: BoolArray) -> BoolArray:
    """Tell of each top artist whether the listener has one of the kept tracks by them."""
    tracks, artists, catalogue = lists.top_tracks, lists.top_artists, lists.catalogue
    rows, credited, _ = expand_credits(
        tracks.rows[is_kept], tracks.track_ids[is_kept], tracks.ranks[is_kept], catalogue
    )
    heard = _pairs(rows, credited)
    return np.isin(_pairs(artists.rows, artists.artist_ids), heard)


def _pick(lists: Lists, tracks: BoolArray, artists: BoolArray) -> Lists:
    return replace(
        lists,
        top_tracks=lists.top_tracks.pick(tracks),
        top_artists=lists.top_artists.pick(artists),
    )


def _rows_of(profiles: Profiles, user_ids: Int64Array) -> Int64Array:
    order = np.argsort(profiles.user_ids)
    rows: Int64Array = order[np.searchsorted(profiles.user_ids, user_ids, sorter=order)]
    return rows
