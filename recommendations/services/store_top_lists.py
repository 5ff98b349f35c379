"""Puts the top lists of one source in place of those stored before: old or new, never a mixture."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accounts.models import User
from recommendations.features.artist_lists import CreditedArtist
from recommendations.features.catalogue_file import MAX_ISRC_LENGTH, CatalogueTrack
from recommendations.models import Source, TimeRange, TopArtist, TopTrack, Track
from recommendations.names import clean_name
from recommendations.services.artists import find_or_make_artists
from recommendations.services.catalogue_changes import record_catalogue_changes
from recommendations.services.feature_questions import ask_for_features
from recommendations.services.match_tracks import NamedTrack, match_tracks
from recommendations.services.profiles import mark_stale
from recommendations.services.store_tracks import add_tracks, correct_tracks
from recommendations.services.stored_tracks import UNKNOWN_FEATURES
from recommendations.services.transactions import retried_transaction, wait_for_other_imports
from recommendations.sources.base import ListenedArtist, ListenedTrack, PlayedArtist, TopLists

# Of the sources of lists only Spotify itself says for certain what an id of it stands for. Files
# are a listener's own, and ListenBrainz hands on what its listeners send.
PROVING = frozenset({Source.SPOTIFY})

# Places of a list: rank, time range, key of track or artist, plays.
Place = tuple[int, str, int, int | None]


@dataclass(frozen=True, slots=True)
class StoredCounts:
    """Different tracks and artists that are listed now, and tracks that no name found."""

    tracks: int
    tracks_unmatched: int
    artists: int
    changed: bool


@retried_transaction
def store_top_lists(
    user_id: int, source: Source, lists: Mapping[TimeRange, TopLists]
) -> StoredCounts:
    """Replace all of a listener's lists of a source in one transaction.

    Tracks and artists that are not stored yet are made, and those of which only a listener's file
    told are corrected by a source that proves names; a track without an id is the stored one
    that its names find, or left out and counted. Lists that are the same stay as they are. The
    profile is marked stale where they are not, and features are asked for.
    """
    wait_for_other_imports()
    if not User.objects.select_for_update(no_key=True).filter(pk=user_id).exists():
        return StoredCounts(0, 0, 0, changed=False)
    tracks = [track for top in lists.values() for track in top.tracks]
    artists = [one.artist for top in lists.values() for one in top.artists]
    credited = [artist for track in tracks for artist in track.artists]
    is_proven = source in PROVING
    resolved = find_or_make_artists(
        map(_credited, filter(_is_named, [*artists, *credited])), trusts_ids=is_proven
    )
    artist_ids = resolved.ids
    track_ids, changed_track_ids = _find_tracks(tracks, artist_ids, is_proven=is_proven)
    track_places = list(_track_places(lists, track_ids))
    artist_places = list(_artist_places(lists, artist_ids))
    has_other_tracks = _replace_tracks(user_id, source, track_places)
    has_other_artists = _replace_artists(user_id, source, artist_places)
    changed = has_other_tracks or has_other_artists
    if changed:
        mark_stale([user_id])
    listed = {item for _, _, item, _ in track_places}
    ask_for_features(listed)
    record_catalogue_changes(
        track_ids=resolved.changed_track_ids | changed_track_ids,
        artist_ids=resolved.changed_artist_ids,
    )
    unmatched = {_name(track) for track in tracks if _key(track) not in track_ids}
    return StoredCounts(
        len(listed), len(unmatched), len({item for _, _, item, _ in artist_places}), changed
    )


def _is_named(artist: ListenedArtist) -> bool:
    return bool(clean_name(artist.name))


def _credited(artist: ListenedArtist) -> CreditedArtist:
    return CreditedArtist(clean_name(artist.name), artist.spotify_id)


def _name(track: ListenedTrack) -> NamedTrack:
    artist = track.artists[0].name if track.artists else ""
    return NamedTrack(clean_name(artist), clean_name(track.name))


def _key(track: ListenedTrack) -> str | NamedTrack:
    return track.spotify_id or _name(track)


def _find_tracks(
    tracks: Iterable[ListenedTrack], artist_ids: Mapping[CreditedArtist, int], *, is_proven: bool
) -> tuple[dict[str | NamedTrack, int], set[int]]:
    """Return the keys of tracks by their ids and names, and those of tracks that changed.

    Those with an id are made if need be, or corrected where the source proves what they are.
    """
    with_id = {str(track.spotify_id): track for track in tracks if track.spotify_id}
    rows = Track.objects.filter(spotify_id__in=with_id)
    known = {row[0]: row[1:] for row in rows.values_list("spotify_id", "pk", "is_name_proven")}
    found: dict[str | NamedTrack, int] = {str(key): pk for key, (pk, _) in known.items()}
    described = {
        spotify_id: _describe(track)
        for spotify_id, track in with_id.items()
        if clean_name(track.name)
    }
    new = [track for spotify_id, track in described.items() if spotify_id not in known]
    made = add_tracks(new, artist_ids, is_proven=is_proven)
    changed = set(made.values())
    if is_proven:
        doubtful = {spotify_id for spotify_id, (_, is_sure) in known.items() if not is_sure}
        changed |= correct_tracks(
            [track for spotify_id, track in described.items() if spotify_id in doubtful], artist_ids
        )
    named = match_tracks([_name(track) for track in tracks if not track.spotify_id]).found
    return found | made | named, changed


def _describe(track: ListenedTrack) -> CatalogueTrack:
    return CatalogueTrack(
        spotify_id=str(track.spotify_id),
        name=clean_name(track.name),
        artists=tuple(_credited(artist) for artist in track.artists if _is_named(artist)),
        album_name=clean_name(track.album_name),
        isrc=clean_name(track.isrc)[:MAX_ISRC_LENGTH],
        duration_ms=track.duration_ms,
        popularity=None,
        explicit=track.explicit,
        features=UNKNOWN_FEATURES,
        discarded=(),
    )


def _track_places(
    lists: Mapping[TimeRange, TopLists], track_ids: Mapping[str | NamedTrack, int]
) -> Iterable[Place]:
    for time_range, top in lists.items():
        found = (track_ids.get(_key(track)) for track in top.tracks)
        distinct = dict.fromkeys(pk for pk in found if pk is not None)
        for rank, track_id in enumerate(distinct, start=1):
            yield rank, time_range, track_id, None


def _artist_places(
    lists: Mapping[TimeRange, TopLists], artist_ids: Mapping[CreditedArtist, int]
) -> Iterable[Place]:
    """Yield places; of two spellings of one artist the better place counts, with both's plays."""
    for time_range, top in lists.items():
        plays: dict[int, int | None] = {}
        for one in filter(lambda one: _is_named(one.artist), top.artists):
            artist_id = artist_ids[_credited(one.artist)]
            plays[artist_id] = _add(plays.get(artist_id), one)
        for rank, (artist_id, play_count) in enumerate(plays.items(), start=1):
            yield rank, time_range, artist_id, play_count


