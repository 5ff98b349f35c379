"""Puts a playlist together that two listeners may both like: which tracks, in which order."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, zip_longest
from math import log2

# Chosen by us: with more of one artist it is their playlist.
TRACKS_BY_ARTIST = 3


class Part(StrEnum):
    """Whose track it is."""

    SHARED = "shared"
    YOURS = "yours"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class OwnTrack:
    """A track of one listener: their best rank of it, and how well it fits the other."""

    track_id: int
    artist_id: int | None
    rank: int
    fit: float


@dataclass(frozen=True, slots=True)
class Pick:
    """A track of the playlist."""

    track_id: int
    part: Part


def pick_tracks(
    yours: Collection[OwnTrack], theirs: Collection[OwnTrack], limit: int
) -> list[Pick]:
    """Return at most ``limit`` tracks: the shared ones, then those of each that fit the other.

    Of the shared ones come first those that both play most: by 1 / log2(1 + rank), summed over
    both. The others take turns, the best fitting first, at most three by one artist; what does not
    fit at all is left out. Ties by rank, then by id.
    """
    of_them = {track.track_id: track for track in theirs}
    shared = [track for track in yours if track.track_id in of_them]
    shared.sort(key=lambda one: (-_strength(one) - _strength(of_them[one.track_id]), one.track_id))
    known = {track.track_id for track in shared}
    turns = zip_longest(
        _order_by_fit(yours, known, Part.YOURS), _order_by_fit(theirs, known, Part.THEIRS)
    )
    picks = [Pick(track.track_id, Part.SHARED) for track in shared]
    picks += [pick for pick in chain.from_iterable(turns) if pick is not None]
    return picks[:limit]


def _strength(track: OwnTrack) -> float:
    return 1.0 / log2(1.0 + track.rank)


def _order_by_fit(
    tracks: Collection[OwnTrack], known: Collection[int], part: Part
) -> Sequence[Pick]:
    by_artist: Counter[int] = Counter()
    ordered: list[Pick] = []
    for track in sorted(tracks, key=lambda one: (-one.fit, one.rank, one.track_id)):
        if track.track_id in known or track.fit <= 0.0:
            continue
        if track.artist_id is not None:
            by_artist[track.artist_id] += 1
            if by_artist[track.artist_id] > TRACKS_BY_ARTIST:
                continue
        ordered.append(Pick(track.track_id, part))
    return ordered
