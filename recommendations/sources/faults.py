"""Why a file that a listener brings is not imported, each reason in one sentence.

Part of step 2 of the data's way. The sentences are worded when they are shown, in the language of
whoever reads them: what is kept of a fault is its code.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from django.utils.translation import gettext_lazy as _

from recommendations.sources.csv_file import UnreadableFile

# Chosen by us: enough to know one's own file by.
_NAMED = 5
_LONGEST_NAMED = 40


class Fault(StrEnum):
    """What is wrong; the value is what is stored."""

    EMPTY = "empty"
    NO_HISTORY = "no_history"
    NO_PLAYS = "no_plays"
    NO_PLAYLIST = "no_playlist"
    NO_EXPORT = "no_export"
    NO_HISTORY_IN_ZIP = "no_history_in_zip"
    NESTED_ZIP = "nested_zip"
    ENCRYPTED = "encrypted"
    DAMAGED_ZIP = "damaged_zip"
    UNKNOWN_PACKING = "unknown_packing"
    TOO_LARGE = "too_large"
    TOO_MUCH = "too_much"
    ENCODING = "encoding"
    BROKEN_JSON = "broken_json"
    TABLE = "table"
    NOTHING_TO_KEEP = "nothing_to_keep"
    EXTENDED_IS_THERE = "extended_is_there"
    GAVE_UP = "gave_up"


_SENTENCES = {
    Fault.EMPTY: _("%(name)s is empty: it has no bytes at all."),
    Fault.NO_HISTORY: _(
        "%(name)s is not a listening history that is known here: neither Spotify's account data "
        "or extended streaming history, nor a playlist from Exportify in English, nor an export "
        "of this site."
    ),
    Fault.NO_PLAYS: _(
        "%(name)s is JSON whose rows have the fields %(detail)s. The rows of Spotify's listening "
        "history have ts and ms_played, or endTime and msPlayed: bring its files named "
        "Streaming_History_Audio or StreamingHistory."
    ),
    Fault.NO_PLAYLIST: _(
        "%(name)s is a table with the columns %(detail)s. A playlist from Exportify in English has "
        "Track URI, Track Name, Artist Name(s), and Duration (ms) or Track Duration (ms)."
    ),
    Fault.NO_EXPORT: _(
        "%(name)s is JSON without the rows of an export of this site. Of Spotify's files, bring "
        "those named Streaming_History_Audio or StreamingHistory."
    ),
    Fault.NO_HISTORY_IN_ZIP: _(
        "%(name)s is a zip without any file of listening in it, but with these: %(detail)s. Bring "
        "the zip as Spotify sent it, or one of its StreamingHistory files."
    ),
    Fault.NESTED_ZIP: _("%(name)s is a zip within a zip; unpack the outer one first."),
    Fault.ENCRYPTED: _("%(name)s is encrypted; unpack it and bring what is in it."),
    Fault.DAMAGED_ZIP: _("%(name)s is a damaged zip or was cut short; download it again."),
    Fault.UNKNOWN_PACKING: _("%(name)s is packed in a way that cannot be read here; unpack it."),
    Fault.TOO_LARGE: _("%(name)s would unpack to far more than a real history of its size."),
    Fault.TOO_MUCH: _("%(name)s holds more than any listener's history: nothing was stored."),
    Fault.ENCODING: _("%(name)s is not UTF-8 text; bring the file as it was downloaded."),
    Fault.BROKEN_JSON: _("%(name)s is damaged JSON or was cut short; download it again."),
    Fault.TABLE: "%(detail)s",
    Fault.NOTHING_TO_KEEP: _("%(name)s can be read, but not one row of it is a play that counts."),
    Fault.EXTENDED_IS_THERE: _(
        "%(name)s is account data, and you brought an extended streaming history before, which "
        "knows more. Bring both together, or remove that upload first."
    ),
    Fault.GAVE_UP: _("%(name)s could not be imported: its import was cut off three times."),
}


@dataclass(frozen=True, slots=True)
class FaultNote:
    """What is wrong with one file, or with one file within a zip."""

    fault: Fault
    name: str
    detail: str = ""

    def __str__(self) -> str:
        words = {"name": printable(self.name), "detail": printable(self.detail)}
        return str(_SENTENCES[self.fault]) % words


class FaultyFile(UnreadableFile):
    """A file cannot be read, or not to its end; ``note`` says why."""

    def __init__(self, fault: Fault, name: str, detail: str = "") -> None:
        self.note = FaultNote(fault, name, detail)
        super().__init__(str(self.note))


def name_some(names: Iterable[str]) -> str:
    """Return what was met instead, as a detail: the first names, cut to what a sentence bears."""
    some = list(islice(names, _NAMED + 1))
    listed = ", ".join(name[:_LONGEST_NAMED] for name in some[:_NAMED])
    return f"{listed}, …" if len(some) > _NAMED else listed or "–"  # noqa: RUF001 - a dash is meant


def printable(text: str) -> str:
    """Return the text without what a terminal takes for a command."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
