"""Compares two listeners in full: what they share, and what keeps them apart."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.models import User
from recommendations.index.base import Ranking
from recommendations.models import Artist, Source, TopTrack, Track, TrackArtist
from recommendations.services.counted_entries import keep_counted_tracks
from recommendations.services.pairs import Pair, compare_profiles
from recommendations.services.profile_store import load_profiles
from recommendations.services.profiles import refresh_profiles
from recommendations.services.similar_users import (
    NotEnoughListening,
    SimilarUser,
    default_ranking,
    name_pairs,
)
from recommendations.services.spaces import load_active_space
from recommendations.taste.differences import PartReached, find_differences
from recommendations.taste.explanation import FeatureComparison
from recommendations.taste.profiles import Profile
from recommendations.taste.space import Space

# Chosen by us: beyond what anybody reads of one pair.
MAX_SHARED_TRACKS = 500


@dataclass(frozen=True, slots=True)
class SharedTrack:
    """A track on lists of both; whether Spotify named it, where its address is to be shown."""

    track: Track
    is_from_spotify: bool


@dataclass(frozen=True, slots=True)
class Apart:
    """Why a pair is not closer, with names; ``taste/differences.py`` says what is in it."""

    parts: tuple[PartReached, ...]
    only_yours: tuple[Artist, ...]
    only_theirs: tuple[Artist, ...]
    opposite_features: tuple[FeatureComparison, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two listeners; "you" is ``first`` in all parts, "they" is ``pair.user``.

    ``shared_tracks`` are the first ``MAX_SHARED_TRACKS`` of ``shared_track_count``, those best
    placed with both first.
    """

    first: User
    pair: SimilarUser
    shared_tracks: tuple[SharedTrack, ...]
    shared_track_count: int
    apart: Apart


@dataclass(frozen=True, slots=True)
class _LoadedPair:
    """Two listeners' profiles in one space, and what comes of comparing them."""

    yours: Profile
    theirs: Profile
    space: Space
    pair: Pair


def compare_listeners(user: User, other: User, *, ranking: Ranking | None = None) -> SimilarUser:
    """Compare two listeners; ``rank`` is 1. Whether the viewer may see the other is the caller's.

    Raises ``NotEnoughListening`` if either has no profile.
    """
    loaded = _load_pair(user, other, ranking or default_ranking())
    return name_pairs([[loaded.pair]])[0][0]


def compare_in_full(first: User, second: User, *, ranking: Ranking | None = None) -> Comparison:
    """Return how alike two listeners are and why not more.

    Whether the viewer may see them is the caller's. Raises ``NotEnoughListening`` if either has no
    profile.
    """
    loaded = _load_pair(first, second, ranking or default_ranking())
    found = find_differences(
        loaded.yours, loaded.theirs, loaded.pair.explanation, has_map=loaded.space.has_map
    )
    [[pair]] = name_pairs([[loaded.pair]])
    artists = Artist.objects.in_bulk([*found.only_yours, *found.only_theirs])
    shared = _find_shared_tracks(first, second)
    return Comparison(
        first=first,
        pair=pair,
        shared_tracks=_load_shared_tracks(shared),
        shared_track_count=len(shared),
        apart=Apart(
            parts=found.parts,
            only_yours=_pick(artists, found.only_yours),
            only_theirs=_pick(artists, found.only_theirs),
            opposite_features=found.opposite_features,
        ),
    )


def _load_pair(user: User, other: User, ranking: Ranking) -> _LoadedPair:
    """Return two listeners' profiles, recomputed first if they are stale, and what they make.

    Raises ``NotEnoughListening`` if either has no profile.
    """
    refresh_profiles([user.pk, other.pk])
    space_id, space = load_active_space()
    profiles = {listener: load_profiles(space_id, [listener.pk]) for listener in (user, other)}
    for listener, found in profiles.items():
        if not len(found):
            raise NotEnoughListening.of(listener)
    yours, theirs = profiles[user][0], profiles[other]
    pair = compare_profiles(yours, theirs, space, ranking)
    return _LoadedPair(yours, theirs[0], space, pair)


def _pick(artists: dict[int, Artist], artist_ids: Iterable[int]) -> tuple[Artist, ...]:
    return tuple(artists[artist_id] for artist_id in artist_ids if artist_id in artists)


def _find_shared_tracks(first: User, second: User) -> dict[int, bool]:
    """Return the ids of shared tracks with whether Spotify named them, the strongest first.

    With each listener the best place counts as it does for artists, by 1 / log2(1 + rank).
    """
    own, theirs = (
        keep_counted_tracks(TopTrack.objects.filter(user=user)).values("track_id")
        for user in (first, second)
    )
    places = TopTrack.objects.filter(user__in=[first, second], track_id__in=own)
    best: defaultdict[int, dict[int, int]] = defaultdict(dict)
    from_spotify = set()
    for track_id, user_id, rank, source in places.filter(track_id__in=theirs).values_list(
        "track_id", "user_id", "rank", "source"
    ):
        ranks = best[track_id]
        ranks[user_id] = min(rank, ranks.get(user_id, rank))
        if source == Source.SPOTIFY:
            from_spotify.add(track_id)
    strengths = {
        track_id: math.prod(1 / math.log2(1 + rank) for rank in ranks.values())
        for track_id, ranks in best.items()
    }
    ordered = sorted(strengths, key=lambda track_id: (-strengths[track_id], track_id))
    return {track_id: track_id in from_spotify for track_id in ordered}


def _load_shared_tracks(shared: dict[int, bool]) -> tuple[SharedTrack, ...]:
    track_ids = list(shared)[:MAX_SHARED_TRACKS]
    artist_credits = TrackArtist.objects.select_related("artist").order_by("position")
    tracks = (
        Track.objects.filter(pk__in=track_ids)
        .select_related("audio_features")
        .prefetch_related(Prefetch("credits", queryset=artist_credits))
        .in_bulk()
    )
    return tuple(
        SharedTrack(tracks[track_id], shared[track_id])
        for track_id in track_ids
        if track_id in tracks
    )
