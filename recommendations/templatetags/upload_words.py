"""What became of an upload, in plain words, for templates."""

from datetime import datetime

from django import template
from django.utils.translation import gettext, gettext_lazy

from recommendations.models import Source, Upload
from recommendations.sources.faults import Fault, FaultNote
from recommendations.sources.history import Dropped, HistoryKind

register = template.Library()

_KINDS = {
    HistoryKind.ACCOUNT_DATA: gettext_lazy("Spotify account data"),
    HistoryKind.EXTENDED_HISTORY: gettext_lazy("Spotify extended streaming history"),
    HistoryKind.PLAYLISTS: gettext_lazy("Exportify playlists"),
    HistoryKind.OWN_EXPORT: gettext_lazy("Export of this site"),
}
_DROPPED = {
    Dropped.PRIVATE: gettext_lazy("played in a private session"),
    Dropped.SKIPPED: gettext_lazy("skipped before 30 seconds"),
    Dropped.NOT_PLAYED: gettext_lazy("not played at all"),
    Dropped.PODCAST: gettext_lazy("podcasts"),
    Dropped.AUDIOBOOK: gettext_lazy("audiobooks"),
    Dropped.VIDEO: gettext_lazy("videos"),
    Dropped.NO_TRACK: gettext_lazy("name no track"),
    Dropped.REPEATED: gettext_lazy("the same once more"),
    Dropped.COVERED: gettext_lazy("in the extended streaming history already"),
    Dropped.MALFORMED: gettext_lazy("cannot be made sense of"),
}


@register.filter
def kind_of(upload: Upload) -> str:
    """Say what was brought, as exactly as it is known so far."""
    if upload.kind:
        return str(_KINDS[HistoryKind(upload.kind)])
    return str(Source(upload.source).label) if upload.source else gettext("File")


@register.filter
def faults_of(upload: Upload) -> list[str]:
    """Say what is wrong with an upload, a sentence for each file."""
    return [str(note) for note in notes_of(upload)]


def notes_of(upload: Upload) -> list[FaultNote]:
    """Return what is wrong with an upload: with its files, or with it as a whole."""
    notes = [FaultNote(Fault(code), *rest) for code, *rest in upload.counts.get("faults", ())]
    is_told = not upload.error or upload.error in {note.fault for note in notes}
    return notes if is_told else [*notes, FaultNote(Fault(upload.error), upload.file_name)]


@register.filter
def dropped_of(upload: Upload) -> list[tuple[str, int]]:
    """Return why rows do not count and how many, the most frequent reason first."""
    dropped: dict[str, int] = upload.counts.get("dropped", {})
    by_count = sorted(dropped.items(), key=lambda one: -one[1])
    return [(str(_DROPPED[Dropped(reason)]), count) for reason, count in by_count]


@register.filter
def uncounted_of(upload: Upload) -> int:
    """Return how many rows do not count."""
    return int(upload.counts["rows"]) - int(upload.counts["kept"])


@register.filter
def newest_play_of(upload: Upload) -> datetime | None:
    """Return the time of the last play, None where times are not known."""
    newest = upload.counts.get("newest")
    return datetime.fromisoformat(newest) if newest else None


@register.filter
def percent_read_of(upload: Upload) -> int:
    """Return how much of an upload is read, 0 to 100."""
    return int(100 * upload.read_bytes / max(upload.size_bytes, 1))
