"""Finds what a listener's siblings play and the listener does not, and says why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Prefetch

from accounts.models import User
from recommendations.models import (
    Artist,
    Exclusion,
    Source,
    TopArtist,
    TopTrack,
    Track,
    TrackArtist,
)
from recommendations.services.counted_entries import keep_counted_artists, keep_counted_tracks
from recommendations.services.pairs import Search
from recommendations.services.profile_store import load_profiles
from recommendations.services.similar_users import (
    SimilarUser,
    default_ranking,
    search_similar_users,
)
from recommendations.services.spaces import load_active_space
from recommendations.taste.hear_next import (
    SIBLINGS,
    Played,
    Unheard,
    find_near_artists,
    rank_unheard,
)
from recommendations.taste.profiles import Profile, Profiles
from recommendations.taste.space import Space


@dataclass(frozen=True, slots=True)
class ToHear:
    """Why something is recommended, and where it shows from.

    ``siblings`` are the similar users who play it, the most similar first and without the reasons.
    ``near_to`` is the listener's own artist nearest to it on the map, or the artist of the track
    itself where the listener plays that one; None where none is near. ``is_from_spotify`` tells
    whether a list of Spotify's names it.
    """

    score: float
    siblings: tuple[SimilarUser, ...]
    near_to: Artist | None
    is_from_spotify: bool


@dataclass(frozen=True, slots=True)
class ArtistToHear(ToHear):
    """An artist to hear next."""

    artist: Artist


@dataclass(frozen=True, slots=True)
class TrackToHear(ToHear):
    """A track to hear next."""

    track: Track


@dataclass(frozen=True, slots=True)
class HearNext:
    """What to hear next, best first, and among how many similar users it was looked for."""

    artists: tuple[ArtistToHear, ...]
    tracks: tuple[TrackToHear, ...]
    sibling_count: int


@dataclass(frozen=True, slots=True)
class _PlayedTracks:
    """The tracks of siblings with what else is known of each."""

    played: Played
    first_artist_ids: dict[int, int]
    spotify_ids: frozenset[int]


def find_hear_next(user: User, *, limit: int) -> HearNext:
    """Return at most ``limit`` artists and as many tracks that the listener's siblings play.

    Left out is what the listener plays, and what they leave out of their taste. Only similar users
    whom the listener may see count, by the site's ranking, and of these only what they show.
    Raises ``NotEnoughListening`` and ``IndexUnavailable``.
    """
    search = Search(SIBLINGS, default_ranking(), explains=False)
    siblings = search_similar_users(user, search).similar_users
    space_id, space = load_active_space()
    own = load_profiles(space_id, [user.pk])
    if not siblings or not len(own):
        return HearNext((), (), len(siblings))
    row_of = {sibling.user.pk: row for row, sibling in enumerate(siblings)}
    similarities = np.array([sibling.score for sibling in siblings])
    excluded = list(Exclusion.objects.filter(user=user).values_list("artist_id", "track_id"))
    known_artists = {*own[0].artist_ids.tolist(), *(one for one, _ in excluded if one)}
    artists = rank_unheard(
        _gather_artists(load_profiles(space_id, list(row_of)), row_of, space),
        similarities,
        _as_ids(known_artists),
        limit,
    )
    of_siblings = _load_tracks(row_of, {one for one, _ in excluded if one}, space)
    known_tracks = {*_load_own_tracks(user), *(one for _, one in excluded if one)}
    tracks = rank_unheard(of_siblings.played, similarities, _as_ids(known_tracks), limit)
    near = _load_near(own[0], artists, tracks, of_siblings, space)
    return HearNext(
        _name_artists(artists, siblings, near),
        _name_tracks(tracks, siblings, near, of_siblings),
        len(siblings),
    )


def _as_ids(ids: Collection[int]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.array(sorted(ids), dtype=np.int64)


def _gather_artists(profiles: Profiles, row_of: dict[int, int], space: Space) -> Played:
    rows = np.array([row_of[user_id] for user_id in profiles.user_ids.tolist()], np.int32)
    return Played(
        rows=np.repeat(rows, np.diff(profiles.artist_offsets)),
        item_ids=profiles.artist_ids.astype(np.int64),
        idf=space.frequencies.idf(profiles.artist_ids),
    )


def _load_tracks(
    row_of: dict[int, int], excluded_artists: Collection[int], space: Space
) -> _PlayedTracks:
    """Load each sibling's tracks without those of the excluded artists, each once.

    A track without any credit has no artist to know it by and is left out.
    """
    entries = keep_counted_tracks(TopTrack.objects.filter(user_id__in=row_of))
    credited = entries.filter(track__credits__position=0)
    wanted = credited.exclude(track__credits__artist_id__in=excluded_artists)
    rows = set(wanted.values_list("user_id", "track_id", "track__credits__artist_id", "source"))
    first_artist_ids = {track_id: artist_id for _, track_id, artist_id, _ in rows}
    pairs = sorted({(row_of[user_id], track_id) for user_id, track_id, _, _ in rows})
    artist_ids = np.array([first_artist_ids[track_id] for _, track_id in pairs], np.int32)
    return _PlayedTracks(
        played=Played(
            rows=np.array([row for row, _ in pairs], np.int32),
            item_ids=np.array([track_id for _, track_id in pairs], np.int64),
            idf=space.frequencies.idf(artist_ids),
        ),
        first_artist_ids=first_artist_ids,
        spotify_ids=frozenset(
            track_id for _, track_id, _, source in rows if source == Source.SPOTIFY
        ),
    )


def _load_own_tracks(user: User) -> set[int]:
    return set(TopTrack.objects.filter(user=user).values_list("track_id", flat=True))


def _load_near(
    own: Profile,
    artists: Sequence[Unheard],
    tracks: Sequence[Unheard],
    of_siblings: _PlayedTracks,
    space: Space,
) -> dict[int, Artist]:
    """Return the own artist nearest to each artist to hear or of a track to hear."""
    artist_ids = {one.item_id for one in artists}
    artist_ids |= {of_siblings.first_artist_ids[one.item_id] for one in tracks}
    near = find_near_artists(np.array(sorted(artist_ids), np.int32), own, space.artist_map)
    near |= {artist_id: artist_id for artist_id in artist_ids & set(own.artist_ids.tolist())}
    named = Artist.objects.in_bulk(set(near.values()))
    return {artist_id: named[found] for artist_id, found in near.items() if found in named}


def _name_artists(
    ranked: Sequence[Unheard], siblings: Sequence[SimilarUser], near: dict[int, Artist]
) -> tuple[ArtistToHear, ...]:
    artists = Artist.objects.in_bulk([one.item_id for one in ranked])
    user_ids = [siblings[row].user.pk for one in ranked for row in one.rows]
    from_spotify = _find_artists_from_spotify(set(user_ids), list(artists))
    return tuple(
        ArtistToHear(
            artist=artists[one.item_id],
            score=one.score,
            siblings=tuple(siblings[row] for row in one.rows),
            near_to=near.get(one.item_id),
            is_from_spotify=one.item_id in from_spotify,
        )
        for one in ranked
        if one.item_id in artists
    )


def _find_artists_from_spotify(user_ids: Collection[int], artist_ids: Collection[int]) -> set[int]:
    """Return those of the artists whom a list of Spotify's of these listeners names."""
    of_spotify = {"user_id__in": user_ids, "source": Source.SPOTIFY}
    by_artist = keep_counted_artists(
        TopArtist.objects.filter(artist_id__in=artist_ids, **of_spotify)
    )
    by_track = TrackArtist.objects.filter(
        artist_id__in=artist_ids,
        track__in=keep_counted_tracks(TopTrack.objects.filter(**of_spotify)).values("track"),
    )
    return {
        *by_artist.values_list("artist_id", flat=True),
        *by_track.values_list("artist_id", flat=True),
    }


def _name_tracks(
    ranked: Sequence[Unheard],
    siblings: Sequence[SimilarUser],
    near: dict[int, Artist],
    of_siblings: _PlayedTracks,
) -> tuple[TrackToHear, ...]:
    artist_credits = TrackArtist.objects.select_related("artist").order_by("position")
    found = Track.objects.select_related("audio_features").prefetch_related(
        Prefetch("credits", queryset=artist_credits)
    )
    tracks = found.in_bulk([one.item_id for one in ranked])
    return tuple(
        TrackToHear(
            track=tracks[one.item_id],
            score=one.score,
            siblings=tuple(siblings[row] for row in one.rows),
            near_to=near.get(of_siblings.first_artist_ids[one.item_id]),
            is_from_spotify=one.item_id in of_siblings.spotify_ids,
        )
        for one in ranked
        if one.item_id in tracks
    )
