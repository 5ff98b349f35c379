"""A playlist for two listeners: what both play, then what of each fits the other."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.models import User
from recommendations.models import Exclusion, Source, TopTrack, Track, TrackArtist
from recommendations.services.listeners import ListenerNotVisible, load_visible_listener
from recommendations.services.listening import load_lists
from recommendations.services.profile_store import load_profiles
from recommendations.services.profiles import refresh_profiles
from recommendations.services.similar_users import NotEnoughListening
from recommendations.services.spaces import load_active_space
from recommendations.taste.listening import Float64Array
from recommendations.taste.lists import Lists
from recommendations.taste.shared_playlist import OwnTrack, Part, Pick, pick_tracks
from recommendations.taste.track_fit import fit_tracks

# Chosen by us: an evening. The most is what Spotify takes in one call.
TRACKS_BY_DEFAULT = 50
MAX_TRACKS = 100


@dataclass(frozen=True, slots=True)
class PlaylistTrack:
    """A track, whose it is, and whether a list of Spotify's of either names it."""

    track: Track
    part: Part
    is_from_spotify: bool


@dataclass(frozen=True, slots=True)
class SharedPlaylist:
    """The playlist of ``user`` and ``other``, in its order."""

    user: User
    other: User
    tracks: tuple[PlaylistTrack, ...]


def load_partner(user: User, user_id: int) -> User:
    """Return another listener whom this one may see. Raises ``ListenerNotVisible``."""
    partner = load_visible_listener(user, user_id)
    if partner == user:
        raise ListenerNotVisible(user_id)
    return partner


def build_shared_playlist(
    user: User, other: User, *, limit: int = TRACKS_BY_DEFAULT
) -> SharedPlaylist:
    """Return at most ``limit`` tracks that both may like.

    Whether the viewer may see the other is the caller's. What either leaves out of their taste is
    left out. Raises ``NotEnoughListening`` if either has no profile.
    """
    refresh_profiles([user.pk, other.pk])
    space_id, space = load_active_space()
    profiles = {one.user_id: one for one in load_profiles(space_id, [user.pk, other.pk])}
    for listener in (user, other):
        if listener.pk not in profiles:
            raise NotEnoughListening.of(listener)
    lists = load_lists([user.pk, other.pk], space.scales)
    left_out = _load_left_out([user.pk, other.pk])
    first_artists = _load_first_artists(lists)
    yours, theirs = (
        _gather(lists, row, fit_tracks(profiles[to.pk], lists.catalogue, space), first_artists)
        for row, to in enumerate((other, user))
    )
    picks = pick_tracks(
        [track for track in yours if track.track_id not in left_out],
        [track for track in theirs if track.track_id not in left_out],
        limit,
    )
    return SharedPlaylist(user, other, _name([user.pk, other.pk], picks))


def _load_left_out(user_ids: Collection[int]) -> set[int]:
    """Return the tracks that either leaves out, by themselves or by any artist on them."""
    exclusions = Exclusion.objects.filter(user_id__in=user_ids)
    artists = exclusions.filter(artist__isnull=False).values("artist_id")
    listed = TopTrack.objects.filter(user_id__in=user_ids).values("track_id")
    by_artist = TrackArtist.objects.filter(artist_id__in=artists, track_id__in=listed)
    return {
        *exclusions.filter(track__isnull=False).values_list("track_id", flat=True),
        *by_artist.values_list("track_id", flat=True),
    }


def _load_first_artists(lists: Lists) -> dict[int, int]:
    track_ids = lists.top_tracks.track_ids.tolist()
    firsts = TrackArtist.objects.filter(track_id__in=track_ids, position=0)
    return dict(firsts.values_list("track_id", "artist_id"))


def _gather(
    lists: Lists, row: int, fits: Float64Array, first_artists: Mapping[int, int]
) -> list[OwnTrack]:
    """Return a listener's tracks, each once, with how each fits the other."""
    is_own = lists.top_tracks.rows == row
    ranks: dict[int, int] = {}
    for track_id, rank in zip(
        lists.top_tracks.track_ids[is_own].tolist(),
        lists.top_tracks.ranks[is_own].tolist(),
        strict=True,
    ):
        ranks[track_id] = min(rank, ranks.get(track_id, rank))
    fit_of = dict(zip(lists.catalogue.track_ids.tolist(), fits.tolist(), strict=True))
    return [
        OwnTrack(track_id, first_artists.get(track_id), rank, fit_of[track_id])
        for track_id, rank in ranks.items()
    ]


def _name(user_ids: Collection[int], picks: Sequence[Pick]) -> tuple[PlaylistTrack, ...]:
    track_ids = [pick.track_id for pick in picks]
    artist_credits = TrackArtist.objects.select_related("artist").order_by("position")
    tracks = Track.objects.prefetch_related(Prefetch("credits", queryset=artist_credits))
    named = tracks.select_related("audio_features").in_bulk(track_ids)
    of_spotify = TopTrack.objects.filter(
        user_id__in=user_ids, track_id__in=track_ids, source=Source.SPOTIFY
    )
    from_spotify = set(of_spotify.values_list("track_id", flat=True))
    return tuple(
        PlaylistTrack(named[pick.track_id], pick.part, pick.track_id in from_spotify)
        for pick in picks
        if pick.track_id in named
    )