def _add(plays: int | None, one: PlayedArtist) -> int | None:
    return one.play_count if plays is None else plays + (one.play_count or 0)


def _replace_tracks(user_id: int, source: Source, places: list[Place]) -> bool:
    """Replace the top tracks if they differ, and tell whether they did."""
    stored = TopTrack.objects.filter(user=user_id, source=source)
    before = set(stored.values_list("rank", "time_range", "track_id"))
    if before == {place[:3] for place in places}:
        return False
    stored.delete()
    TopTrack.objects.bulk_create(
        TopTrack(user_id=user_id, source=source, rank=rank, time_range=time_range, track_id=item)
        for rank, time_range, item, _ in places
    )
    return True


def _replace_artists(user_id: int, source: Source, places: list[Place]) -> bool:
    """Replace the top artists if they differ, and tell whether they did."""
    stored = TopArtist.objects.filter(user=user_id, source=source)
    before = set(stored.values_list("rank", "time_range", "artist_id", "play_count"))
    if before == set(places):
        return False
    stored.delete()
    TopArtist.objects.bulk_create(
        TopArtist(
            user_id=user_id,
            source=source,
            rank=rank,
            time_range=time_range,
            artist_id=item,
            play_count=plays,
        )
        for rank, time_range, item, plays in places
    )
    return True
