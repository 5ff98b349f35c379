"""Puts the top lists of one source in place of those stored before: old or new, never a mixture."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accounts.models import User
from recommendations.models import Source, TimeRange, TopArtist, TopTrack
from recommendations.services.catalogue_changes import record_catalogue_changes
from recommendations.services.feature_questions import ask_for_features
from recommendations.services.find_listed import Listed, find_listed, name_track
from recommendations.services.profiles import mark_stale
from recommendations.services.transactions import retried_transaction, wait_for_other_imports
from recommendations.sources.base import PlayedArtist, TopLists

# Of the sources of lists only Spotify itself says for certain what an id of it stands for. Files
# are a listener's own, and ListenBrainz hands on what its listeners send.
PROVING = frozenset({Source.SPOTIFY})

# Lists by the source that an export names, empty for all others, and the time range.
Lists = Mapping[tuple[str, TimeRange], TopLists]
# Places of a list: source in an export, time range, rank, key of track or artist, plays.
Place = tuple[str, str, int, int, int | None]


@dataclass(frozen=True, slots=True)
class StoredCounts:
    """Different tracks and artists that are listed now, and tracks that no name found."""

    tracks: int
    tracks_unmatched: int
    artists: int
    changed: bool


def store_top_lists(
    user_id: int, source: Source, lists: Mapping[TimeRange, TopLists]
) -> StoredCounts:
    """Replace all of a listener's lists of a source in one transaction, as ``replace_lists``."""
    return replace_lists(user_id, source, {("", span): top for span, top in lists.items()})


@retried_transaction
def replace_lists(user_id: int, source: Source, lists: Lists) -> StoredCounts:
    """Replace all of a listener's lists of a source in one transaction.

    Tracks and artists that are not stored yet are made, and those of which only a listener's file
    told are corrected by a source that proves names; a track without an id is the stored one
    that its names find, or not listed and counted. Lists that are the same stay as they are. The
    profile is marked stale where they are not, and features are asked for.
    """
    wait_for_other_imports()
    if not User.objects.select_for_update(no_key=True).filter(pk=user_id).exists():
        return StoredCounts(0, 0, 0, changed=False)
    tracks = [track for top in lists.values() for track in top.tracks]
    artists = [one.artist for top in lists.values() for one in top.artists]
    found = find_listed(tracks, artists, is_proven=source in PROVING)
    track_places = list(_track_places(lists, found))
    artist_places = list(_artist_places(lists, found))
    has_other_tracks = _replace_tracks(user_id, source, track_places)
    has_other_artists = _replace_artists(user_id, source, artist_places)
    changed = has_other_tracks or has_other_artists
    if changed:
        mark_stale([user_id])
    listed = {place[3] for place in track_places}
    ask_for_features(listed)
    record_catalogue_changes(track_ids=found.changed_track_ids, artist_ids=found.changed_artist_ids)
    unmatched = {name_track(track) for track in tracks if found.track(track) is None}
    return StoredCounts(
        len(listed), len(unmatched), len({place[3] for place in artist_places}), changed
    )


def _track_places(lists: Lists, found: Listed) -> Iterable[Place]:
    for (exported, time_range), top in lists.items():
        keys = (found.track(track) for track in top.tracks)
        distinct = dict.fromkeys(pk for pk in keys if pk is not None)
        for rank, track_id in enumerate(distinct, start=1):
            yield exported, time_range, rank, track_id, None


def _artist_places(lists: Lists, found: Listed) -> Iterable[Place]:
    """Yield places; of two spellings of one artist the better place counts, with both's plays."""
    for (exported, time_range), top in lists.items():
        plays: dict[int, int | None] = {}
        for one in top.artists:
            artist_id = found.artist(one.artist)
            if artist_id is not None:
                plays[artist_id] = _add(plays.get(artist_id), one)
        for rank, (artist_id, play_count) in enumerate(plays.items(), start=1):
            yield exported, time_range, rank, artist_id, play_count


def _add(plays: int | None, one: PlayedArtist) -> int | None:
    return one.play_count if plays is None else plays + (one.play_count or 0)


def _replace_tracks(user_id: int, source: Source, places: list[Place]) -> bool:
    """Replace the top tracks if they differ, and tell whether they did."""
    stored = TopTrack.objects.filter(user=user_id, source=source)
    before = set(stored.values_list("exported_source", "time_range", "rank", "track_id"))
    if before == {place[:4] for place in places}:
        return False
    stored.delete()
    TopTrack.objects.bulk_create(
        TopTrack(
            user_id=user_id,
            source=source,
            exported_source=exported,
            time_range=time_range,
            rank=rank,
            track_id=item,
        )
        for exported, time_range, rank, item, _ in places
    )
    return True


def _replace_artists(user_id: int, source: Source, places: list[Place]) -> bool:
    """Replace the top artists if they differ, and tell whether they did."""
    stored = TopArtist.objects.filter(user=user_id, source=source)
    before = set(
        stored.values_list("exported_source", "time_range", "rank", "artist_id", "play_count")
    )
    if before == set(places):
        return False
    stored.delete()
    TopArtist.objects.bulk_create(
        TopArtist(
            user_id=user_id,
            source=source,
            exported_source=exported,
            time_range=time_range,
            rank=rank,
            artist_id=item,
            play_count=plays,
        )
        for exported, time_range, rank, item, plays in places
    )
    return True
