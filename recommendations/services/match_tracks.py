"""Finds the stored tracks that names of an artist and a title stand for."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from recommendations.models import Track, TrackArtist
from recommendations.name_key import build_name_key
from recommendations.track_names import build_exact_key, build_title_key, split_artists

# Chosen by us: two queries for so many names, some ten thousand parameters at most.
BATCH_NAMES = 2_000
# Chosen by us: the same recording on two releases differs by the silence around it.
SAME_DURATION_MS = 4_000


@dataclass(frozen=True, slots=True)
class NamedTrack:
    """A track of which only names are known; the artist may be several in one name."""

    artist: str
    title: str


@dataclass(frozen=True, slots=True)
class Matches:
    """The key of the track that a name stands for; names of several or of no stored recording."""

    found: dict[NamedTrack, int] = field(default_factory=dict)
    ambiguous: set[NamedTrack] = field(default_factory=set)
    unknown: set[NamedTrack] = field(default_factory=set)


class _Wanted(NamedTuple):
    """What a track must have to be the one named: the artist's key or, without, the parts' keys."""

    title_key: str
    artist_key: str
    part_keys: tuple[str, ...]


class _Facts(NamedTuple):
    """What tells apart the tracks of one name."""

    track_id: int
    name: str
    duration_ms: int | None
    isrc: str
    popularity: int | None
    is_name_proven: bool


# For each artist's key and title's key: the tracks, and whether the artist is the first-named.
_Credited = dict[tuple[str, str], dict[int, bool]]


def match_tracks(names: Collection[NamedTrack]) -> Matches:
    """Return which stored track each name stands for, with certainty or not at all.

    A track is compared by normalised title with what is stored of its artist: by the whole name,
    or else by the artists in it. Of several releases of one recording the most popular is taken;
    several recordings that the name could mean make it ambiguous. Two queries for 2,000 names.
    """
    matches = Matches()
    # In the order of artists, so that an artist's tracks are loaded for all of its names at once.
    remaining = iter(sorted(set(names), key=_artist_first))
    while batch := list(islice(remaining, BATCH_NAMES)):
        _match_batch({name: _want(name) for name in batch}, matches)
    return matches


def _artist_first(name: NamedTrack) -> tuple[str, str, str]:
    return build_name_key(name.artist), name.artist, name.title


def _want(name: NamedTrack) -> _Wanted:
    artist_key = build_name_key(name.artist)
    part_keys = tuple(dict.fromkeys(map(build_name_key, split_artists(name.artist))))
    is_split = len(part_keys) > 1
    return _Wanted(build_title_key(name.title), artist_key, part_keys if is_split else ())


def _match_batch(batch: Mapping[NamedTrack, _Wanted], matches: Matches) -> None:
    credited = _load_credited(batch.values())
    candidates = {name: _find_candidates(wanted, credited) for name, wanted in batch.items()}
    facts = _load_facts({track_id for ids in candidates.values() for track_id in ids})
    for name, track_ids in candidates.items():
        if not track_ids:
            matches.unknown.add(name)
            continue
        track_id = _choose([facts[track_id] for track_id in track_ids], name.title)
        if track_id is None:
            matches.ambiguous.add(name)
        else:
            matches.found[name] = track_id


def _load_credited(batch: Iterable[_Wanted]) -> _Credited:
    credited: _Credited = {
        (artist_key, wanted.title_key): {}
        for wanted in batch
        for artist_key in (wanted.artist_key, *wanted.part_keys)
    }
    rows = TrackArtist.objects.filter(artist__name_key__in={key for key, _ in credited}).order_by()
    for artist_key, track_id, position, title in rows.values_list(
        "artist__name_key", "track_id", "position", "track__name"
    ).iterator(BATCH_NAMES):
        tracks = credited.get((artist_key, build_title_key(title)))
        if tracks is not None:
            tracks[track_id] = position == 0 or tracks.get(track_id, False)
    return credited


def _find_candidates(wanted: _Wanted, credited: _Credited) -> Collection[int]:
    """Return the tracks that fit best: of the whole artist, of all the parts, of the first one.

    The later parts alone are guests at most: their track of that title is another.
    """
    of_whole = credited[wanted.artist_key, wanted.title_key]
    if of_whole or not wanted.part_keys:
        return _first_named(of_whole)
    of_parts = [credited[key, wanted.title_key] for key in wanted.part_keys]
    of_all = set(of_parts[0]).intersection(*of_parts[1:])
    return of_all or _first_named(of_parts[0])


def _first_named(tracks: Mapping[int, bool]) -> Collection[int]:
    """Return the tracks on which the artist is named first, or all where there is no such."""
    return [track_id for track_id, is_first in tracks.items() if is_first] or tracks.keys()


def _load_facts(track_ids: Collection[int]) -> dict[int, _Facts]:
    rows = Track.objects.filter(pk__in=track_ids)
    facts = rows.values_list("pk", "name", "duration_ms", "isrc", "popularity", "is_name_proven")
    return {row[0]: _Facts(*row) for row in facts}


def _choose(tracks: list[_Facts], title: str) -> int | None:
    """Return the most popular of one recording's releases, None if there are several recordings.

    Those whose names only a listener's file gave come last. Those of exactly the title come
    first: "Song" is not "Song - Radio Edit" if both are there.
    """
    tracks = [track for track in tracks if track.is_name_proven] or tracks
    exact_key = build_exact_key(title)
    tracks = [track for track in tracks if build_exact_key(track.name) == exact_key] or tracks
    best = min(tracks, key=_by_popularity)
    return best.track_id if all(_is_same(track, best) for track in tracks) else None


def _by_popularity(track: _Facts) -> tuple[int, int]:
    return 1 if track.popularity is None else -track.popularity, track.track_id


def _is_same(track: _Facts, other: _Facts) -> bool:
    if track == other or (track.isrc and track.isrc == other.isrc):
        return True
    if track.duration_ms is None or other.duration_ms is None:
        return False
    return abs(track.duration_ms - other.duration_ms) <= SAME_DURATION_MS
