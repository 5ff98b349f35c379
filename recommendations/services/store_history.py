"""Stores a listener's history: finds tracks by name, cuts the lists, replaces those stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from recommendations.models import Source, TimeRange
from recommendations.services.match_tracks import Matches, NamedTrack, match_tracks
from recommendations.services.store_top_lists import replace_lists
from recommendations.sources.base import ListenedTrack
from recommendations.sources.history import History, HistoryKind

SOURCES: Mapping[HistoryKind, Source] = {
    HistoryKind.ACCOUNT_DATA: Source.SPOTIFY_EXPORT,
    HistoryKind.EXTENDED_HISTORY: Source.SPOTIFY_EXPORT,
    HistoryKind.PLAYLISTS: Source.EXPORTIFY,
    HistoryKind.OWN_EXPORT: Source.OWN_EXPORT,
}
# Chosen by us: the sound of a profile is the flat mean over all of a listener's tracks, so that a
# track played once would count as much as a favourite; four times what Spotify itself lists still
# are favourites. In a playlist, every track was chosen. Of an own export nothing is lost.
TRACKS_KEPT: Mapping[HistoryKind, int | None] = {
    HistoryKind.ACCOUNT_DATA: 200,
    HistoryKind.EXTENDED_HISTORY: 200,
    HistoryKind.PLAYLISTS: 1000,
    HistoryKind.OWN_EXPORT: None,
}


@dataclass(frozen=True, slots=True)
class UnmatchedTrack:
    """A track that is left out because its names stand for none or for several that are stored."""

    artist: str
    title: str
    play_count: int | None
    is_ambiguous: bool


@dataclass(frozen=True, slots=True)
class StoredHistory:
    """What is stored: different tracks, how many of them were found by name, different artists."""

    tracks: int
    matched: int
    artists: int
    changed: bool
    unmatched: tuple[UnmatchedTrack, ...]


def store_history(user_id: int, history: History) -> StoredHistory:
    """Put a history in place of what was stored from its source, all of it or nothing.

    A track that its names do not find makes room for the next one in its list.
    """
    # The longest time range comes last, so that a track's plays are all of them.
    unidentified = {
        _name(track): track
        for _source, _span, top in history.all_lists()
        for track in top.tracks
        if track.spotify_id is None
    }
    matches = match_tracks(unidentified)
    limit = TRACKS_KEPT[history.kind]
    lists = {
        (source, TimeRange(span)): replace(top, tracks=_keep_found(top.tracks, matches)[:limit])
        for source, span, top in history.all_lists()
    }
    stored = replace_lists(user_id, SOURCES[history.kind], lists)
    kept = {track.spotify_id or _name(track) for top in lists.values() for track in top.tracks}
    artists = {
        one.artist.spotify_id or one.artist.name for top in lists.values() for one in top.artists
    }
    return StoredHistory(
        tracks=len(kept),
        matched=sum(isinstance(one, NamedTrack) for one in kept),
        artists=len(artists),
        changed=stored.changed,
        unmatched=tuple(
            UnmatchedTrack(name.artist, name.title, track.play_count, name in matches.ambiguous)
            for name, track in sorted(
                unidentified.items(), key=lambda one: -(one[1].play_count or 0)
            )
            if name not in matches.found
        ),
    )


def _name(track: ListenedTrack) -> NamedTrack:
    return NamedTrack(track.artists[0].name if track.artists else "", track.name)


def _keep_found(tracks: Iterable[ListenedTrack], matches: Matches) -> list[ListenedTrack]:
    """Return the tracks that are or will be stored, one for each stored track."""
    kept: list[ListenedTrack] = []
    taken: set[int] = set()
    for track in tracks:
        if track.spotify_id is None:
            track_id = matches.found.get(_name(track))
            if track_id is None or track_id in taken:
                continue
            taken.add(track_id)
        kept.append(track)
    return kept
