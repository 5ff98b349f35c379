"""Reads what Spotify sends to listeners who ask for their data: plays, old names and new.

Part of step 2 of the data's way. Of a row only artist, title, id, time and duration leave this
module; addresses, devices and countries are not looked at. The rules are those of ListenBrainz'
importer: https://github.com/metabrainz/listenbrainz-server
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from recommendations.sources.brought_file import Member
from recommendations.sources.faults import Fault, FaultNote, FaultyFile, name_some
from recommendations.sources.history import Dropped, History, HistoryKind
from recommendations.sources.json_stream import OnBytes, read_elements
from recommendations.sources.plays import Play, Plays, TooManyPlays
from recommendations.spotify_id import is_spotify_id

# Spotify counts a stream from here on.
# https://support.spotify.com/us/artists/article/how-we-count-streams/
_STREAM_MS = 30_000
# Older files do not say whether a play was skipped; these two buttons end a play early.
_SKIPPING = frozenset({"fwdbtn", "backbtn"})
_MAX_PLAYED_MS = 2**31  # 24 days at a stretch
_TRACK_URI = "spotify:track:"

Row = Mapping[str, Any]
# These spoil the whole of what was brought, not one member.
_FATAL = {Fault.TOO_LARGE, Fault.TOO_MUCH}


def read_spotify_export(members: Sequence[Member], latest: datetime, on_bytes: OnBytes) -> History:
    """Read all members as one listener's history; plays after ``latest`` are not believed.

    Where a member is damaged its rows before that count, and ``faults`` says so. Raises
    ``FaultyFile`` where nothing is to be kept.
    """
    run = _Run(int(latest.timestamp()))
    faults: list[FaultNote] = []
    for member in members:
        try:
            run.read_member(member, on_bytes)
        except TooManyPlays as error:
            raise FaultyFile(Fault.TOO_MUCH, member.name) from error
        except FaultyFile as error:
            if error.note.fault in _FATAL:
                raise
            faults.append(error.note)
    return run.close(faults)


class _Run:
    """One reading of several members."""

    def __init__(self, latest_s: int) -> None:
        self._latest_s = latest_s
        self._plays = Plays()
        self._rows = 0
        self._dropped: Counter[Dropped] = Counter()
        self._has_extended = False

    def read_member(self, member: Member, on_bytes: OnBytes) -> None:
        whole = _dropped_by_name(member.name)
        known = rows = 0
        fields: list[str] = []  # of the first row that is none of Spotify's
        for row in read_elements(member, "item", on_bytes):
            rows += 1
            read, is_account_data = _find_reader(row)
            if read is None:
                fields = fields or list(row if isinstance(row, dict) else ())
                self._count(whole or Dropped.MALFORMED)
                continue
            known += 1
            play = whole or read(row, self._latest_s)
            if isinstance(play, Dropped):
                self._count(play)
                continue
            self._rows += 1
            self._has_extended |= not is_account_data
            self._plays.add(play, is_account_data=is_account_data)
        if not known and whole is None and (rows or member.entry is None):
            raise FaultyFile(Fault.NO_PLAYS, member.name, name_some(fields))

    def _count(self, reason: Dropped) -> None:
        self._rows += 1
        self._dropped[reason] += 1

    def close(self, faults: list[FaultNote]) -> History:
        counts = self._plays.close()
        left_out = {Dropped.COVERED: counts.covered, Dropped.REPEATED: counts.repeated}
        return History(
            kind=HistoryKind.EXTENDED_HISTORY if self._has_extended else HistoryKind.ACCOUNT_DATA,
            lists=counts.build_lists(),
            rows=self._rows,
            dropped=self._dropped + Counter(left_out),
            newest=counts.newest(),
            faults=tuple(faults),
        )


def _dropped_by_name(name: str) -> Dropped | None:
    """Return why nothing in a member of this name is a track, None where something may be."""
    for reason in (Dropped.VIDEO, Dropped.PODCAST, Dropped.AUDIOBOOK):
        if f"_{reason}_" in name.lower():
            return reason
    return None


def _find_reader(row: object) -> tuple[Callable[[Row, int], Play | Dropped] | None, bool]:
    if isinstance(row, dict):
        if "ts" in row and "ms_played" in row:
            return _read_extended, False
        if "endTime" in row and "msPlayed" in row:
            return _read_account_data, True
    return None, False


def _read_extended(row: Row, latest_s: int) -> Play | Dropped:
    ended_s, played_ms = _read_time(row["ts"]), row["ms_played"]
    if ended_s is None or ended_s > latest_s or not _is_duration(played_ms):
        return Dropped.MALFORMED
    title = row.get("master_metadata_track_name")
    artist = row.get("master_metadata_album_artist_name")
    reason = _find_reason(row)
    if reason is None and not (_is_name(title) and _is_name(artist)):
        reason = Dropped.NO_TRACK
    if reason is None and played_ms < _STREAM_MS:
        reason = _reason_of_short(played_ms, was_skipped=_was_skipped(row))
    if reason is not None:
        return reason
    return Play(
        ended_s, str(artist), str(title), _read_uri(row.get("spotify_track_uri")), played_ms
    )


def _find_reason(row: Row) -> Dropped | None:
    if row.get("incognito_mode"):
        return Dropped.PRIVATE
    if row.get("episode_name") or row.get("spotify_episode_uri"):
        return Dropped.PODCAST
    if row.get("audiobook_title") or row.get("audiobook_uri") or row.get("audiobook_chapter_uri"):
        return Dropped.AUDIOBOOK
    return None


def _read_account_data(row: Row, latest_s: int) -> Play | Dropped:
    """It does not say what was skipped: what is no stream to Spotify is no play here."""
    ended_s, played_ms = _read_time(row["endTime"]), row["msPlayed"]
    if ended_s is None or ended_s > latest_s or not _is_duration(played_ms):
        return Dropped.MALFORMED
    title, artist = row.get("trackName"), row.get("artistName")
    reason = None
    if not (_is_name(title) and _is_name(artist)):
        reason = Dropped.PODCAST if "podcastName" in row else Dropped.NO_TRACK
    elif played_ms < _STREAM_MS:
        reason = _reason_of_short(played_ms, was_skipped=True)
    if reason is not None:
        return reason
    return Play(ended_s, str(artist), str(title), None, played_ms)


def _reason_of_short(played_ms: int, *, was_skipped: bool) -> Dropped | None:
    if played_ms == 0:
        return Dropped.NOT_PLAYED
    return Dropped.SKIPPED if was_skipped else None


def _was_skipped(row: Row) -> bool:
    skipped = row.get("skipped")
    return bool(skipped) if skipped is not None else row.get("reason_end") in _SKIPPING


def _is_name(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())


def _is_duration(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_PLAYED_MS


def _read_time(text: object) -> int | None:
    """Read ``2023-01-01T12:00:00Z`` or ``2023-01-01 12:00``, both UTC."""
    if not isinstance(text, str):
        return None
    try:
        time = datetime.fromisoformat(text)
        ended_s = int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None
    return ended_s if ended_s >= 0 else None


def _read_uri(uri: object) -> str | None:
    if not isinstance(uri, str) or not uri.startswith(_TRACK_URI):
        return None
    spotify_id = uri[len(_TRACK_URI) :]
    return spotify_id if is_spotify_id(spotify_id) else None
