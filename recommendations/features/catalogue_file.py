"""Reads tracks and their audio features from catalogue files: step 4 of the data's way.

Each layout is told by the names in its header, in any order; further columns are ignored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from recommendations.features.artist_lists import (
    CreditedArtist,
    read_bare_commas,
    read_by_uris,
    read_python_lists,
    split_semicolons,
)
from recommendations.features.catalogue_values import (
    SPOTIFY_NAMES,
    read_duration,
    read_explicit,
    read_features,
    read_popularity,
)
from recommendations.names import clean_name
from recommendations.rejected_row import RejectedRow
from recommendations.spotify_id import read_track_id
from recommendations.taste.schema import AUDIO_FEATURES

MAX_ISRC_LENGTH = 15

_EXPORTIFY_FEATURES = {
    name: column.replace("_", " ").title() for name, column in SPOTIFY_NAMES.items()
}
_OPTIONAL = frozenset({"album_name", "isrc", "popularity", "explicit", "time_signature"})


@dataclass(frozen=True, slots=True)
class CatalogueTrack:
    """A track as a file describes it; None and empty text are unknown.

    ``features`` are in the order of ``AUDIO_FEATURES``. ``discarded`` names the fields that had a
    value which cannot be right and are unknown for that.
    """

    spotify_id: str
    name: str
    artists: tuple[CreditedArtist, ...]
    album_name: str
    isrc: str
    duration_ms: int | None
    popularity: int | None
    explicit: bool | None
    features: tuple[float | None, ...]
    discarded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogueLayout:
    """Which column holds which field, and how several artists are written."""

    name: str
    columns: Mapping[str, str]
    split_artists: Callable[[str, str], tuple[CreditedArtist, ...]]

    def missing_columns(self, header: tuple[str, ...]) -> list[str]:
        """Return the columns that the header would need to be of this layout."""
        return [
            column
            for field, column in self.columns.items()
            if field not in _OPTIONAL and column not in header
        ]


def _kaggle_columns(**columns: str) -> dict[str, str]:
    shared = {"duration_ms": "duration_ms", "popularity": "popularity", "explicit": "explicit"}
    return columns | shared | dict(SPOTIFY_NAMES)


def _exportify_columns(**columns: str) -> dict[str, str]:
    shared = {
        "spotify_id": "Track URI",
        "name": "Track Name",
        "artists": "Artist Name(s)",
        "album_name": "Album Name",
        "popularity": "Popularity",
        "explicit": "Explicit",
    }
    return columns | shared | _EXPORTIFY_FEATURES


# A header is of the first layout that it satisfies, so those with more columns come first.
LAYOUTS = (
    CatalogueLayout(
        "Spotify 1.2M+ Songs",
        _kaggle_columns(
            spotify_id="id",
            name="name",
            artists="artists",
            artist_ids="artist_ids",
            album_name="album",
        ),
        read_python_lists,
    ),
    CatalogueLayout(
        "600k tracks",
        _kaggle_columns(spotify_id="id", name="name", artists="artists", artist_ids="id_artists"),
        read_python_lists,
    ),
    CatalogueLayout(
        "160k tracks",
        _kaggle_columns(spotify_id="id", name="name", artists="artists"),
        read_python_lists,
    ),
    CatalogueLayout(
        "114k Spotify Tracks Dataset",
        _kaggle_columns(
            spotify_id="track_id", name="track_name", artists="artists", album_name="album_name"
        ),
        split_semicolons,
    ),
    CatalogueLayout(
        "exportify.app",
        _exportify_columns(
            artist_ids="Artist URI(s)", duration_ms="Track Duration (ms)", isrc="ISRC"
        ),
        read_by_uris,
    ),
    CatalogueLayout(
        "exportify.net", _exportify_columns(duration_ms="Duration (ms)"), read_bare_commas
    ),
)


class CatalogueReader:
    """Reads the rows of one table."""

    def __init__(self, layout: CatalogueLayout, header: tuple[str, ...]) -> None:
        self.layout = layout
        self._width = len(header)
        # A column that is not there is read from the empty text put behind the row.
        self._at = {
            field: header.index(column) if column in header else len(header)
            for field, column in layout.columns.items()
        }
        self._features_at = [self._at[feature.name] for feature in AUDIO_FEATURES]

    def read_track(self, values: list[str]) -> CatalogueTrack:
        """Read one row. Raises ``RejectedRow``."""
        if len(values) != self._width:
            raise RejectedRow(f"{len(values)} columns instead of {self._width}")
        row = [*values, ""]
        spotify_id = read_track_id(row[self._at["spotify_id"]])
        name = clean_name(row[self._at["name"]])
        if not name:
            raise RejectedRow("the track has no name")
        discarded: list[str] = []
        return CatalogueTrack(
            spotify_id=spotify_id,
            name=name,
            artists=self.layout.split_artists(
                self._read_text(row, "artists"), self._read_text(row, "artist_ids")
            ),
            album_name=clean_name(self._read_text(row, "album_name")),
            isrc=clean_name(self._read_text(row, "isrc"))[:MAX_ISRC_LENGTH],
            duration_ms=read_duration(self._read_text(row, "duration_ms"), discarded),
            popularity=read_popularity(self._read_text(row, "popularity"), discarded),
            explicit=read_explicit(self._read_text(row, "explicit"), discarded),
            features=read_features([row[at] for at in self._features_at], discarded),
            discarded=tuple(discarded),
        )

    def _read_text(self, row: list[str], field: str) -> str:
        return row[self._at.get(field, self._width)]


def recognise_catalogue(header: tuple[str, ...]) -> CatalogueReader | None:
    """Return a reader for the first layout whose columns the header has, or None."""
    for layout in LAYOUTS:
        if not layout.missing_columns(header):
            return CatalogueReader(layout, header)
    return None


def describe_nearest_layout(header: tuple[str, ...]) -> str:
    """Say which layout the header comes closest to and what it lacks, as half a sentence."""
    nearest = min(LAYOUTS, key=lambda layout: len(layout.missing_columns(header)))
    return f"{nearest.name} would also need {', '.join(nearest.missing_columns(header))}"
